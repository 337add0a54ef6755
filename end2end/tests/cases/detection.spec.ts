// Files of other tools, and recordings in unusual forms, in REPLAYSCOPE_CASES.
import { expect, test } from "../../support/app.ts";
import { expectAllTexts } from "../../support/pages/check.ts";

test.skip((process.env["REPLAYSCOPE_CASES"] ?? "") === "", "REPLAYSCOPE_CASES is not set");

const refused: [file: string, phrases: string[]][] = [
  ["netlog.json", ["Chrome network log (net-export)", "netlog.json", "Export HAR"]],
  ["charles.chlsj", ["Charles session", "charles.chlsj", "HTTP Archive (.har)"]],
  [
    "fiddler.saz",
    ["Fiddler session archive (SAZ)", "no recording among the 5 files of fiddler.saz", "_index.htm", "HTTPArchive"],
  ],
];

for (const [file, phrases] of refused) {
  test(`${file} is an alert that names the tool and its way to a HAR`, async ({ session, page }) => {
    await session.startOpening(`cases/${file}`);
    await expectAllTexts(session.alert, ...phrases);
    await expect(page.getByText("Nothing is open")).toBeVisible();
  });
}

test("a packed list shows its request and its events", async ({ session, page }) => {
  await session.open("cases/rrweb-packed-array.json");
  await session.requests.expectRowCount(1);
  await page.getByRole("tab", { name: /^Events/ }).click();
  await expect(page.getByRole("tab", { name: /^Events/ })).not.toContainText("0");
  await session.expectNoAlert();
});

test("snapshots that arrived twice show each request once", async ({ session }) => {
  await session.open("cases/posthog-duplicates.json");
  await session.requests.expectRowCount(2);
  await expect(session.notes).toContainText("1 load note");
  await session.notes.getByText("load note").click();
  await expect(session.notes).toContainText("2 duplicate events ignored");
});

test("UTF-16 opens, and a note says how bytes are counted", async ({ session }) => {
  await session.open("cases/utf16le-bom.har");
  await expect(session.requests.row(1)).toBeVisible();
  await session.notes.getByText("load note").click();
  await expect(session.notes).toContainText("UTF-16 text, read as UTF-8");
});
