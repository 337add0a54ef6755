// One measurement of everything: opens the generated files in the built app, beside the baseline.
import type { Browser, BrowserContext, CDPSession, Page } from "@playwright/test";
import { lots, type DataFile, type MessagesFiles } from "./data.ts";

/** Milliseconds, unless the name says otherwise. */
export interface LoadFigures {
  baseline: number;
  first: number;
  listed: number;
  longestTask: number;
  filter: number;
  scrollFrame: number;
  /** Frames in a row in which the middle of the grid had no row. */
  blankFrames: number;
  /** Bytes held after loading. */
  held: number;
}

export interface Bench {
  browser: Browser;
  /** Where the app and, below `/bench/`, the data are served. */
  origin: string;
  /** The page script of probe.ts. */
  probe: string;
  blank: string;
  /** How long to scroll, with the wheel and with the thumb each. */
  scrollMilliseconds: number;
}

interface Scene {
  grid: string;
  searchbox: string;
  /** Rows of the data, and rows that always show: the header, the lifecycle rows. */
  count: number;
  always: number;
}

/** `await (await fetch(url)).json()` in the same browser, nothing shown. */
export async function baseline(bench: Bench, path: string): Promise<number> {
  return inContext(bench, async (page) => {
    await page.goto(`${bench.origin}/bench/${bench.blank}`);
    return page.evaluate(async (url) => {
      const start = performance.now();
      await (await fetch(url)).json();
      return performance.now() - start;
    }, `/bench/${path}`);
  });
}

export async function measureRequests(bench: Bench, file: DataFile, count: number): Promise<LoadFigures> {
  const beside = await baseline(bench, file.path);
  return inContext(bench, async (page, devtools) => {
    const scene: Scene = { grid: "Network requests", searchbox: "Filter requests", count, always: 1 };
    // Watched from before the page's own scripts run: a question from here would come late and count as the page's time.
    await page.addInitScript({ content: `globalThis.watched = ${watchCall(scene)};` });
    await page.goto(`${bench.origin}/session?src=bench/${file.path}`);
    const { first, listed } = await page.evaluate<Watched>("watched");
    const start = await page.evaluate<number>(`probe.fetchStart(${JSON.stringify(file.path)})`);
    return {
      baseline: beside,
      first: first - start,
      listed: listed - start,
      ...(await afterLoading(bench, page, devtools, scene, start, listed)),
    };
  });
}

/** The same file, opened on the start page by somebody who types its address; from the key that opens it. */
export async function measureOpening(bench: Bench, file: DataFile, count: number): Promise<Watched> {
  return inContext(bench, async (page) => {
    await page.goto(`${bench.origin}/`);
    await page.evaluate("probe.usable('Open file')");
    const address = page.getByRole("textbox", { name: "Session URL" });
    // No faster than somebody types.
    await address.pressSequentially(`${bench.origin}/bench/${file.path}`, { delay: 20 });
    const pressed = page.evaluate<number>("probe.nextEvent('keydown')");
    const watched = watch(page, { grid: "Network requests", searchbox: "Filter requests", count, always: 1 });
    await address.press("Enter");
    const [start, { first, listed }] = await Promise.all([pressed, watched]);
    return { first: first - start, listed: listed - start };
  });
}

export async function measureMessages(bench: Bench, files: MessagesFiles, count: number): Promise<LoadFigures> {
  const beside = await baseline(bench, files.array.path);
  return inContext(bench, async (page, devtools) => {
    const scene: Scene = { grid: "WebSocket messages", searchbox: "Filter messages", count, always: 3 };
    await page.goto(`${bench.origin}/session?src=bench/${files.session.path}`);
    const socket = page.getByRole("grid", { name: "Network requests" }).locator('[role="row"][data-kind="socket"]');
    await socket.waitFor();
    const clicked = page.evaluate<number>("probe.nextEvent('click')");
    const watched = watch(page, scene);
    await socket.click();
    const [start, { first, listed }] = await Promise.all([clicked, watched]);
    return {
      baseline: beside,
      first: first - start,
      listed: listed - start,
      ...(await afterLoading(bench, page, devtools, scene, start, listed)),
    };
  });
}

/** From the start of the navigation to a usable home page, with everything but the page itself in the cache. */
export async function measureStart(bench: Bench): Promise<number> {
  return inContext(bench, async (page) => {
    const open = async (): Promise<number> => {
      await page.goto(`${bench.origin}/`);
      return page.evaluate<number>("probe.usable('Open file')");
    };
    await open();
    return open();
  });
}

async function afterLoading(
  bench: Bench,
  page: Page,
  devtools: CDPSession,
  scene: Scene,
  start: number,
  listed: number,
): Promise<Pick<LoadFigures, "longestTask" | "filter" | "scrollFrame" | "blankFrames" | "held">> {
  const longestTask = await page.evaluate<number>(`probe.longestTask(${start}, ${listed})`);
  const held = await heldBytes(page, devtools);
  const scroll = await measureScrolling(page, scene, bench.scrollMilliseconds);
  const filter = await measureFilter(page, scene);
  return { longestTask, held, ...scroll, filter };
}

export interface Watched {
  first: number;
  listed: number;
}

function watch(page: Page, scene: Scene): Promise<Watched> {
  return page.evaluate(watchCall(scene));
}

function watchCall({ grid, count, always }: Scene): string {
  return `probe.watch(${JSON.stringify({ grid, rowCount: count + always })})`;
}

/** The slower of two keystrokes: one that leaves a tenth of all rows, one that brings them all back. */
async function measureFilter(page: Page, { grid, searchbox, count, always }: Scene): Promise<number> {
  const box = page.getByRole("searchbox", { name: searchbox });
  const press = async (key: string, rows: number): Promise<number> => {
    const shown = page.evaluate<number>(
      `probe.fromEvent("keydown", ${JSON.stringify({ grid, rowCount: rows + always })})`,
    );
    await box.press(key);
    return shown;
  };
  // Every row holds the word, one in ten this number after it.
  await box.pressSequentially("lot");
  await watch(page, { grid, searchbox, count, always });
  const narrowed = await press("7", Math.floor((count + lots - 8) / lots));
  const widened = await press("Backspace", count);
  return Math.max(narrowed, widened);
}

async function measureScrolling(
  page: Page,
  { grid }: Scene,
  milliseconds: number,
): Promise<Pick<LoadFigures, "scrollFrame" | "blankFrames">> {
  const name = JSON.stringify(grid);
  const box = await page.getByRole("grid", { name: grid }).boundingBox();
  if (box === null) throw new Error(`The grid ${grid} has no place on the screen`);
  await page.mouse.move(box.x + box.width / 3, box.y + box.height / 2);
  let wheeling = true;
  const wheeled = page.evaluate<Frames>(`probe.frames(${name}, ${milliseconds})`).finally(() => (wheeling = false));
  while (wheeling) await page.mouse.wheel(0, 400);
  const wheel = await wheeled;
  const drag = await page.evaluate<Frames>(`probe.dragThumb(${name}, ${milliseconds})`);
  return { scrollFrame: Math.max(wheel.longest, drag.longest), blankFrames: Math.max(wheel.blank, drag.blank) };
}

interface Frames {
  longest: number;
  blank: number;
}

/** JavaScript, the DOM, buffers, and WebAssembly's memory, which the browser counts under none of these. */
async function heldBytes(page: Page, devtools: CDPSession): Promise<number> {
  await devtools.send("HeapProfiler.collectGarbage");
  const { usedSize, embedderHeapUsedSize, backingStorageSize } = await devtools.send("Runtime.getHeapUsage");
  return usedSize + embedderHeapUsedSize + backingStorageSize + (await page.evaluate<number>("probe.wasmBytes()"));
}

/** In a new profile, and in a window that stands already: on two cores the start of a window takes part of what is measured. */
async function inContext<T>(bench: Bench, work: (page: Page, devtools: CDPSession) => Promise<T>): Promise<T> {
  const context: BrowserContext = await bench.browser.newContext({ viewport: { width: 1280, height: 800 } });
  try {
    context.setDefaultTimeout(180_000);
    await context.addInitScript({ content: bench.probe });
    const window = await context.newPage();
    await window.goto(`${bench.origin}/bench/${bench.blank}`);
    await window.evaluate("probe.calm()");
    const page = await context.newPage();
    return await work(page, await context.newCDPSession(page));
  } finally {
    await context.close();
  }
}
