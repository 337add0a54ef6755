// Recordings of pages of one's own, in REPLAYSCOPE_CORPUS: those with a full snapshot open, and
// show a page at their end.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "../../support/player.ts";
import { startedAt } from "../../support/recorded-page.ts";

interface Event {
  type: number;
  timestamp: number;
  windowId?: string;
}

const corpus = process.env["REPLAYSCOPE_CORPUS"] ?? "";

for (const folder of corpus === "" ? [] : ["rrweb", "posthog"]) {
  for (const file of readdirSync(join(corpus, folder)).sort()) {
    test(`${folder}/${file} plays`, async ({ player }) => {
      const events = eventsOf(join(corpus, folder, file));
      await player.visit();
      const hasSnapshot = events.some(({ type }) => type === 2);
      const opened = await player.open(
        events.map((event) => JSON.stringify(event)),
        hasSnapshot ? "opened" : "failed",
      );
      if (!hasSnapshot) return;
      expect(opened).toMatchObject({ events: events.length, dropped: 0 });
      expect(opened["omitted"]).toEqual({});
      for (const to of ["last", "first"]) {
        await player.seek(opened[to] as number);
        await expect(player.recorded.locator("body > *").first()).toBeAttached();
      }
      await player.send({ type: "speed", value: 32 });
      await player.request({ type: "play", at: (opened["last"] as number) - 2_000 }, "ended");
    });
  }
}

/** The events of one window, in order of time, as if they had begun when the recordings of the other tests do. */
function eventsOf(path: string): Event[] {
  const found: Event[] = [];
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk);
    else if (typeof value === "object" && value !== null) {
      if ("type" in value && "timestamp" in value && "data" in value) found.push(value as Event);
      else Object.values(value).forEach(walk);
    }
  };
  walk(JSON.parse(readFileSync(path, "utf8")));
  const window = found.find(({ type }) => type === 2)?.windowId ?? found[0]?.windowId;
  const events = found
    .filter(({ type, windowId }) => windowId === window && type <= 4)
    .sort((one, other) => one.timestamp - other.timestamp);
  const first = events[0]?.timestamp ?? 0;
  return events.map((event) => ({ ...event, timestamp: event.timestamp - first + startedAt }));
}
