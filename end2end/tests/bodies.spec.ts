// Bodies as what they are: source text, forms, GraphQL, gRPC-Web, media; and the search within one.
import { expect, test } from "../support/app.ts";

interface Content {
  mimeType: string;
  text: string;
  encoding?: "base64";
}

function entry(url: string, content: Content, request: object = {}): object {
  return {
    startedDateTime: "2026-03-01T10:00:00.000Z",
    time: 100,
    request: { method: "GET", url, headers: [], ...request },
    response: { status: 200, headers: [], content },
  };
}

const nothing: Content = { mimeType: "text/plain", text: "ok" };

const post = (mimeType: string, text: string): object => ({ method: "POST", postData: { mimeType, text } });

const base64 = (...bytes: (string | number[])[]): string =>
  Buffer.concat(bytes.map((part) => Buffer.from(part as string))).toString("base64");

test("minified source is formatted and colored, and shown as recorded on request", async ({ page, session }) => {
  const source = `function total(a,b){if(a){return a+b}}${"total(1,2);".repeat(20)}\n//# sourceMappingURL=app.js.map`;
  await session.openEntries([
    entry("https://shop.test/js/app.js", { mimeType: "text/javascript", text: source }),
    entry("https://shop.test/js/app.js.map", nothing),
  ]);
  await session.selectRow(1);
  const panel = await session.showTab("Response");
  const text = panel.getByRole("group", { name: "Text" });
  const format = panel.getByRole("button", { name: "Format", exact: true });
  await expect(format).toHaveAttribute("aria-pressed", "true");
  await expect(text).toContainText("if (a) {");
  await expect(panel.getByRole("button", { name: "Copy formatted" })).toBeVisible();
  const colorOf = (word: string): Promise<string> =>
    text
      .getByText(word, { exact: true })
      .first()
      .evaluate((element) => getComputedStyle(element).color);
  expect(await colorOf("function")).not.toBe(await colorOf("total"));

  await format.click();
  await expect(text).toContainText("function total(a,b){if(a){return a+b}}");
  const note = panel.getByRole("note", { name: "Source map" });
  await expect(note).toContainText("app.js.map");
  await note.getByRole("button", { name: "row 2" }).click();
  await expect(session.requests.row(2)).toHaveAttribute("aria-selected", "true");
  await expect(page.getByRole("region", { name: "Request details" })).toBeVisible();
});

test("the search within a body steps through its matches, in text and in a tree", async ({ page, session }) => {
  const books = [{ title: "Whale" }, { title: "Ahab" }, { whale: [{ deep: { name: "white whale" } }] }];
  await session.openEntries([
    entry("https://shop.test/a.css", { mimeType: "text/css", text: ".a { color: red }\n".repeat(400) }),
    entry("https://shop.test/b", { mimeType: "application/json", text: JSON.stringify(books) }),
  ]);
  await session.selectRow(1);
  const panel = await session.showTab("Response");
  await session.tab("Response").focus();
  await page.keyboard.press("Control+f");
  const box = panel.getByRole("searchbox", { name: "Search in body" });
  const count = panel.getByRole("status", { name: "Matches in body" });
  await expect(box).toBeFocused();
  await box.fill("/co.or/");
  await expect(count).toHaveText("1 of 400");
  await box.press("Shift+Enter");
  await expect(count).toHaveText("400 of 400");
  await expect(panel.getByRole("group", { name: "Text" })).toContainText("400.a { color: red }");
  await box.fill("/(/");
  await expect(panel.getByRole("alert", { name: "Search error" })).toBeVisible();
  await box.press("Escape");
  await expect(box).toHaveCount(0);
  await expect(session.details).toBeVisible();

  await session.selectRow(2);
  await panel.getByRole("button", { name: "Search in body" }).click();
  await box.fill("whale");
  await expect(count).toHaveText("1 of 3");
  await box.press("Enter");
  await box.press("Enter");
  await expect(panel.getByRole("treeitem", { name: 'name: "white whale"' })).toHaveAttribute("aria-selected", "true");
});

test("a form with files lists its parts, and GraphQL has its operation and errors", async ({ page, session }) => {
  const boundary = "----WebKitFormBoundaryz5Xq";
  const form = [
    `--${boundary}\r\nContent-Disposition: form-data; name="title"\r\n\r\nMoby-Dick`,
    `--${boundary}\r\nContent-Disposition: form-data; name="list"; filename="a.json"\r\nContent-Type: application/json\r\n\r\n{"sku":7}`,
    `--${boundary}--\r\n`,
  ].join("\r\n");
  const operation = { query: "query Books($n:Int){books(first:$n){title}}", variables: { n: 2 } };
  const failure = { errors: [{ message: "No such book", path: ["books", 0] }], data: null };
  await session.openEntries([
    entry("https://shop.test/upload", nothing, post(`multipart/form-data; boundary=${boundary}`, form)),
    entry(
      "https://shop.test/graphql",
      { mimeType: "application/json", text: JSON.stringify(failure) },
      post("application/json", JSON.stringify(operation)),
    ),
  ]);
  await session.selectRow(1);
  const panel = await session.showTab("Payload");
  const parts = panel.getByRole("table", { name: "Parts" });
  await expect(parts.getByRole("row").nth(1)).toContainText("title");
  await expect(parts.getByRole("row").nth(2)).toContainText("a.json");
  await expect(parts.getByRole("row").nth(2)).toContainText("9 B");
  const saved = page.waitForEvent("download");
  await parts.getByRole("button", { name: "Download list" }).click();
  expect((await saved).suggestedFilename()).toBe("a.json");
  await parts.getByRole("button", { name: "View list" }).click();
  await expect(panel.getByRole("treeitem", { name: "sku: 7" })).toBeVisible();

  await session.selectRow(2);
  await expect(panel.getByRole("group", { name: "Decoded", exact: true })).toContainText("query Books");
  await expect(panel.getByRole("group", { name: "Decoded source" })).toContainText("books(first: $n) {");
  await expect(panel.getByRole("treeitem", { name: "n: 2" })).toBeVisible();
  await session.showTab("Response");
  await expect(panel.getByRole("list", { name: "GraphQL errors" })).toContainText("No such book at books[0]");
});

test("gRPC-Web shows its messages and how the call ended", async ({ session }) => {
  const trailers = "grpc-status: 5\r\ngrpc-message: No%20such%20book";
  const text = base64([0, 0, 0, 0, 7, 0x0a, 5], "whale", [0x80, 0, 0, 0, trailers.length], trailers);
  await session.openEntries([
    entry("https://shop.test/shop.Books/Get", { mimeType: "application/grpc-web+proto", text, encoding: "base64" }),
  ]);
  await session.selectRow(1);
  const panel = await session.showTab("Response");
  await expect(panel.getByRole("treeitem", { name: '1: "whale"' })).toBeVisible();
  await expect(panel).toContainText("5 NOT_FOUND");
  await expect(panel).toContainText("No such book");
});

test("audio plays from its recorded bytes, and a font that is none says so", async ({ session }) => {
  const samples = Buffer.alloc(8000, 128);
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(36 + samples.length, 4);
  head.write("WAVEfmt ", 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8000, 24);
  head.writeUInt32LE(8000, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write("data", 36);
  head.writeUInt32LE(samples.length, 40);
  const wave = Buffer.concat([head, samples]).toString("base64");
  await session.openEntries([
    entry("https://shop.test/a.wav", { mimeType: "audio/wav", text: wave, encoding: "base64" }),
    entry("https://shop.test/a.woff2", { mimeType: "font/woff2", text: base64("wOF2", [255]), encoding: "base64" }),
  ]);
  await session.selectRow(1);
  const panel = await session.showTab("Response");
  const audio = panel.getByLabel("Audio");
  await expect.poll(() => audio.evaluate((element) => (element as HTMLAudioElement).duration)).toBe(1);
  await session.selectRow(2);
  await expect(panel).toContainText("The browser cannot decode this font");
});
