// What the recorder of this repository wrote, in the demo session.
import { readFileSync } from "node:fs";
import { expect, test } from "../../support/player.ts";
import { demo } from "../../support/demo.ts";

const events = new URL(`../../../static/${demo.src.replace("session.json", "events.jsonl")}`, import.meta.url);

test("seeking and playing the demo build the same page", async ({ player }) => {
  await player.visit();
  const lines = readFileSync(events, "utf8").trim().split("\n");
  const { first, last, ...opened } = await player.open(lines);
  expect(opened).toMatchObject({ events: lines.length, dropped: 0, width: 1280, height: 720 });
  const body = player.recorded.locator("body");
  await player.seek(last as number);
  await expect(body).toContainText(/Lantern Street Market[^]*[1-9]\d* trades/);
  const sought = await body.innerText();
  await player.seek(first as number);
  await expect(body).toContainText("Lantern Street Market");
  await expect.poll(() => body.innerText()).not.toBe(sought);
  await player.send({ type: "speed", value: 32 });
  await player.request({ type: "play", at: first as number }, "ended");
  expect(await body.innerText()).toBe(sought);
});
