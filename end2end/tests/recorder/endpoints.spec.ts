// Endpoints that are slow, busy, or somebody else's: every batch comes to its own, in order, and none is lost.
import type { Page } from "@playwright/test";
import { contents, expect, test, type Lab, type RecordedPage } from "../../support/lab/test.ts";

/** From now on the page's clock stands still unless a test moves it, and when a delivery may take no longer is a matter of that clock. */
async function withClock(page: Page): Promise<void> {
  await page.clock.install();
  await page.addInitScript(() => {
    AbortSignal.timeout = (milliseconds) => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(new DOMException("Too late", "TimeoutError")), milliseconds);
      return controller.signal;
    };
    const native = window.fetch.bind(window);
    const tries: number[] = [];
    window.fetch = (...args) => (tries.push(Date.now()), native(...args));
    Object.assign(window, { tries });
  });
}

/** Opens a page that delivers to an endpoint of that name, and has delivered its beginning; returns its session's id. */
async function openDelivering(
  { recorded, lab, page }: { recorded: RecordedPage; lab: Lab; page: Page },
  name: string,
): Promise<string> {
  await recorded.open({ ...contents, disableDomRecording: true, endpoint: `${lab.origin}/collect/${name}` });
  await page.evaluate(() => window.recorder.flush());
  await page.evaluate("tries.length = 0");
  return page.evaluate(() => window.recorder.sessionId);
}

const said = (lab: Lab, id: string): unknown[] => lab.collector.session(id).console.map(({ args }) => args[0]);

/** Half a second after the other, as fast as the page keeps up with it. */
async function passTimeUntil({ lab, page }: { lab: Lab; page: Page }, id: string, texts: string[]): Promise<void> {
  await expect.poll(async () => (await page.clock.runFor(500), said(lab, id)), { intervals: [20] }).toEqual(texts);
}

test("a delivery without an answer is given up after a minute and comes again, the same under the same number", async ({
  recorded,
  lab,
  page,
}) => {
  await withClock(page);
  const id = await openDelivering({ recorded, lab, page }, "silent");
  const deliveries = (): string[] =>
    lab.collector.received
      .filter(({ head, lines }) => head.session === id && lines.some(({ file }) => file === "console.jsonl"))
      .map(({ head, lines }) => `${head.sequence} ${JSON.stringify(lines)}`);
  lab.collector.failures.push("silence");
  await page.evaluate(() => console.log("into silence"));
  await page.clock.runFor(2500);
  await expect.poll(() => deliveries().length).toBe(1);
  await page.evaluate(() => console.log("meanwhile"));
  await page.clock.runFor(50_000);
  // One at a time: what came since waits behind it.
  expect(await page.evaluate("tries.length")).toBe(1);
  await passTimeUntil({ lab, page }, id, ["into silence", "meanwhile"]);
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
  test(`an endpoint that asks for time in ${form} gets it`, async ({ recorded, lab, page }) => {
    await withClock(page);
    const id = await openDelivering({ recorded, lab, page }, "busy");
    const now = await page.evaluate(() => Date.now());
    lab.collector.failures.push({ status: 429, headers: { "Retry-After": after(now + 2500) } });
    await page.evaluate(() => console.log("in time"));
    await passTimeUntil({ lab, page }, id, ["in time"]);
    const [first = 0, second = 0] = await page.evaluate<number[]>("tries");
    // A date names a whole second.
    expect(second - first).toBeGreaterThanOrEqual(18_000);
    expect(second - first).toBeLessThan(30_000);
  });
}

test("two apps of one site: each endpoint gets its own app's session, whole, and nothing of the other", async ({
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

  // What the first app could not deliver is there when the second comes.
  const first = await open("first", () => lab.collector.failures.push(...Array<number>(50).fill(503)));
  const second = await open("second", () => (lab.collector.failures.length = 0));
  expect(second).not.toBe(first);
  expect(new Set(of("second").map(({ head }) => head.session))).toEqual(new Set([second]));
  expect(said(lab, second)).toEqual(["of second"]);
  expect(JSON.stringify(of("second"))).not.toContain("of first");

  const third = await open("first");
  expect(new Set(of("first").map(({ head }) => head.session))).toEqual(new Set([first, third]));
  expect(said(lab, first)).toEqual(["of first"]);
  for (const id of [first, second, third]) {
    const sequences = lab.collector.sequences(id);
    expect(sequences).toEqual(Array.from(sequences, (_, index) => index + 1));
  }
});
