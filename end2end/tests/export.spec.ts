// Export: what is shown, as a HAR that this app and others read.
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { expect, test } from "../support/app.ts";
import { zip } from "../support/zip.ts";

interface Entry {
  request: { url: string; headers: { name: string; value: string }[] };
  _webSocketMessages?: { type: string; time: number; opcode: number; data?: string }[];
  _webSocketClose?: { code?: number; reason?: string; timestamp?: number };
  response: { content: { text?: string; comment?: string; mimeType: string } };
}

const dialog = (page: Page) => page.getByRole("dialog", { name: "Export as HAR" });

/** Presses the button of the dialog, and returns what is saved. */
async function save(page: Page): Promise<{ name: string; entries: Entry[]; content: Buffer }> {
  const download = page.waitForEvent("download");
  await dialog(page).getByRole("button", { name: "Save HAR" }).click();
  const saved = await download;
  const content = readFileSync(await saved.path());
  const { log } = JSON.parse(content.toString("utf8")) as { log: { entries: Entry[] } };
  return { name: saved.suggestedFilename(), entries: log.entries, content };
}

test("a session with its sockets becomes a HAR, messages fetched on the way, and reads back the same", async ({
  session,
  home,
  page,
}) => {
  await session.open("fixtures/native/session.json");
  await page.getByRole("button", { name: "Export" }).click();
  await expect(dialog(page)).toContainText("Exports all 16 rows");
  const { name, entries, content } = await save(page);
  await expect(dialog(page).getByRole("status", { name: "Export result" })).toContainText(`Saved ${name}: 16 rows`);
  expect(entries).toHaveLength(16);
  const orders = entries.find(({ _webSocketMessages: messages }) => messages?.length === 15);
  expect(orders?._webSocketClose?.timestamp).toBeLessThan(1e11);
  expect(orders?._webSocketMessages?.[0]?.time).toBeLessThan(1e11);

  const before = await session.requests.column("latency");
  await page.keyboard.press("Escape");
  await expect(dialog(page)).toBeHidden();
  await home.pickGenerated({ name, content });
  await session.expectLoaded();
  await session.requests.expectRowCount(16);
  expect(await session.requests.column("latency")).toEqual(before);
});

test("bodies in sidecar files are embedded in the HAR", async ({ home, session, page }) => {
  const entry = (name: string): unknown => ({
    startedDateTime: "2026-11-21T14:02:01.000Z",
    time: 20,
    request: { method: "GET", url: `https://a.test/${name}` },
    response: { status: 200, content: { mimeType: "text/plain", _file: name } },
  });
  const log = {
    version: "1.2",
    creator: { name: "made here", version: "1" },
    entries: [entry("there.txt"), entry("gone.txt")],
  };
  await home.visit();
  const members = [
    { name: "recording.har", content: JSON.stringify({ log }) },
    { name: "there.txt", content: "what it said" },
  ];
  await home.pickGenerated({ name: "recording.zip", content: zip(members) });
  await session.expectLoaded();
  await page.getByRole("button", { name: "Export" }).click();
  const { entries } = await save(page);
  expect(entries.map(({ response }) => response.content.text)).toEqual(["what it said", undefined]);
  await expect(dialog(page).getByRole("status", { name: "Export result" })).toContainText("gone.txt");
});

test("only what the table lists is written", async ({ session, page }) => {
  await session.open("fixtures/native/session.json", { types: "ws" });
  await page.getByRole("button", { name: "Export" }).click();
  await expect(dialog(page)).toContainText(/Exports \d of 16 rows/);
  const { entries } = await save(page);
  expect(entries.every(({ request }) => request.url.startsWith("ws") || request.url === "")).toBe(true);
});

test("credentials are redacted unless they are wanted", async ({ session, page }) => {
  const secret = { name: "Authorization", value: "Bearer hush-hush" };
  const entry = {
    startedDateTime: "2026-11-21T14:02:01.000Z",
    time: 20,
    request: {
      method: "GET",
      url: "https://a.test/?access_token=hush-hush",
      headers: [secret, { name: "Cookie", value: "id=hush-hush" }],
    },
    response: { status: 200, headers: [{ name: "Set-Cookie", value: "id=hush-hush" }], content: { size: 0 } },
  };
  await session.openEntries([entry]);
  await page.getByRole("button", { name: "Export" }).click();
  const clean = await save(page);
  expect(clean.content.toString("utf8")).not.toContain("hush-hush");
  expect(clean.entries[0]?.request.headers.map(({ name }) => name)).toEqual(["Authorization", "Cookie"]);
  await expect(dialog(page).getByRole("status", { name: "Export result" })).toContainText(
    /\b\d+ credential values redacted/,
  );

  await dialog(page).getByLabel("Remove cookies, authorization headers and tokens").uncheck();
  const unredacted = await save(page);
  expect(unredacted.entries[0]?.request.headers).toContainEqual(secret);
});

test("payloads of messages can be left out", async ({ session, page }) => {
  await session.open("fixtures/native/session.json", { types: "ws" });
  await page.getByRole("button", { name: "Export" }).click();
  await dialog(page).getByLabel("Include the payloads of WebSocket messages").uncheck();
  const { entries } = await save(page);
  const messages = entries.flatMap(({ _webSocketMessages: inline }) => inline ?? []);
  expect(messages.length).toBeGreaterThan(0);
  expect(messages.every(({ data }) => data === undefined)).toBe(true);
  await expect(dialog(page).getByRole("status", { name: "Export result" })).toContainText("without payload");
});

test("a messages file that cannot be fetched is named, and the rest is written", async ({ session, page }) => {
  await session.open("fixtures/native/session.json", { types: "ws" });
  await page.route("**/sockets/orders.jsonl", (route) => route.fulfill({ status: 404, body: "" }));
  await page.getByRole("button", { name: "Export" }).click();
  await save(page);
  const result = dialog(page).getByRole("status", { name: "Export result" });
  await expect(result).toContainText("orders.jsonl");
  await expect(result).toContainText("their file could not be read");
});
