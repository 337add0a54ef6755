// Measures a socket whose messages are decoded: loading, the columns that are filled in the
// background, filters, and hiding heartbeats.
import type { Page } from "@playwright/test";
import { inContext, measureBaseline, type Bench } from "./measure.ts";
import type { DecodedSocket, SocketEncoding } from "./socket-data.ts";

/** Milliseconds. */
export interface SocketFigures {
  encoding: SocketEncoding;
  baseline: number;
  /** From the click: the first rows painted, all rows listed, the events of all messages known. */
  first: number;
  listed: number;
  analyzed: number;
  /** From the keystroke to the painted result, the slower of narrowing and widening; by kind of condition. */
  filters: { text: number; event: number; direction: number; path: number };
  /** From the click to the painted result, the slower of hiding and showing; 0 where no protocol defines heartbeats. */
  heartbeats: number;
}

const grid = "WebSocket messages";
/** The header, the open and the close. */
const fixedRows = 3;

export async function measureSocket(bench: Bench, socket: DecodedSocket): Promise<SocketFigures> {
  const baseline = await measureBaseline(bench, socket.array.path);
  return inContext(bench, async (page) => {
    await page.goto(`${bench.origin}/session?src=bench/${socket.session.path}`);
    const row = page.getByRole("grid", { name: "Network requests" }).locator('[role="row"][data-kind="socket"]');
    await row.waitFor();
    const clicked = page.evaluate<number>("probe.nextEvent('click')");
    const rowTimes = page.evaluate<{ first: number; listed: number }>(
      `probe.observeRows(${expectation(socket.count)})`,
    );
    await row.click();
    const [start, { first, listed }] = await Promise.all([clicked, rowTimes]);
    const analyzed = await whenAnalyzed(page, socket.count);
    const filter = (start: string, before: number, last: string, after: number): Promise<number> =>
      measureFilter(page, { start, before, last, after });
    const { count, heartbeats, matches } = socket;
    return {
      encoding: socket.encoding,
      baseline,
      first: first - start,
      listed: listed - start,
      analyzed: analyzed - start,
      filters: {
        text: await filter("lot", count - heartbeats, "7", matches.text),
        event: await filter("event:", count, "b", matches.event),
        direction: await filter("dir:sent", matches.sent, "-", count - matches.sent),
        path: await filter("path:$..price<10", matches.cheap, "0", matches.path),
      },
      heartbeats: socket.encoding === "socket.io" ? await measureHeartbeats(page, socket) : 0,
    };
  });
}

const expectation = (count: number): string => JSON.stringify({ grid, rowCount: count + fixedRows });

/** Types `start` and then the character `last`, an exclusion before it, and deletes it again. */
async function measureFilter(page: Page, steps: { start: string; before: number; last: string; after: number }) {
  const { start, before, last, after } = steps;
  const box = page.getByRole("searchbox", { name: "Filter messages" });
  const press = async (key: string, rows: number): Promise<number> => {
    const painted = page.evaluate<number>(`probe.fromEvent("keydown", ${expectation(rows)})`);
    await box.press(key);
    return painted;
  };
  await box.fill(start);
  await page.evaluate(`probe.observeRows(${expectation(before)})`);
  if (last === "-") await box.press("Home");
  const narrowed = await press(last, after);
  const widened = await press("Backspace", before);
  await box.fill("");
  // Its suggestions would cover the controls below.
  await box.blur();
  return Math.max(narrowed, widened);
}

async function measureHeartbeats(page: Page, { count }: DecodedSocket): Promise<number> {
  const box = page.getByRole("checkbox", { name: "Hide heartbeats" });
  const changed = page.evaluate<number>(`probe.fromClick(${expectation(count)})`);
  await box.click();
  const hidden = await changed;
  const shown = page.evaluate<number>(`probe.fromEvent("click", ${expectation(count)})`);
  await box.click();
  return Math.max(hidden, await shown);
}

/** The time at which the last message has its event: the columns are filled from the first on. */
async function whenAnalyzed(page: Page, count: number): Promise<number> {
  await page.getByRole("grid", { name: grid }).press("End");
  return page.evaluate<number>(`probe.whenFilled(${JSON.stringify({ grid, message: count, column: "event" })})`);
}
