// Measures one case of the recorder's cost in a page.
import { readFileSync } from "node:fs";
import type { Browser, Page } from "@playwright/test";
import type { RecorderCase } from "./recorder-cases.ts";

/** The handle of a recording, in pages that have one. */
declare const recorder: { flush: () => Promise<void> } | undefined;

/** Messages per second, milliseconds, or bytes of memory at most in use above those at the start. */
export async function measureCase(browser: Browser, page: Page, { run, figure }: RecorderCase): Promise<number> {
  const client = await page.context().newCDPSession(page);
  // Time of the thread alone: other load on the machine does not count.
  await client.send("Performance.enable", { timeDomain: "threadTicks" });
  await client.send("HeapProfiler.collectGarbage");
  const taskMs = async (): Promise<number> => {
    const { metrics } = await client.send("Performance.getMetrics");
    return 1000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0);
  };
  const memory = figure === "memory" ? await trackMemory(browser) : undefined;
  const [startTask, start] = [await taskMs(), performance.now()];
  const result = await page.evaluate(run);
  const time = performance.now() - start;
  if (figure === "main thread") await page.evaluate(waitUntilStored);
  const values = {
    throughput: () => result as number,
    "main thread": async () => (await taskMs()) - startTask,
    time: () => time,
    memory: () => memory?.stop() ?? 0,
  };
  const value = await values[figure]();
  await client.detach();
  return value;
}

/** The recorder handles and stores what it has captured a little later. */
const waitUntilStored = async (): Promise<void> => {
  await new Promise((resolve) => setTimeout(resolve, 1000));
  if (typeof recorder !== "undefined") await recorder.flush();
};

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
