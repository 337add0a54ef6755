// Recordings of one's own: every HAR in the folders `har` and `har-ws` of REPLAYSCOPE_CORPUS opens, with all its rows.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "../support/app.ts";

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

/** How many entries a HAR has, as JSON.parse sees it. */
function entriesOf(path: string): number {
  const bytes = readFileSync(path);
  const text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8").replace(/^\ufeff/, "");
  return (JSON.parse(text) as { log: { entries: unknown[] } }).log.entries.length;
}
