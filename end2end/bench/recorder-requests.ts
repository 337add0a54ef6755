// What the recorder costs a page that makes requests: the work of its main thread, or the time that
// it takes, with the recorder as a ratio of the same without it.
import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import type { Browser, Page } from "@playwright/test";

export interface RequestCase {
  name: string;
  /** Runs in the page. */
  run: () => Promise<unknown>;
  measure: "main thread" | "time" | "memory";
  maxRatio: number;
}

const downloadBytes = 200 * 1024 * 1024;

const readDownload = async (): Promise<void> => {
  const reader = (await fetch("/download")).body?.getReader();
  while (!(await reader?.read())?.done);
};

export const requestCases: RequestCase[] = [
  {
    name: "2,000 fetches",
    measure: "main thread",
    maxRatio: 1.3,
    run: async () => {
      for (let round = 0; round < 100; round += 1)
        await Promise.all(Array.from({ length: 20 }, async () => void (await (await fetch("/answer")).json())));
    },
  },
  {
    name: "2,000 XMLHttpRequests",
    measure: "main thread",
    maxRatio: 1.25,
    run: async () => {
      const send = (): Promise<unknown> =>
        new Promise((resolve) => {
          const request = new XMLHttpRequest();
          request.open("GET", "/answer");
          request.onload = () => resolve(JSON.parse(request.responseText));
          request.send();
        });
      for (let round = 0; round < 100; round += 1) await Promise.all(Array.from({ length: 20 }, send));
    },
  },
  {
    name: "JSON of 20 MB",
    measure: "main thread",
    maxRatio: 1.2,
    run: async () => void (await (await fetch("/large")).json()),
  },
  { name: "download of 200 MB", measure: "time", maxRatio: 1.05, run: readDownload },
  { name: "download of 200 MB", measure: "memory", maxRatio: 1.1, run: readDownload },
];

const large = JSON.stringify(
  Array.from({ length: 200_000 }, (_, id) => ({
    id,
    name: `item ${id}`,
    price: id / 8,
    tags: ["one", "other"],
    text: "x".repeat(30),
  })),
);

/** Responds to the requests of these cases; false for others. */
export function respondToCase(url: string | undefined, response: ServerResponse): boolean {
  if (url === "/large") response.writeHead(200, { "Content-Type": "application/json" }).end(large);
  else if (url === "/download") void download(response);
  else return false;
  return true;
}

async function download(response: ServerResponse): Promise<void> {
  response.writeHead(200, { "Content-Type": "application/octet-stream", "Content-Length": downloadBytes });
  const chunk = Buffer.alloc(1024 * 1024, "0123456789abcdef");
  for (let sent = 0; sent < downloadBytes; sent += chunk.length)
    if (!response.write(chunk)) await new Promise((resolve) => response.once("drain", resolve));
  response.end();
}

/** Milliseconds, or bytes of memory at most in use above those at the start. */
export async function measureCase(browser: Browser, page: Page, { run, measure }: RequestCase): Promise<number> {
  const client = await page.context().newCDPSession(page);
  // Time of the thread alone: other load on the machine does not count.
  await client.send("Performance.enable", { timeDomain: "threadTicks" });
  await client.send("HeapProfiler.collectGarbage");
  const taskMs = async (): Promise<number> => {
    const { metrics } = await client.send("Performance.getMetrics");
    return 1000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0);
  };
  const memory = measure === "memory" ? await trackMemory(browser) : undefined;
  const [startTask, start] = [await taskMs(), performance.now()];
  await page.evaluate(run);
  const time = performance.now() - start;
  // The recorder writes what it has captured a little later.
  if (measure === "main thread") await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1000)));
  const task = (await taskMs()) - startTask;
  const growth = memory?.stop() ?? 0;
  await client.detach();
  return measure === "main thread" ? task : measure === "time" ? time : growth;
}

/** Samples the memory of all renderers; on systems other than Linux it is 0. */
async function trackMemory(browser: Browser): Promise<{ stop: () => number }> {
  const client = await browser.newBrowserCDPSession();
  const { processInfo } = await client.send("SystemInfo.getProcessInfo");
  const renderers = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
  await client.detach();
  const resident = (): number => renderers.reduce((sum, id) => sum + residentBytes(id), 0);
  const start = resident();
  let max = start;
  const timer = setInterval(() => (max = Math.max(max, resident())), 10);
  return {
    stop: () => {
      clearInterval(timer);
      return max - start;
    },
  };
}

function residentBytes(process: number): number {
  try {
    const [, pages = "0"] = readFileSync(`/proc/${process}/statm`, "utf8").split(" ");
    return Number(pages) * 4096;
  } catch {
    return 0;
  }
}
