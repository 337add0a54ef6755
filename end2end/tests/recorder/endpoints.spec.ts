// Slow and busy endpoints, and several on one origin: every batch reaches its own endpoint, in
// order, and none is lost.
import type { Page } from "@playwright/test";
import { installClock } from "../../support/lab/clock.ts";
import { contents, expect, test, type Lab, type RecordedPage } from "../../support/lab/test.ts";

/** Controls the page's clock, also for `AbortSignal.timeout`, and records the times of fetch calls in `tries`. */
async function controlTime(page: Page): Promise<void> {
  await installClock(page);
  await page.addInitScript(() => {
    AbortSignal.timeout = window.asNative((milliseconds) => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(new DOMException("Timed out", "TimeoutError")), milliseconds);
      return controller.signal;
    });
    const nativeFetch = window.fetch.bind(window);
    const tries: number[] = [];
    window.fetch = window.asNative((...args) => (tries.push(Date.now()), nativeFetch(...args)));
    Object.assign(window, { tries });
  });
}

/** Opens a page that delivers to the endpoint of that name, waits for its first delivery and returns its session id. */
async function openDelivering(
  { recorded, lab, page }: { recorded: RecordedPage; lab: Lab; page: Page },
  name: string,
): Promise<string> {
  await recorded.open({ ...contents, disableDomRecording: true, endpoint: `${lab.origin}/collect/${name}` });
  await page.evaluate(() => window.recorder.flush());
  await page.evaluate("tries.length = 0");
  return page.evaluate(() => window.recorder.sessionId);
}

const consoleTexts = (lab: Lab, id: string): unknown[] => lab.collector.session(id).console.map(({ args }) => args[0]);

/** Advances the clock by half seconds until the console of the session has these texts. */
async function advanceClockUntil({ lab, page }: { lab: Lab; page: Page }, id: string, texts: string[]): Promise<void> {
  await expect
    .poll(async () => (await page.clock.runFor(500), consoleTexts(lab, id)), { intervals: [20] })
    .toEqual(texts);
}

test("a delivery without a response times out after a minute and is sent again with the same sequence number", async ({
  recorded,
  lab,
  page,
}) => {
  await controlTime(page);
  const id = await openDelivering({ recorded, lab, page }, "silent");
  const deliveries = (): string[] =>
    lab.collector.received
      .filter(({ head, lines }) => head.session === id && lines.some(({ file }) => file === "console.jsonl"))
      .map(({ head, lines }) => `${head.sequence} ${JSON.stringify(lines)}`);
  lab.collector.failures.push("no-response");
  await page.evaluate(() => console.log("unanswered"));
  await page.clock.runFor(2500);
  await expect.poll(() => deliveries().length).toBe(1);
  await page.evaluate(() => console.log("meanwhile"));
  await page.clock.runFor(50_000);
  // One delivery at a time: later batches wait for it.
  expect(await page.evaluate("tries.length")).toBe(1);
  await advanceClockUntil({ lab, page }, id, ["unanswered", "meanwhile"]);
  const [first, again, next] = deliveries();
  expect(again).toBe(first);
  expect(next).toContain("meanwhile");
  expect(deliveries()).toHaveLength(3);
  const sequences = lab.collector.sequences(id);
  expect(sequences).toEqual(Array.from(sequences, (_, index) => index + 1));
});

for (const [form, after] of [
  ["seconds", () => "20"],
  ["a date", (now: number) => new Date(now + 20_500).toUTCString()],
] as const) {
  test(`a Retry-After header in ${form} delays the next delivery`, async ({ recorded, lab, page }) => {
    await controlTime(page);
    const id = await openDelivering({ recorded, lab, page }, "busy");
    const now = await page.evaluate(() => Date.now());
    lab.collector.failures.push({ status: 429, headers: { "Retry-After": after(now + 2500) } });
    await page.evaluate(() => console.log("in time"));
    await advanceClockUntil({ lab, page }, id, ["in time"]);
    const [first = 0, second = 0] = await page.evaluate<number[]>("tries");
    // A date has a resolution of one second.
    expect(second - first).toBeGreaterThanOrEqual(18_000);
    expect(second - first).toBeLessThan(30_000);
  });
}

test("two apps of one origin deliver their sessions completely, each to its own endpoint only", async ({
  recorded,
  lab,
  page,
}) => {
  const open = async (app: string, before: () => void = () => undefined): Promise<string> => {
    await recorded.open({ ...contents, endpoint: `${lab.origin}/collect/${app}` });
    before();
    await page.evaluate((text) => (console.log(text), window.recorder.flush()), `of ${app}`);
    return page.evaluate(() => window.recorder.sessionId);
  };
  const of = (app: string): typeof lab.collector.received =>
    lab.collector.received.filter(({ path }) => path === `/collect/${app}`);

  // Batches that the first app could not deliver are still stored when the second one starts.
  const first = await open("first", () => lab.collector.failures.push(...Array<number>(50).fill(503)));
  const second = await open("second", () => (lab.collector.failures.length = 0));
  expect(second).not.toBe(first);
  expect(new Set(of("second").map(({ head }) => head.session))).toEqual(new Set([second]));
  expect(consoleTexts(lab, second)).toEqual(["of second"]);
  expect(JSON.stringify(of("second"))).not.toContain("of first");

  const third = await open("first");
  expect(new Set(of("first").map(({ head }) => head.session))).toEqual(new Set([first, third]));
  expect(consoleTexts(lab, first)).toEqual(["of first"]);
  for (const id of [first, second, third]) {
    const sequences = lab.collector.sequences(id);
    expect(sequences).toEqual(Array.from(sequences, (_, index) => index + 1));
  }
});
