// Credentials inside sockets: hidden on screen until they are asked for, redacted in exports, and
// byte for byte in what is copied.
import { readFileSync } from "node:fs";
import { expect, test } from "../support/app.ts";
import { demo } from "../support/demo.ts";
import { socketEntry, type SocketMessage } from "../support/socket-entry.ts";

test.use({ permissions: ["clipboard-read", "clipboard-write"], viewport: { width: 1280, height: 1000 } });

const url = "wss://live.test/feed?room=7&access_token=hunter2-url";
const login = '{"type":"login","user":"ann","password":"hunter2-text","room":7}';
// MessagePack: {"token": "hunter2-bin", "room": 7}
const packed = new Uint8Array([
  0x82,
  0xa5,
  ...ascii("token"),
  0xab,
  ...ascii("hunter2-bin"),
  0xa4,
  ...ascii("room"),
  7,
]);
const messages: SocketMessage[] = [
  ["send", login],
  ["receive", '{"type":"welcome","key":"APPLE","session":"morning"}'],
  ["send", packed],
];

function ascii(text: string): number[] {
  return [...Buffer.from(text, "latin1")];
}

test.beforeEach(async ({ session }) => {
  await session.openEntries([socketEntry(url, messages, "feed, bearer.hunter2-hunter2")], { row: "1" });
  await session.messages.expectRowCount(5);
});

test("a password is hidden in the table and in every view of the message", async ({ session }) => {
  const { messages } = session;
  await expect(messages.cell(1, "data")).toHaveText('{"type":"login","user":"ann","password":"••••","room":7}');
  await expect(messages.cell(1, "data")).toHaveAttribute("title", /Hidden credential/);
  await expect(messages.cell(2, "data")).toHaveText('{"type":"welcome","key":"APPLE","session":"morning"}');
  await messages.row(1).click();
  await messages.view("Parsed").click();
  await expect(messages.tree.getByRole("treeitem", { name: "password: ••••" })).toBeVisible();
  await expect(messages.tree.getByRole("treeitem", { name: 'user: "ann"' })).toBeVisible();
  for (const [view, secret, rest] of [
    ["Text", "hunter2", '"user":"ann"'],
    ["Hex", "hunter2", '"login"'],
    ["Base64", Buffer.from(login).toString("base64").slice(60, 80), "eyJ0eXBlIjoi"],
  ] as const) {
    await messages.view(view).click();
    await expect(messages.detail).toContainText(rest);
    await expect(messages.detail).toContainText("•");
    await expect(messages.detail).not.toContainText(secret);
  }
});

test("a click shows the credentials of a message, and hides them again", async ({ session }) => {
  const { messages } = session;
  await messages.row(1).click();
  await messages.view("Text").click();
  const button = messages.detail.getByRole("button", { name: "Show credentials" });
  await expect(button).toHaveAttribute("aria-pressed", "false");
  await button.press("Enter");
  await expect(messages.detail).toContainText("hunter2-text");
  await expect(messages.cell(1, "data"), "the table goes on hiding").not.toContainText("hunter2");
  await messages.view("Parsed").click();
  await expect(messages.tree.getByRole("treeitem", { name: 'password: "hunter2-text"' })).toBeVisible();
  await messages.view("Hex").click();
  await expect(messages.detail).toContainText("hunter2-text".slice(0, 4));
  await button.click();
  await messages.view("Text").click();
  await expect(messages.detail).not.toContainText("hunter2");
});

test("a message without credentials has no button for them", async ({ session }) => {
  await session.messages.row(2).click();
  await expect(session.messages.views).toBeVisible();
  await expect(session.messages.detail.getByRole("button", { name: "Show credentials" })).toHaveCount(0);
});

test("a token in a binary message is hidden", async ({ session }) => {
  const { messages } = session;
  await messages.row(3).click();
  await messages.view("Parsed").click();
  await expect(messages.tree.getByRole("treeitem", { name: "token: ••••" })).toBeVisible();
  await messages.view("Hex").click();
  await expect(messages.detail).toContainText("room");
  await expect(messages.detail).not.toContainText("hunter");
});

test("what is copied and found is what was recorded", async ({ session, page }) => {
  const { messages } = session;
  await messages.row(1).click();
  await messages.view("Text").click();
  await messages.detail.getByRole("button", { name: "Copy", exact: true }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(login);
  await messages.filter.fill("hunter2-text");
  await expect(messages.summary).toContainText("1 of 3 messages");
});

test("one button shows all credentials of the session, and a new session hides them again", async ({
  home,
  session,
  page,
}) => {
  const all = page.getByRole("button", { name: "Show all credentials" });
  await all.click();
  await expect(all).toHaveAttribute("aria-pressed", "true");
  await expect(session.messages.cell(1, "data")).toContainText("hunter2-text");
  await session.messages.row(1).click();
  await session.messages.view("Text").click();
  await expect(session.messages.detail).toContainText("hunter2-text");
  await all.click();
  await expect(session.messages.cell(1, "data")).not.toContainText("hunter2");
  await expect(session.messages.detail).not.toContainText("hunter2");

  await all.click();
  await expect(session.messages.cell(1, "data")).toContainText("hunter2-text");
  await home.drop("har/chrome.har");
  await expect(session.details).toHaveCount(0);
  await expect(all).toHaveAttribute("aria-pressed", "false");
});

test("the headers of a socket hide tokens of its URL and its subprotocols", async ({ page }) => {
  const details = page.getByRole("region", { name: "Request details" });
  await details.getByRole("tab", { name: "Headers" }).click();
  const general = details.getByRole("region", { name: "General" });
  await expect(general).toContainText("wss://live.test/feed?room=7&access_token=[REDACTED]");
  await expect(details.getByRole("region", { name: "Response headers" })).toContainText("[REDACTED]");
  await general.getByRole("button", { name: "Copy", exact: true }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain(url);
  await details.getByRole("checkbox", { name: "Show credentials" }).check();
  await expect(general).toContainText(url);
});

test("exports redact the credentials in messages unless they are wanted", async ({ page }) => {
  await page.getByRole("button", { name: "Export", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Export as HAR" });
  const save = async (): Promise<string[]> => {
    const download = page.waitForEvent("download");
    await dialog.getByRole("button", { name: "Save HAR" }).click();
    const text = readFileSync(await (await download).path(), "utf8");
    const har = JSON.parse(text) as { log: { entries: { _webSocketMessages: { data: string }[] }[] } };
    return har.log.entries[0]?._webSocketMessages.map(({ data }) => data) ?? [];
  };
  const [text = "", plain, binary = ""] = await save();
  expect(text).toBe(login.replace("hunter2-text", "[REDACTED]"));
  expect(plain).toBe(messages[1]?.[1]);
  expect(Buffer.from(binary, "base64").toString("latin1")).toBe(
    Buffer.from(packed).toString("latin1").replace("hunter2-bin", "***********"),
  );
  await expect(dialog.getByRole("status", { name: "Export result" })).toContainText("6 credential values redacted");
  await dialog.getByLabel("Remove cookies, authorization headers and tokens").uncheck();
  expect((await save())[0]).toBe(login);
});

test("the password of the demo's MQTT connection is hidden", async ({ session }) => {
  await session.open(demo.src, { row: String(demo.row("/mqtt")), msg: "1" });
  await expect(session.messages.detail).toContainText("CONNECT");
  await expect(session.messages.detail).not.toContainText("lantern-and-fog");
  await session.messages.view("Hex").click();
  await expect(session.messages.detail).toContainText("buyer-17");
  await expect(session.messages.detail).not.toContainText("lantern");
});
