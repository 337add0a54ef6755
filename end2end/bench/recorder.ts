// What the recorder costs a page: `make bench-recorder`.
//
// Messages: a page sends as fast as its socket takes it to a server that answers each, once for a second without the
// recorder and once with it, again and again; and sends 5,000 a second and counts what comes back in time.
// fetch: the time of a call and its answer, of many one after another, by turns the browser's own and the recorder's.
// Each figure is the median of its runs; what is compared takes turns, so that both meet the same machine.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { chromium, type Page } from "@playwright/test";
import { WebSocketServer } from "ws";
import { launchOptions } from "../support/browser.ts";

declare global {
  /** The page's fetch before the recorder. */
  const browserFetch: typeof fetch;
}

const { values } = parseArgs({ options: { runs: { type: "string", default: "7" } } });
const runs = Number(values.runs);
const options = { networkRecording: { recordHeadersAndBody: true } };

interface Figures {
  /** Messages a second, both ways together, where the page does nothing else. */
  throughput: number;
  /** Of 5,000 messages a second, sent and received, how many in fact. */
  paced: number;
}

async function main(): Promise<void> {
  const script = await readFile(new URL("../../recorder/dist/replayscope.js", import.meta.url), "utf8");
  const server = await startServer();
  const browser = await chromium.launch(launchOptions());
  try {
    const measure = async (recorder: boolean): Promise<Figures> => {
      const page = await browser.newPage();
      await page.goto(server.origin);
      if (recorder) await page.addScriptTag({ content: `${script}; Replayscope.start(${JSON.stringify(options)})` });
      const figures = { throughput: await throughput(page), paced: await paced(page) };
      await page.close();
      return figures;
    };
    const measureFetch = async (): Promise<[before: number, after: number]> => {
      const page = await browser.newPage();
      await page.goto(server.origin);
      await page.addScriptTag({
        content: `const browserFetch = fetch; ${script}; Replayscope.start(${JSON.stringify(options)})`,
      });
      const times = await fetchTimes(page);
      await page.close();
      return times;
    };
    await measure(true);
    const without: Figures[] = [];
    const recorded: Figures[] = [];
    const fetches: [number, number][] = [];
    for (let run = 0; run < runs; run += 1) {
      without.push(await measure(false));
      recorded.push(await measure(true));
      fetches.push(await measureFetch());
    }
    print(without, recorded, fetches);
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** Keeps a hundred messages under way for a second. */
function throughput(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const socket = new WebSocket("/echo");
    await new Promise((resolve) => (socket.onopen = resolve));
    const payload = JSON.stringify({ type: "offer", lot: 17, price: 12.5, note: "in the usual place".repeat(8) });
    let received = 0;
    const start = performance.now();
    await new Promise((resolve) => {
      socket.onmessage = () => {
        received += 1;
        if (performance.now() - start < 1000) socket.send(payload);
        else if (received % 100 === 0) resolve(undefined);
      };
      for (let count = 0; count < 100; count += 1) socket.send(payload);
    });
    const seconds = (performance.now() - start) / 1000;
    socket.close();
    return (2 * received) / seconds;
  });
}

/** Sends 2,500 a second, each answered, for two seconds. */
function paced(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const socket = new WebSocket("/echo");
    await new Promise((resolve) => (socket.onopen = resolve));
    const payload = JSON.stringify({ type: "offer", lot: 17, price: 12.5, note: "in the usual place".repeat(8) });
    let sent = 0;
    let received = 0;
    socket.onmessage = () => (received += 1);
    const start = performance.now();
    await new Promise((resolve) => {
      const timer = setInterval(() => {
        const elapsed = performance.now() - start;
        for (const due = Math.min(elapsed, 2000) * 2.5; sent < due; sent += 1) socket.send(payload);
        if (elapsed < 2000) return;
        clearInterval(timer);
        resolve(undefined);
      }, 4);
    });
    const counted = sent + received;
    socket.close();
    return counted / 2;
  });
}

/** The lower quartile of each: what else the machine does makes single calls longer, never shorter. */
function fetchTimes(page: Page): Promise<[before: number, after: number]> {
  return page.evaluate(async () => {
    const times: [number[], number[]] = [[], []];
    for (let count = 0; count < 1000; count += 1) {
      const call = count % 2 === 0 ? browserFetch : fetch;
      const start = performance.now();
      await (await call("/answer")).text();
      times[count % 2]?.push(performance.now() - start);
    }
    const quartile = (numbers: number[]): number =>
      numbers.sort((one, other) => one - other)[Math.floor(numbers.length / 4)] ?? 0;
    return [quartile(times[0]), quartile(times[1])];
  });
}

function print(without: Figures[], recorded: Figures[], fetches: [before: number, after: number][]): void {
  const pairs = (name: keyof Figures): [number, number][] =>
    without.map((figures, run) => [figures[name], recorded[run]?.[name] ?? 0]);
  const kept = (name: keyof Figures): string => {
    const shares = pairs(name).map(([before, after]) => (100 * after) / before);
    const plain = Math.round(median(without.map((figures) => figures[name]))).toLocaleString("en");
    return `${median(shares).toFixed(1)} % of ${plain} a second (${Math.min(...shares).toFixed(1)} to ${Math.max(...shares).toFixed(1)} %)`;
  };
  const added = fetches.map(([before, after]) => after - before);
  const own = median(fetches.map(([before]) => before)).toFixed(2);
  console.log(`messages at 5,000 a second, kept   ${kept("paced")}, at least 95 %`);
  console.log(`messages as fast as can be, kept   ${kept("throughput")}`);
  console.log(
    `added to a fetch of ${own} ms        ${median(added).toFixed(3)} ms (${Math.min(...added).toFixed(3)} to ${Math.max(...added).toFixed(3)}), at most 0.2 ms`,
  );
}

const median = (numbers: number[]): number =>
  [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0;

async function startServer(): Promise<{ origin: string; stop(): Promise<void> }> {
  const answer = JSON.stringify({ items: Array.from({ length: 40 }, (_, id) => ({ id, name: `item ${id}` })) });
  const server = createServer((request, response) => {
    const isPage = request.url === "/";
    response
      .writeHead(200, { "Content-Type": isPage ? "text/html" : "application/json" })
      .end(isPage ? "<!doctype html><title>Bench</title>" : answer);
  });
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on("connection", (socket) => socket.on("message", (data: Buffer) => socket.send(data, { binary: false })));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

await main();
