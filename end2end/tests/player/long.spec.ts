// Long recordings: the player shares its thread with the app, and must leave it to the app in time.
import { expect, test } from "../../support/player.ts";
import type { PlayerPage } from "../../support/pages/player.ts";
import { counter, RecordedPage } from "../../support/recorded-page.ts";

const events = 100_000;

interface Measured {
  took: number;
  turns: number;
}

/**
 * Whether others had their turns: a quarter of a second apart on average, or four of them on a
 * machine so busy that all takes longer. They come every 30 ms or so on a quiet one, where reading
 * in one go takes more than a second.
 */
const leftToOthers = ({ took, turns }: Measured): boolean => took / (turns + 1) < Math.max(250, took / 4);

/** A list that grows and shrinks, text that changes, attributes, a pointer: two hours of a busy page. */
function busyPage(snapshotEach: number): RecordedPage {
  const page = new RecordedPage();
  const rows = Array.from({ length: 200 }, (_, index) =>
    page.element("li", { class: "row" }, page.text(`row ${index}`)),
  );
  const list = page.element("ul", { id: "list" }, ...rows);
  const step = 72;
  page.snapshot(0, [list]);
  for (let index = 2; index < events; index += 1) {
    const at = index * step;
    const row = rows[index % rows.length];
    if (row === undefined) break;
    if (index % snapshotEach === 0) page.snapshot(at, [list]);
    else if (index % 4 === 0)
      page.add(3, at, { source: 1, positions: [{ x: index % 800, y: 5, id: list.id, timeOffset: -40 }] });
    else if (index % 4 === 1) page.change(at, row.id, { class: `row at-${index}` });
    else page.mutation(at, { texts: [{ id: (row["childNodes"] as { id: number }[])[0]?.id, value: `at ${at}` }] });
  }
  return page;
}

async function measure(player: PlayerPage, to: number): Promise<Measured> {
  await player.countIdleTurns();
  const began = Date.now();
  await player.seek(to);
  return { took: Date.now() - began, turns: await player.countIdleTurns() };
}

for (const [what, snapshotEach] of [
  ["without further snapshots", Infinity],
  ["with a snapshot each 5,000 events", 5_000],
] as const) {
  test(`${events.toLocaleString("en")} events ${what} do not block the thread while they are read and seeked`, async ({
    player,
  }) => {
    test.slow();
    await player.visit();
    await player.load(busyPage(snapshotEach).texts);
    await player.countIdleTurns();
    const began = Date.now();
    await player.openLoaded();
    const opened = await player.next("opened");
    const took = Date.now() - began;
    expect(opened).toMatchObject({ dropped: 0 });
    const parsing = { took, turns: await player.countIdleTurns() };
    const last = opened["last"] as number;
    const far = await measure(player, last);
    await expect(player.recorded.locator(".row")).toHaveCount(200);
    const back = await measure(player, last / 2);
    const near = await measure(player, last / 2 + 5_000);
    expect([parsing, far, back, near].filter((measured) => !leftToOthers(measured))).toEqual([]);
  });
}

test("events of the same time are played across several frames", async ({ player }) => {
  await player.visit();
  const page = counter(5_000, 0);
  page.add(3, 1_000, { source: 4, width: 800, height: 600 });
  await player.open(page.texts);
  await player.request({ type: "play", at: 0 }, "ended");
  await player.seek(1_000);
  await expect(player.recorded.locator("#counter")).toHaveText("0");
});
