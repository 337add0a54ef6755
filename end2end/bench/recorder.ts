// Measures what the recorder costs a page: `make bench-recorder`.
//
// Messages: a page exchanges messages with an echo server for a second as fast as possible, and at
// a rate of 5,000 per second, alternately without and with the recorder. fetch: the duration of a
// call with its response, alternately with the native and the recorder's function. Requests in
// numbers and of size: see recorder-requests.ts. Each result is the median of its runs. Measurements alternate so that changes in the machine's load affect both.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { chromium, type Page } from "@playwright/test";
import { WebSocketServer } from "ws";
import { launchOptions } from "../support/browser.ts";
import { measureCase, requestCases, respondToCase } from "./recorder-requests.ts";

declare global {
  /** The native fetch. */
  const nativeFetch: typeof fetch;
}

const { values } = parseArgs({
  options: { runs: { type: "string", default: "7" }, only: { type: "string", default: "" } },
});
const runs = Number(values.runs);
const options = { networkRecording: { recordHeadersAndBody: true } };

interface Figures {
  /** Messages per second, sent and received, as fast as possible. */
  throughput: number;
  /** Messages per second, sent and received, at a target of 5,000. */
  paced: number;
}

type Variant = "native" | "recorded";

async function main(): Promise<void> {
  const script = await readFile(new URL("../../recorder/dist/replayscope.js", import.meta.url), "utf8");
  const server = await startServer();
  const browser = await chromium.launch(launchOptions());
  try {
    const openPage = async (variant: Variant): Promise<Page> => {
      const page = await browser.newPage();
      await page.goto(server.origin);
      if (variant === "recorded")
        await page.addScriptTag({ content: `${script}; Replayscope.start(${JSON.stringify(options)})` });
      return page;
    };
    const measure = async (variant: Variant): Promise<Figures> => {
      const page = await openPage(variant);
      const figures = { throughput: await throughput(page), paced: await paced(page) };
      await page.close();
      return figures;
    };
    const measureFetch = async (): Promise<[before: number, after: number]> => {
      const page = await browser.newPage();
      await page.goto(server.origin);
      await page.addScriptTag({
        content: `const nativeFetch = fetch; ${script}; Replayscope.start(${JSON.stringify(options)})`,
      });
      const times = await fetchTimes(page);
      await page.close();
      return times;
    };
    for (const requestCase of requestCases.filter(({ name }) => name.includes(values.only))) {
      const results: [native: number, recorded: number][] = [];
      for (let run = 0; run < runs; run += 1) {
        const pair: [number, number] = [0, 0];
        for (const [index, variant] of (["native", "recorded"] as const).entries()) {
          const page = await openPage(variant);
          pair[index] = await measureCase(browser, page, requestCase);
          await page.close();
        }
        results.push(pair);
      }
      printRatio(`${requestCase.name}, ${requestCase.measure}`, results, requestCase.maxRatio);
    }
    if (values.only) return;
    // Warm up.
    await measure("recorded");
    const native: Figures[] = [];
    const recorded: Figures[] = [];
    const fetches: [number, number][] = [];
    for (let run = 0; run < runs; run += 1) {
      native.push(await measure("native"));
      recorded.push(await measure("recorded"));
      fetches.push(await measureFetch());
    }
    print(native, recorded, fetches);
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** Keeps a hundred messages in flight for a second. */
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

/** Sends 2,500 messages per second, each echoed, for two seconds. */
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
    const total = sent + received;
    socket.close();
    return total / 2;
  });
}

/** Lower quartiles of milliseconds: other load on the machine only makes calls slower. */
function fetchTimes(page: Page): Promise<[before: number, after: number]> {
  return page.evaluate(async () => {
    const times: [number[], number[]] = [[], []];
    for (let count = 0; count < 1000; count += 1) {
      const call = count % 2 === 0 ? nativeFetch : fetch;
      const start = performance.now();
      await (await call("/answer")).text();
      times[count % 2]?.push(performance.now() - start);
    }
    const quartile = (numbers: number[]): number =>
      numbers.sort((one, other) => one - other)[Math.floor(numbers.length / 4)] ?? 0;
    return [quartile(times[0]), quartile(times[1])];
  });
}

function print(native: Figures[], recorded: Figures[], fetches: [before: number, after: number][]): void {
  const pairs = (name: keyof Figures): [number, number][] =>
    native.map((figures, run) => [figures[name], recorded[run]?.[name] ?? 0]);
  const retained = (name: keyof Figures): string => {
    const shares = pairs(name).map(([before, after]) => (100 * after) / before);
    const plain = Math.round(median(native.map((figures) => figures[name]))).toLocaleString("en");
    return `${median(shares).toFixed(1)} % of ${plain} per second (${Math.min(...shares).toFixed(1)} to ${Math.max(...shares).toFixed(1)} %)`;
  };
  const added = fetches.map(([before, after]) => after - before);
  const own = median(fetches.map(([before]) => before)).toFixed(2);
  console.log(`messages at 5,000 a second, retained   ${retained("paced")}, at least 95 %`);
  console.log(`messages as fast as can be, retained   ${retained("throughput")}`);
  console.log(
    `added to a fetch of ${own} ms        ${median(added).toFixed(3)} ms (${Math.min(...added).toFixed(3)} to ${Math.max(...added).toFixed(3)}), at most 0.2 ms`,
  );
}

function printRatio(name: string, results: [native: number, recorded: number][], maxRatio: number): void {
  const ratios = results.map(([native, recorded]) => recorded / native);
  const own = Math.round(median(results.map(([native]) => native))).toLocaleString("en");
  console.log(
    `${name.padEnd(38)} ${median(ratios).toFixed(2)} of ${own} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}), at most ${maxRatio}`,
  );
}

const median = (numbers: number[]): number =>
  [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0;

async function startServer(): Promise<{ origin: string; stop(): Promise<void> }> {
  const answer = JSON.stringify({ items: Array.from({ length: 40 }, (_, id) => ({ id, name: `item ${id}` })) });
  const server = createServer((request, response) => {
    if (respondToCase(request.url, response)) return;
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
