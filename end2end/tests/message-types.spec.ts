// Protocol Buffers with the names of a .proto file, payloads in compressions that take a module of
// their own, and values that can be read in several ways.
import { brotliCompressSync } from "node:zlib";
import { expect, test } from "../support/app.ts";
import type { SessionPage } from "../support/pages/session.ts";
import { socketEntry, type SocketMessage } from "../support/socket-entry.ts";

const hex = (digits: string): Uint8Array => Buffer.from(digits.replaceAll(" ", ""), "hex");

const TICKS: SocketMessage[] = [
  ["receive", hex("0a 04 74 69 63 6b 10 03 18 01")],
  ["receive", hex("0a 04 74 69 63 6b 10 05 18 02")],
  ["receive", hex("0a 04 6c 61 73 74 10 06 18 01")],
];

const PROTO = `syntax = "proto3";
package feed;
enum Side { UNKNOWN = 0; BUY = 1; SELL = 2; }
message Tick { string name = 1; sint32 change = 2; Side side = 3; }
message Other { int64 name = 1; }
`;

/** A frame of Zstandard with one block that is not compressed, for a text below 256 bytes. */
function zstandard(text: string): Uint8Array {
  const content = Buffer.from(text);
  const block = (content.length << 3) | 1;
  const header = Buffer.of(0x20, content.length, block & 0xff, block >> 8, 0);
  return Buffer.concat([hex("28 b5 2f fd"), header, content]);
}

async function open(session: SessionPage, messages: SocketMessage[]): Promise<void> {
  await session.openEntries([socketEntry("wss://x.test/feed", messages)], { row: "1" });
  await session.messages.expectRowCount(messages.length + 2);
}

const file = (name: string, text: string): { name: string; mimeType: string; buffer: Buffer } => ({
  name,
  mimeType: "text/plain",
  buffer: Buffer.from(text),
});

test("a .proto file names the fields of messages, and the type that fits is selected", async ({ page, session }) => {
  await open(session, TICKS);
  const { detail, tree } = session.messages;
  await session.messages.row(2).click();
  await expect(detail.getByRole("button", { name: "Add .proto…" })).toBeVisible();
  await detail.getByLabel("Files with message types").setInputFiles(file("feed.proto", PROTO));
  const types = detail.getByRole("combobox", { name: "Decode as message type" });
  await expect(types.getByRole("option", { name: "Automatic (feed.Tick)" })).toBeAttached();
  await expect(types.getByRole("option", { name: "feed.Tick (3 of 3 messages fit)" })).toBeAttached();
  await expect(detail).toContainText("2 message types from 1 file, until the session is closed");
  await expect(tree.getByRole("treeitem", { name: 'name: "tick"' })).toBeVisible();
  await expect(tree.getByRole("treeitem", { name: "change: -3" })).toBeVisible();
  await expect(tree.getByRole("treeitem", { name: 'side: "SELL"' })).toBeVisible();
  await types.selectOption("Field numbers only");
  await expect(tree.getByRole("treeitem", { name: "2: 5" })).toBeVisible();
  await session.messages.row(3).click();
  await expect(types, "the type is that of the direction").toHaveValue("-");
  await types.selectOption({ index: 0 });
  await expect(tree.getByRole("treeitem", { name: 'side: "BUY"' })).toBeVisible();
  await page.getByRole("button", { name: "Remove types" }).click();
  await expect(types).toHaveCount(0);
});

test("an error of a .proto file names its line, and the types before stay", async ({ session }) => {
  await open(session, TICKS);
  const { detail } = session.messages;
  await session.messages.row(1).click();
  const input = detail.getByLabel("Files with message types");
  await input.setInputFiles(file("feed.proto", PROTO));
  await input.setInputFiles(file("broken.proto", "message A {\n  int32 x 1;\n}"));
  await expect(detail.getByRole("alert")).toContainText("broken.proto, line 2: = is missing before 1");
  await expect(detail).toContainText("2 message types from 1 file");
});

test("a number without a type is read in another way by a click or a key", async ({ page, session }) => {
  await open(session, TICKS);
  const { tree } = session.messages;
  await session.messages.row(1).click();
  const item = tree.getByRole("treeitem", { name: "2: 3" });
  await item.hover();
  await item.getByRole("button", { name: "Read as another type" }).click();
  await expect(tree.getByRole("treeitem", { name: "2: -2 (sint (zigzag))" })).toBeVisible();
  await tree.focus();
  await page.keyboard.press("r");
  await expect(item).toBeVisible();
});

test("a Zstandard payload is decompressed when it is opened", async ({ session }) => {
  await open(session, [["receive", zstandard('{"type":"tick","price":1}')]]);
  await session.messages.row(1).click();
  await expect(session.messages.detail).toContainText("Zstandard");
  await expect(session.messages.tree.getByRole("treeitem", { name: "price: 1" })).toBeVisible();
});

test("a Brotli payload is decompressed when the user says that it is one", async ({ session }) => {
  await open(session, [["receive", brotliCompressSync('{"type":"tick","price":1}')]]);
  await session.messages.row(1).click();
  await session.messages.detail.getByRole("button", { name: "Decompress as Brotli" }).click();
  await expect(session.messages.tree.getByRole("treeitem", { name: "price: 1" })).toBeVisible();
});

test("values of MessagePack that follow one another are shown one by one", async ({ session }) => {
  await open(session, [["receive", hex("81 a1 61 01 82 a1 62 02 a1 63 ff")]]);
  await session.messages.row(1).click();
  await expect(session.messages.detail).toContainText("2 values of MessagePack (guessed)");
  await expect(session.messages.tree.getByRole("treeitem", { name: "a: 1" })).toBeVisible();
  await expect(session.messages.tree.getByRole("treeitem", { name: "c: -1" })).toBeVisible();
});
