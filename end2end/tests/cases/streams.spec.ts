// Event streams as tables, bodies that were stored compressed, and pictures.
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { expect, test } from "../../support/app.ts";
import type { SessionPage } from "../../support/pages/session.ts";
import { serveSession, start } from "../../support/made-session.ts";

const hasCases = process.env["REPLAYSCOPE_CASES"] !== undefined;

interface Made {
  mimeType?: string;
  text?: string;
  bytes?: Buffer;
  encoding?: string;
  headers?: Record<string, string>;
  more?: object;
}

/** An entry with that response; bytes are written as base64. */
function entry(
  { mimeType = "", text, bytes, headers = {}, more = {} }: Made,
  url = "https://made.example.test/x",
): object {
  const content =
    bytes === undefined ? { mimeType, text } : { mimeType, text: bytes.toString("base64"), encoding: "base64" };
  const list = Object.entries(headers).map(([name, value]) => ({ name, value }));
  return {
    startedDateTime: "2026-03-01T10:00:00.000Z",
    time: 10,
    request: { method: "GET", url, headers: [] },
    response: { status: 200, headers: list, content },
    ...more,
  };
}

/** A frame of Zstandard with one block that is not compressed. */
function zstandard(plain: Buffer): Buffer {
  const size = (plain.length << 3) | 1;
  const head = [0x28, 0xb5, 0x2f, 0xfd, 0x20, plain.length, size & 0xff, (size >> 8) & 0xff, size >> 16];
  return Buffer.concat([Buffer.from(head), plain]);
}

async function showResponse(session: SessionPage, row: number): Promise<void> {
  await session.selectRow(row);
  await session.showTab("Response");
}

test.describe("event streams", () => {
  test("the events that Chrome lists are a table with their names and ids", async ({ session, page }) => {
    test.skip(!hasCases, "REPLAYSCOPE_CASES is not set");
    await session.open("cases/sse-messages.har");
    for (const row of [1, 2]) {
      await session.selectRow(row);
      await expect(session.tab("Messages")).toHaveText(/Messages\s*3/);
      await session.showTab("Messages");
      const { events } = session;
      await events.expectRowCount(3);
      await expect(events.rows).toHaveCount(3);
      expect(await events.attributes("data-kind")).toEqual(["received", "received", "received"]);
      await expect(events.cell(1, "event")).toHaveText("update");
      await expect(events.cell(1, "id")).toHaveText("7");
      await expect(events.cell(1, "time")).toHaveText("0:00.500");
      await expect(events.cell(2, "event")).toHaveText("message");
      await expect(events.cell(2, "id")).toHaveText("");
      await expect(events.cell(2, "delta")).toHaveText("1.00 s");
      await expect(events.cell(3, "data")).toHaveText('{"score":4}');
      await expect(events.summary).toContainText("3 messages");
      await expect(events.directions).toHaveCount(0);
    }
    await expect(page.getByRole("grid", { name: "WebSocket messages" })).toHaveCount(0);
  });

  test("the same search box filters by data, name and id, and a message opens", async ({ session }) => {
    test.skip(!hasCases, "REPLAYSCOPE_CASES is not set");
    await session.open("cases/sse-messages.har", { row: "1", detail: "messages" });
    const { events } = session;
    await events.filter.fill("update");
    await events.expectNumbers([1, 3]);
    await events.filter.fill("update -8");
    await events.expectNumbers([1]);
    await events.row(1).click();
    await expect(events.detail).toContainText("Event update");
    await expect(events.detail).toContainText("Id 7");
    await expect(events.detail.getByRole("treeitem", { name: /score/ })).toBeVisible();
    await session.expectParameter("msg", "1");
    await events.filter.fill("nothing like it");
    await expect(session.details).toContainText("No message matches the filter");
  });

  test("a body alone is parsed as a browser does; its messages have no times", async ({ session }) => {
    const text =
      "\ufeff: hello\r\nretry: 500\r\n\r\nevent: add\r\nid: 9\r\ndata: one\r\ndata: two\r\n\r\ndata: three\r\n\r\ndata: cut off";
    await session.openEntries([entry({ mimeType: "text/event-stream;charset=UTF-8", text })]);
    await session.selectRow(1);
    await session.showTab("Messages");
    const { events } = session;
    await events.expectRowCount(2);
    await expect(events.cell(1, "event")).toHaveText("add");
    await expect(events.cell(1, "data")).toHaveText("one⏎two");
    await expect(events.cell(1, "time")).toHaveText("—");
    await expect(events.cell(2, "id")).toHaveText("9");
    await expect(session.details).toContainText("3 notes about this event stream");
  });

  test("a body that was stored compressed has its messages too", async ({ session }) => {
    const bytes = gzipSync(Buffer.from("data: packed\n\n"));
    await session.openEntries([
      entry({ mimeType: "text/event-stream", bytes, headers: { "Content-Encoding": "gzip" } }),
    ]);
    await session.selectRow(1);
    await session.showTab("Messages");
    await session.events.expectRowCount(1);
    await expect(session.events.cell(1, "data")).toHaveText("packed");
  });

  test("a stream without a body says so", async ({ session }) => {
    await session.openEntries([entry({ mimeType: "text/event-stream" })]);
    await session.selectRow(1);
    await session.showTab("Messages");
    await expect(session.detailPanel).toContainText("Body not recorded");
    await session.events.expectRowCount(0);
    await session.expectNoAlert();
  });

  test("another request has no such tab", async ({ session }) => {
    await session.openEntries([entry({ mimeType: "text/plain", text: "data: x\n\n" })]);
    await session.selectRow(1);
    await expect(session.detailTabs.getByRole("tab")).toHaveText([
      "Headers",
      "Payload",
      "Response",
      "Timing",
      "Initiator",
    ]);
  });

  test("the messages file of a native session is fetched when they are opened", async ({ session }) => {
    let fetched = 0;
    const resource = {
      name: "https://a.test/events",
      initiatorType: "eventsource",
      socketId: "e1",
      startTimeAbs: start,
    };
    const src = await serveSession(session, { resources: [resource] });
    const files = { resources: { path: "resources.jsonl" }, sockets: { e1: { path: "sockets/e1.jsonl" } } };
    await session.serveFile(src, JSON.stringify({ format: "replayscope/1", startedAt: start, files }));
    await session.page.route("**/sockets/e1.jsonl", async (route) => {
      fetched += 1;
      await route.fulfill({ body: `{"type":"received","timeStamp":${start + 40},"event":"tick","message":"a"}\n` });
    });
    await session.open(src);
    await session.selectRow(1);
    expect(fetched).toBe(0);
    await session.showTab("Messages");
    await session.events.expectRowCount(1);
    await expect(session.events.cell(1, "event")).toHaveText("tick");
    expect(fetched).toBe(1);
  });
});

test.describe("bodies that were stored compressed", () => {
  test("of a proxy's HAR can be read, and are said to have been stored so", async ({ session }) => {
    test.skip(!hasCases, "REPLAYSCOPE_CASES is not set");
    await session.open("cases/body-left-compressed.har");
    const stored = { 1: "stored compressed (br)", 2: "stored compressed (gzip)", 3: "stored compressed (deflate)" };
    for (const [row, text] of Object.entries(stored)) {
      await showResponse(session, Number(row));
      await expect(session.detailPanel).toContainText(`${text}, decompressed for display`);
      await expect(session.detailPanel.getByRole("treeitem", { name: /^items/ })).toBeVisible();
    }
    await showResponse(session, 4);
    await expect(session.detailPanel.getByRole("treeitem", { name: /^items/ })).toBeVisible();
    await expect(session.detailPanel).not.toContainText("stored");
    await showResponse(session, 5);
    await expect(session.detailPanel).toContainText("stored as base64 without a flag");
    await expect(session.detailPanel.getByRole("treeitem", { name: /^items/ })).toBeVisible();
  });

  test("every coding, lists of them and compressed data without a header", async ({ session }) => {
    const plain = Buffer.from('{"readable":true}');
    const packed: [string, Buffer][] = [
      ["br", brotliCompressSync(plain)],
      ["zstd", zstandard(plain)],
      ["deflate", deflateRawSync(plain)],
      ["gzip, br", brotliCompressSync(gzipSync(plain))],
      ["", zstandard(plain)],
      ["", deflateSync(plain)],
    ];
    const entries = packed.map(([coding, bytes]) =>
      entry({ mimeType: "application/json", bytes, headers: coding === "" ? {} : { "content-encoding": coding } }),
    );
    await session.openEntries(entries);
    for (const [index, [coding]] of packed.entries()) {
      await showResponse(session, index + 1);
      await expect(session.detailPanel.getByRole("treeitem", { name: /readable/ })).toBeVisible();
      await expect(session.detailPanel).toContainText(`stored compressed (${coding}`);
    }
  });

  test("the bytes as they were stored stay one click away", async ({ session }) => {
    const bytes = gzipSync(Buffer.from("some text"));
    await session.openEntries([entry({ mimeType: "text/plain", bytes, headers: { "Content-Encoding": "gzip" } })]);
    await showResponse(session, 1);
    await expect(session.detailPanel).toContainText("some text");
    await session.detailPanel.getByRole("button", { name: "Stored bytes" }).click();
    await expect(session.detailPanel).toContainText("1f 8b 08");
  });

  test("what cannot be decompressed is shown as stored, with the reason", async ({ session }) => {
    const damaged = gzipSync(Buffer.from("some text"));
    damaged[damaged.length - 6] = (damaged[damaged.length - 6] ?? 0) ^ 0xff;
    const other = Buffer.from([0x80, 0x81, 0x82, 0x83, 0x84]);
    await session.openEntries([
      entry({ bytes: damaged, headers: { "Content-Encoding": "gzip" } }),
      entry({ bytes: other, headers: { "Content-Encoding": "br" } }),
    ]);
    await showResponse(session, 1);
    await expect(session.detailPanel).toContainText("cannot be decompressed (gzip: the checksum");
    await expect(session.detailPanel).toContainText("1f 8b 08");
    await showResponse(session, 2);
    await expect(session.detailPanel).toContainText("shown as stored: Content-Encoding is br, but the bytes are not");
    await expect(session.detailPanel).toContainText("80 81 82 83 84");
  });

  test("a few bytes that become megabytes of nothing are cut off while the page answers", async ({ session }) => {
    const zeros = Buffer.alloc(40 << 20);
    await session.openEntries([entry({ bytes: gzipSync(zeros), headers: { "Content-Encoding": "gzip" } })]);
    await showResponse(session, 1);
    await expect(session.detailPanel).toContainText("only the beginning is shown");
    await session.showTab("Headers");
    await expect(session.detailPanel).toContainText("Content-Encoding");
  });
});

test.describe("pictures", () => {
  const png = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAFklEQVR4nGO4YGBAEmIY1TCqYfhqAAA+XjAQexaBIwAAAABJRU5ErkJggg==",
    "base64",
  );

  test("are shown as pictures, with their size, whether their base64 is flagged or not", async ({ session }) => {
    test.skip(!hasCases, "REPLAYSCOPE_CASES is not set");
    await session.open("cases/base64-unflagged.har");
    for (const [row, caption] of [
      [1, "PNG · 16 × 16 pixels"],
      [2, "PNG · 16 × 16 pixels"],
      [3, "SVG · 40 × 40 pixels"],
    ] as const) {
      await showResponse(session, row);
      const picture = session.detailPanel.getByRole("img", { name: "Picture" });
      await expect(picture).toHaveAttribute("src", /^blob:/);
      await expect(picture).toHaveJSProperty("complete", true);
      expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(row === 3 ? 40 : 16);
      await expect(session.detailPanel).toContainText(caption);
    }
    await expect(session.detailPanel.locator("svg circle")).toHaveCount(0);
  });

  test("the address of a picture is given back when it is left", async ({ session, page }) => {
    await session.openEntries([entry({ mimeType: "image/png", bytes: png })]);
    await showResponse(session, 1);
    const address = await session.detailPanel.getByRole("img", { name: "Picture" }).getAttribute("src");
    await session.showTab("Headers");
    const isGone = (url: string): Promise<boolean> =>
      fetch(url).then(
        () => false,
        () => true,
      );
    expect(await page.evaluate(isGone, address ?? "")).toBe(true);
  });

  test("a picture with too many pixels is not decoded, and says why", async ({ session }) => {
    const huge = Buffer.from(png);
    huge.writeUInt32BE(60_000, 16);
    huge.writeUInt32BE(60_000, 20);
    const uses = '<use href="#a"/>'.repeat(40);
    const svg = `<svg xmlns="http://www.w3.org/2000/svg"><g id="a"/>${uses}</svg>`;
    await session.openEntries([
      entry({ mimeType: "image/png", bytes: huge }),
      entry({ mimeType: "image/svg+xml", text: svg }),
    ]);
    await showResponse(session, 1);
    await expect(session.detailPanel).toContainText("60,000 × 60,000 pixels, more than the 50 megapixels");
    await showResponse(session, 2);
    await expect(session.detailPanel).toContainText("Not shown as a picture: the SVG");
    await expect(session.detailPanel.getByRole("img", { name: "Picture" })).toHaveCount(0);
    await session.detailPanel.getByRole("tab", { name: "Text" }).click();
    await expect(session.detailPanel).toContainText("<use href");
  });

  test("an SVG runs nothing and loads nothing", async ({ session, page }) => {
    const requests: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    const text =
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>parent.hacked = 1</script>' +
      '<style>@import "https://evil.example.test/a.css";</style><rect width="9" height="9" onload="parent.hacked = 1"/></svg>';
    await session.openEntries([entry({ mimeType: "image/svg+xml", text })]);
    await showResponse(session, 1);
    await expect(session.detailPanel).toContainText("SVG · 9 × 9 pixels");
    expect(await page.evaluate(() => "hacked" in window)).toBe(false);
    expect(requests.filter((url) => url.includes("evil"))).toEqual([]);
  });

  test("a message of a socket that is a picture is shown as one", async ({ session }) => {
    const message = { type: "receive", time: 1772359200.5, opcode: 2, data: png.toString("base64") };
    await session.openEntries([entry({ more: { _webSocketMessages: [message] } }, "wss://made.example.test/feed")]);
    await session.selectRow(1);
    await session.messages.row(1).click();
    await expect(session.messages.view("Preview")).toHaveAttribute("aria-selected", "true");
    await expect(session.messages.detail.getByRole("img", { name: "Picture" })).toHaveAttribute("src", /^blob:/);
    await session.messages.view("Hex").click();
    await expect(session.messages.detail).toContainText("89 50 4e 47");
  });
});
