// Measures the built app with the generated files, and the browser's baseline for the same files.
import type { Browser, BrowserContext, CDPSession, Page } from "@playwright/test";
import { lots, searchedSockets, type DataFile, type MessagesFiles } from "./data.ts";

/** Milliseconds, unless stated otherwise. */
export interface LoadFigures {
  baseline: number;
  first: number;
  listed: number;
  longestTask: number;
  filter: number;
  scrollFrame: number;
  /** Consecutive frames in which the middle of the grid was empty. */
  blankFrames: number;
  /** Bytes held after loading. */
  held: number;
}

export interface Bench {
  browser: Browser;
  /** Origin of the app and, under `/bench/`, of the data. */
  origin: string;
  /** The page script of probe.ts. */
  probe: string;
  blank: string;
  /** Duration of scrolling with the wheel and with the thumb, each. */
  scrollMilliseconds: number;
}

interface TableUnderTest {
  grid: string;
  searchbox: string;
  /** Rows of the data. */
  count: number;
  /** Rows that a filter does not hide: the header and the lifecycle rows. */
  fixedRows: number;
}

/** `await (await fetch(url)).json()` in the same browser, without rendering. */
export async function measureBaseline(bench: Bench, path: string): Promise<number> {
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
  const baselineMs = await measureBaseline(bench, file.path);
  return inContext(bench, async (page, devtools) => {
    const table: TableUnderTest = { grid: "Network requests", searchbox: "Filter requests", count, fixedRows: 1 };
    // Observed from before the page's scripts run: a later call from here would be delayed and take
    // the page's time.
    await page.addInitScript({ content: `globalThis.rowTimes = ${observeCall(table)};` });
    await page.goto(`${bench.origin}/session?src=bench/${file.path}`);
    const { first, listed } = await page.evaluate<RowTimes>("rowTimes");
    const start = await page.evaluate<number>(`probe.fetchStart(${JSON.stringify(file.path)})`);
    return {
      baseline: baselineMs,
      first: first - start,
      listed: listed - start,
      ...(await afterLoading(bench, page, devtools, table, start, listed)),
    };
  });
}

/** The same file, opened by typing its URL on the start page; measured from the key press that opens it. */
export async function measureOpening(bench: Bench, file: DataFile, count: number): Promise<RowTimes> {
  return inContext(bench, async (page) => {
    await page.goto(`${bench.origin}/`);
    await page.evaluate("probe.whenEnabled('Open file')");
    const address = page.getByRole("textbox", { name: "Session URL" });
    // About as fast as a person types.
    await address.pressSequentially(`${bench.origin}/bench/${file.path}`, { delay: 20 });
    const pressed = page.evaluate<number>("probe.nextEvent('keydown')");
    const rowTimes = observeRows(page, { grid: "Network requests", searchbox: "Filter requests", count, fixedRows: 1 });
    await address.press("Enter");
    const [start, { first, listed }] = await Promise.all([pressed, rowTimes]);
    return { first: first - start, listed: listed - start };
  });
}

export async function measureMessages(bench: Bench, files: MessagesFiles, count: number): Promise<LoadFigures> {
  const baselineMs = await measureBaseline(bench, files.array.path);
  return inContext(bench, async (page, devtools) => {
    const table: TableUnderTest = { grid: "WebSocket messages", searchbox: "Filter messages", count, fixedRows: 3 };
    await page.goto(`${bench.origin}/session?src=bench/${files.session.path}`);
    const socket = page.getByRole("grid", { name: "Network requests" }).locator('[role="row"][data-kind="socket"]');
    await socket.waitFor();
    const clicked = page.evaluate<number>("probe.nextEvent('click')");
    const rowTimes = observeRows(page, table);
    await socket.click();
    const [start, { first, listed }] = await Promise.all([clicked, rowTimes]);
    return {
      baseline: baselineMs,
      first: first - start,
      listed: listed - start,
      ...(await afterLoading(bench, page, devtools, table, start, listed)),
    };
  });
}

export interface SearchFigures {
  /** The first search, which fetches and reads the messages of all sockets. */
  first: number;
  /** Another one, which only searches. */
  next: number;
  /** Longest task of the page during the first search. */
  longestTask: number;
}

/** From pressing Enter in the search over all sockets, of which each has `count` messages, to the painted summary. */
export async function measureSearch(bench: Bench, session: DataFile, count: number): Promise<SearchFigures> {
  return inContext(bench, async (page) => {
    await page.goto(`${bench.origin}/session?src=bench/${session.path}`);
    await page.getByRole("button", { name: "Search messages" }).click();
    const box = page.getByRole("searchbox", { name: "Search all messages" });
    const search = async (...wanted: number[]): Promise<{ took: number; at: number }> => {
      const ofEach = wanted.map((lot) => Math.floor((count + lots - 1 - lot) / lots));
      const matches = ofEach.reduce((sum, some) => sum + some, 0) * searchedSockets;
      const text = `${matches.toLocaleString("en")} messages in ${searchedSockets} of ${searchedSockets} sockets`;
      const query = wanted.map((lot) => `lot${lot}`).join(" OR ");
      const args = ["keydown", "Search summary", text].map((value) => JSON.stringify(value));
      const found = page.evaluate<{ took: number; at: number }>(`probe.statusAfter(${args.join(", ")})`);
      // At once: the search would begin by itself after a pause in typing.
      await box.evaluate((element, text) => {
        (element as HTMLInputElement).value = text;
        element.dispatchEvent(new InputEvent("input", { bubbles: true }));
        element.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
      }, query);
      return found;
    };
    const first = await search(7);
    const longestTask = await page.evaluate<number>(`probe.longestTask(${first.at - first.took}, ${first.at})`);
    // Another number of matches, so that the summary of the first search is not taken for it.
    return { first: first.took, next: (await search(3, 4)).took, longestTask };
  });
}

/** From the start of the navigation to a usable start page, with all resources but the page in the cache. */
export async function measureStart(bench: Bench): Promise<number> {
  return inContext(bench, async (page) => {
    const open = async (): Promise<number> => {
      await page.goto(`${bench.origin}/`);
      return page.evaluate<number>("probe.whenEnabled('Open file')");
    };
    await open();
    return open();
  });
}

async function afterLoading(
  bench: Bench,
  page: Page,
  devtools: CDPSession,
  table: TableUnderTest,
  start: number,
  listed: number,
): Promise<Pick<LoadFigures, "longestTask" | "filter" | "scrollFrame" | "blankFrames" | "held">> {
  const longestTask = await page.evaluate<number>(`probe.longestTask(${start}, ${listed})`);
  const held = await heldBytes(page, devtools);
  const scroll = await measureScrolling(page, table, bench.scrollMilliseconds);
  const filter = await measureFilter(page, table);
  return { longestTask, held, ...scroll, filter };
}

export interface RowTimes {
  first: number;
  listed: number;
}

function observeRows(page: Page, table: TableUnderTest): Promise<RowTimes> {
  return page.evaluate(observeCall(table));
}

function observeCall({ grid, count, fixedRows }: TableUnderTest): string {
  return `probe.observeRows(${JSON.stringify({ grid, rowCount: count + fixedRows })})`;
}

/** The slower of two keystrokes: one that filters to a tenth of all rows, one that shows all again. */
async function measureFilter(page: Page, { grid, searchbox, count, fixedRows }: TableUnderTest): Promise<number> {
  const box = page.getByRole("searchbox", { name: searchbox });
  const press = async (key: string, rows: number): Promise<number> => {
    const painted = page.evaluate<number>(
      `probe.fromEvent("keydown", ${JSON.stringify({ grid, rowCount: rows + fixedRows })})`,
    );
    await box.press(key);
    return painted;
  };
  // Every row contains `lot`, one in ten `lot7`.
  await box.pressSequentially("lot");
  await observeRows(page, { grid, searchbox, count, fixedRows });
  const narrowed = await press("7", Math.floor((count + lots - 8) / lots));
  const widened = await press("Backspace", count);
  return Math.max(narrowed, widened);
}

async function measureScrolling(
  page: Page,
  { grid }: TableUnderTest,
  milliseconds: number,
): Promise<Pick<LoadFigures, "scrollFrame" | "blankFrames">> {
  const name = JSON.stringify(grid);
  const box = await page.getByRole("grid", { name: grid }).boundingBox();
  if (box === null) throw new Error(`The grid ${grid} is not on the screen`);
  await page.mouse.move(box.x + box.width / 3, box.y + box.height / 2);
  let isWheeling = true;
  const wheeled = page.evaluate<Frames>(`probe.frames(${name}, ${milliseconds})`).finally(() => (isWheeling = false));
  while (isWheeling) await page.mouse.wheel(0, 400);
  const wheel = await wheeled;
  const drag = await page.evaluate<Frames>(`probe.dragThumb(${name}, ${milliseconds})`);
  return { scrollFrame: Math.max(wheel.longest, drag.longest), blankFrames: Math.max(wheel.blank, drag.blank) };
}

interface Frames {
  longest: number;
  blank: number;
}

/** Bytes of JavaScript, DOM, buffers, and WebAssembly memory, which the browser does not include in these. */
async function heldBytes(page: Page, devtools: CDPSession): Promise<number> {
  await devtools.send("HeapProfiler.collectGarbage");
  const { usedSize, embedderHeapUsedSize, backingStorageSize } = await devtools.send("Runtime.getHeapUsage");
  return usedSize + embedderHeapUsedSize + backingStorageSize + (await page.evaluate<number>("probe.wasmBytes()"));
}

/** Runs `work` in a new context whose window is already open: on two cores opening a window would affect the measurement. */
export async function inContext<T>(bench: Bench, work: (page: Page, devtools: CDPSession) => Promise<T>): Promise<T> {
  const context: BrowserContext = await bench.browser.newContext({ viewport: { width: 1280, height: 800 } });
  try {
    context.setDefaultTimeout(180_000);
    await context.addInitScript({ content: bench.probe });
    const window = await context.newPage();
    await window.goto(`${bench.origin}/bench/${bench.blank}`);
    await window.evaluate("probe.waitUntilIdle()");
    const page = await context.newPage();
    return await work(page, await context.newCDPSession(page));
  } finally {
    await context.close();
  }
}
