// Recordings of one's own, in REPLAYSCOPE_CORPUS: every HAR in `har` and `har-ws` opens with all
// its rows, and what is in the folders of other formats opens, too.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "../support/app.ts";
import { Replay } from "../support/pages/replay.ts";

const corpus = process.env["REPLAYSCOPE_CORPUS"] ?? "";

test("a folder of recordings is named", () => {
  test.skip(corpus === "", "REPLAYSCOPE_CORPUS is not set: recordings of one's own are left out");
});

for (const folder of corpus === "" ? [] : ["har", "har-ws"]) {
  for (const file of readdirSync(join(corpus, folder)).sort()) {
    test(`${folder}/${file} opens with all its rows`, async ({ session }) => {
      const entries = entriesOf(join(corpus, folder, file));
      await session.open(`corpus/${folder}/${encodeURIComponent(file)}`);
      await session.requests.expectRowCount(entries);
      await session.expectNoAlert();
      if (entries > 0) {
        await session.requests.at(1).click();
        await expect(session.details).toBeVisible();
      }
    });
  }
}

for (const folder of corpus === "" ? [] : ["playwright", "rrweb", "posthog", "highlight"]) {
  for (const file of readdirSync(join(corpus, folder)).sort()) {
    test(`${folder}/${file} is replayed, or says why not`, async ({ session, page }) => {
      const replay = new Replay(page);
      await session.open(`corpus/${folder}/${encodeURIComponent(file)}`);
      await expect(replay.region.or(replay.emptyNote)).toBeVisible();
      if (await replay.emptyNote.isVisible()) return;
      // A recording without times has a page, and nothing to play.
      if (await replay.play.isEnabled()) await replay.play.click();
      const missing = replay.region.getByRole("status").filter({ hasText: "not in the archive" });
      await expect(replay.player.or(replay.screenshot).or(missing).first()).toBeVisible();
      if (await replay.player.isVisible()) await expect(replay.recorded.locator("body *").first()).toBeAttached();
    });

    test(`${folder}/${file} opens, and says what it holds`, async ({ session, page }) => {
      await session.open(`corpus/${folder}/${encodeURIComponent(file)}`);
      await session.expectNoAlert();
      const holdsRows = (await session.requests.rows.count()) > 0;
      const expected = holdsRows ? /request/ : /page event|action|load note|No requests were recorded/;
      await expect(page.locator("body")).toContainText(expected);
    });
  }
}

/** How many entries a HAR has, as JSON.parse sees it. */
function entriesOf(path: string): number {
  const bytes = readFileSync(path);
  const text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8").replace(/^\ufeff/, "");
  return (JSON.parse(text) as { log: { entries: unknown[] } }).log.entries.length;
}
