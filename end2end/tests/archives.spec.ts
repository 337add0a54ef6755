// Archives and compressed files: what is inside opens as if it lay there unpacked.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { expect, test } from "../support/app.ts";
import { expectAllTexts } from "../support/pages/check.ts";
import { fixture } from "../support/pages/home.ts";
import { zip } from "../support/zip.ts";

const har = readFileSync(fixture("har/order.har"));
const native = ["session.json", "resources.jsonl", "sockets/orders.jsonl", "sockets/feed.jsonl"];

/** Recordings that real producers wrote. */
function recorded(path: string): Buffer {
  return readFileSync(fileURLToPath(new URL(`../../crates/session/tests/fixtures/${path}`, import.meta.url)));
}

test("a zip with one HAR opens the HAR", async ({ home, session }) => {
  await home.visit();
  await home.pickGenerated({
    name: "recording.zip",
    content: zip([
      { name: "notes/read me.txt", content: "hello" },
      { name: "order.har", content: har },
    ]),
  });
  await session.expectLoaded();
  await session.requests.expectOrder([2, 5, 1, 4, 3]);
  await session.expectNoAlert();
});

test("members of a zip may be stored or compressed again", async ({ home, session }) => {
  await home.visit();
  await home.pickGenerated({
    name: "a.zip",
    content: zip([{ name: "order.har.gz", content: gzipSync(har), stored: true }]),
  });
  await session.expectLoaded();
  await session.requests.expectRowCount(5);
});

test("an archive of archives opens the recording in it", async ({ home, session }) => {
  await home.visit();
  const inner = zip([{ name: "order.har", content: har }]);
  await home.pickGenerated({
    name: "artifacts.zip",
    content: zip([{ name: "test-results/order/trace.zip", content: inner }]),
  });
  await session.expectLoaded();
  await session.requests.expectRowCount(5);
});

test("messages in a zip of a session folder are decompressed when their socket is opened", async ({
  home,
  session,
}) => {
  await home.visit();
  const members = native.map((name) => ({ name: `market/${name}`, content: readFileSync(fixture(`native/${name}`)) }));
  await home.pickGenerated({ name: "market.zip", content: zip(members) });
  await session.expectLoaded();
  await session.requests.expectRowCount(16);
  await session.selectRow(6);
  await session.messages.expectRowCount(17);
});

test("a zip with Playwright's HAR and its attached contents opens", async ({ home, session, page }) => {
  await home.visit();
  const folder = fileURLToPath(new URL("../../crates/session/tests/fixtures/playwright/attach", import.meta.url));
  const members = readdirSync(folder).map((name) => ({ name, content: recorded(`playwright/attach/${name}`) }));
  await home.pickGenerated({ name: "attach.zip", content: zip(members) });
  await session.expectLoaded();
  const items = page.getByRole("row").filter({ has: page.getByTitle(/\/api\/items/) });
  await items.click();
  await page.getByRole("tab", { name: "Response" }).click();
  await expect(page.getByRole("region", { name: "Response body" })).toContainText("日本");
});

test("a zip opens from a URL", async ({ session }) => {
  await session.serveFile("recording.zip", zip([{ name: "order.har", content: har }]));
  await session.open("recording.zip");
  await session.requests.expectRowCount(5);
  await session.expectNoAlert();
});

test("a file compressed with Brotli opens", async ({ home, session }) => {
  await home.visit();
  await home.pickGenerated({ name: "order.har.br", content: brotliCompressSync(har) });
  await session.expectLoaded();
  await session.requests.expectRowCount(5);
});

test("a file compressed with Zstandard opens", async ({ home, session }) => {
  await home.visit();
  await home.pick("har/order.har.zst");
  await session.expectLoaded();
  await session.requests.expectRowCount(5);
});

test("a compressed file that is not a recording shows an alert", async ({ home, session }) => {
  await home.visit();
  await home.pickGenerated({
    name: "photo.png",
    content: Buffer.from("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "latin1"),
  });
  await expectAllTexts(session.alert, "not JSON", "photo.png");
});

test("truncated compressed data keeps the loaded rows and shows an alert", async ({ home, session }) => {
  await home.visit();
  const many = JSON.parse(har.toString("utf8")) as { log: { entries: unknown[] } };
  const entry = many.log.entries[0];
  many.log.entries = Array.from({ length: 20_000 }, () => entry);
  const packed = brotliCompressSync(JSON.stringify(many), { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });
  await home.pickGenerated({ name: "order.har.br", content: packed.subarray(0, Math.floor(packed.length / 2)) });
  await expectAllTexts(session.alert, "not complete", "cut off");
  await expect(session.requests.rows.first()).toBeVisible();
});

test("a damaged, truncated, encrypted or empty archive shows an alert", async ({ home, session }) => {
  await home.visit();
  const archive = zip([{ name: "order.har", content: har }]);
  await home.pickGenerated({
    name: "lost.zip",
    content: Buffer.concat([archive.subarray(0, 50), archive.subarray(65)]),
  });
  await expectAllTexts(session.alert, "lost.zip", "15 bytes are missing");
  await home.pickGenerated({ name: "half.zip", content: archive.subarray(0, archive.length / 2) });
  await expectAllTexts(session.alert, "half.zip", "cut off");
  await home.pickGenerated({ name: "none.zip", content: zip([]) });
  await expectAllTexts(session.alert, "none.zip", "empty");
  const locked = Buffer.from(archive);
  const entry = locked.indexOf("PK\x01\x02");
  locked.writeUInt16LE(1, entry + 8);
  await home.pickGenerated({ name: "locked.zip", content: locked });
  await expectAllTexts(session.alert, "order.har in locked.zip", "password");
});

test("a damaged member is read up to the damage and named in the load notes", async ({ home, session }) => {
  await home.visit();
  const archive = zip([{ name: "order.har", content: har, stored: true }]);
  await home.pickGenerated({ name: "hurt.zip", content: changed(archive, "https://", "httpz://") });
  await session.expectLoaded();
  await session.requests.expectRowCount(5);
  await session.notes.getByText("load note").click();
  await expect(session.notes.getByRole("listitem").last()).toHaveText(
    /order\.har in hurt\.zip.*damaged: its checksum is not the one in the archive/,
  );
});

test("a damaged messages file shows an alert with the messages read so far", async ({ home, session, page }) => {
  await home.visit();
  const members = native.map((name) => ({ name, content: readFileSync(fixture(`native/${name}`)), stored: true }));
  await home.pickGenerated({ name: "market.zip", content: changed(zip(members), "He said", "He sa1d") });
  await session.expectLoaded();
  await session.selectRow(6);
  await page.getByText("1 note about this file").click();
  await expect(
    page.getByText("sockets/orders.jsonl: damaged: its checksum is not the one in the archive"),
  ).toBeVisible();
});

test("a damaged body shows an error", async ({ home, session, page }) => {
  await home.visit();
  const path = "playwright/attach/";
  const folder = fileURLToPath(new URL(`../../crates/session/tests/fixtures/${path}`, import.meta.url));
  const members = readdirSync(folder).map((name) => ({ name, content: recorded(`${path}${name}`), stored: true }));
  await home.pickGenerated({ name: "attach.zip", content: changed(zip(members), "日本", "日木") });
  await session.expectLoaded();
  await page
    .getByRole("row")
    .filter({ has: page.getByTitle(/\/api\/items/) })
    .click();
  await page.getByRole("tab", { name: "Response" }).click();
  await expectAllTexts(page.getByRole("alert"), "The body is damaged", "checksum");
});

/** The archive with the first occurrence of a text replaced. */
function changed(archive: Buffer, text: string, replacement: string): Buffer {
  const at = archive.indexOf(text);
  expect(at).toBeGreaterThan(0);
  const copy = Buffer.from(archive);
  copy.write(replacement, at);
  return copy;
}

test("a Playwright trace shows rows, messages and bodies, and notes its other contents", async ({
  home,
  session,
  page,
}) => {
  await home.visit();
  await home.pickGenerated({ name: "trace.zip", content: recorded("playwright/trace.zip") });
  await session.expectLoaded();
  await session.requests.expectRowCount(13);
  await expect(page.getByRole("heading", { name: /Orders of a day/ })).toContainText("6 console entries");
  await page
    .getByRole("row")
    .filter({ has: page.getByTitle(/\/ws\/echo/) })
    .click();
  await session.messages.expectRowCount(8);
  await page
    .getByRole("row")
    .filter({ has: page.getByTitle(/\/api\/items/) })
    .click();
  await page.getByRole("tab", { name: "Response" }).click();
  await expect(page.getByRole("region", { name: "Response body" })).toContainText("日本");
  await session.expectNoAlert();
});
