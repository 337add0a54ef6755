// Recordings are untrusted: nothing of them is executed, fetched or inserted as markup.
import type { Page } from "@playwright/test";
import { expect, test } from "../support/app.ts";
import { serveSession, start } from "../support/made-session.ts";

const src = "fixtures/har/hostile.har";

test.beforeEach(async ({ page }) => {
  await page.addInitScript(() => {
    Object.assign(window, { attacks: 0, hacked: () => ((window as unknown as { attacks: number }).attacks += 1) });
  });
});

test("markup and script in a recording are text wherever they are shown", async ({ session, page }) => {
  const stolen: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("stolen") || request.url().includes("example.test")) stolen.push(request.url());
  });
  await session.open(src);
  await session.requests.expectCells(1, { method: "<script>hacked()</script>" });
  for (const row of [1, 2]) {
    await session.selectRow(row);
    for (const tab of ["Headers", "Payload", "Response", "Timing", "Initiator"]) {
      const panel = await session.showTab(tab);
      for (const view of await panel.getByRole("tab").all()) await view.click();
    }
  }
  await session.selectRow(1);
  await expect(await session.showTab("Payload")).toContainText("<img src=/stolen.png onerror=hacked()>");

  await session.selectRow(3);
  await session.messages.expectNumbers([1, 2]);
  await expect(session.messages.cell(1, "data")).toHaveText(
    "<img src=/stolen.png onerror=hacked()><script>hacked()</script>",
  );
  await expect(session.messages.last).toContainText("<img src=/stolen.png onerror=hacked()>");
  for (const message of [1, 2]) {
    await session.messages.row(message).click();
    for (const view of await session.messages.views.getByRole("tab").all()) await view.click();
  }

  expect(await page.evaluate(() => (window as unknown as { attacks: number }).attacks)).toBe(0);
  expect(stolen).toEqual([]);
  await expect(page.locator('img[src*="stolen"], iframe[src*="stolen"], [onerror], [onload]')).toHaveCount(0);
  await expect(page.locator('a[href^="javascript:"]')).toHaveCount(0);
});

test("a filter with markup in it finds that text", async ({ session }) => {
  await session.open(src, { q: "<img" });
  await session.requests.expectOrder([1, 3]);
});

test("markup in the address is text", async ({ session, page }) => {
  await session.startOpening("fixtures/<img src=x onerror=hacked()>.har");
  await expect(session.alert).toContainText("404");
  expect(await page.evaluate(() => (window as unknown as { attacks: number }).attacks)).toBe(0);
});

test("characters that turn the direction of text cannot disguise a message", async ({ session }) => {
  await session.openEntries(
    [
      {
        startedDateTime: "2025-10-09T08:53:20.000Z",
        time: 30,
        _resourceType: "websocket",
        request: { method: "GET", url: "wss://shop.example.test/orders" },
        response: { status: 101 },
        _webSocketMessages: [
          { type: "receive", time: 1_760_000_001, opcode: 1, data: "pay \u202e0001\u202c now\u0000" },
        ],
      },
    ],
    { row: "1" },
  );
  const data = await session.messages.cell(1, "data").textContent();
  expect(data).toContain("now");
  // eslint-disable-next-line no-control-regex
  expect(data).not.toMatch(/[\u0000\u202a-\u202e]/);
});

/** Controls, direction and zero-width characters, tags: nothing of a recording may bring one to the screen raw. */
const hidden =
  "\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\u{e0000}-\\u{e007f}";

const rlo = "\u202e";
const nasty = (text: string): string => `${rlo}${text}\u2066\u200b\u0007\ufeff\u{e0041}`;

/** What of the page has hidden characters: text, attributes, the title. */
async function shownRaw(page: Page): Promise<string[]> {
  return await page.evaluate((characters) => {
    const raw = new RegExp(`[${characters}]`, "u");
    const found = raw.test(document.title) ? [`title: ${document.title}`] : [];
    for (const element of document.querySelectorAll("*")) {
      const texts = [...element.childNodes]
        .filter((node) => node.nodeType === Node.TEXT_NODE)
        .map((node) => node.nodeValue ?? "");
      found.push(...texts.filter((text) => raw.test(text)).map((text) => `text: ${JSON.stringify(text)}`));
      // Addresses are percent-encoded; what is left of them is for the browser alone.
      const attributes = [...element.attributes].filter(({ name, value }) => name !== "content" && raw.test(value));
      found.push(...attributes.map(({ name, value }) => `${name}: ${JSON.stringify(value)}`));
    }
    return found;
  }, hidden);
}

test("no invisible character of a recording reaches the screen raw, in any part of a request", async ({
  session,
  page,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const bank = `https://${rlo}moc.knab/${nasty("path")}`;
  const http = {
    startedDateTime: "2025-10-09T08:53:20.000Z",
    time: 30,
    _error: nasty("error"),
    comment: nasty("comment"),
    pageref: "p",
    request: {
      method: nasty("GET"),
      url: bank,
      headers: [
        { name: nasty("x-name"), value: nasty("value") },
        { name: "referer", value: bank },
      ],
      queryString: [{ name: nasty("q"), value: nasty("v") }],
      postData: {
        mimeType: "application/x-www-form-urlencoded",
        params: [{ name: nasty("f"), value: nasty("v") }],
        text: "",
      },
    },
    response: {
      status: 200,
      statusText: nasty("OK"),
      headers: [],
      content: { mimeType: nasty("text/plain"), text: nasty("body") },
    },
  };
  const socket = {
    startedDateTime: "2025-10-09T08:53:21.000Z",
    time: 30,
    _resourceType: "websocket",
    pageref: "p",
    request: { method: "GET", url: `wss://${rlo}moc.knab/${nasty("live")}` },
    response: { status: 101, headers: [{ name: "Sec-WebSocket-Protocol", value: nasty("protocol") }] },
    _webSocketMessages: [
      { type: "receive", time: 1_760_000_001, opcode: 1, data: nasty("message") },
      { type: "receive", time: 1_760_000_002, opcode: 8, data: nasty("reason") },
    ],
  };
  const log = {
    version: "1.2",
    creator: { name: nasty("tool"), version: nasty("1") },
    pages: [{ id: "p", startedDateTime: "2025-10-09T08:53:20.000Z", title: nasty("Title"), pageTimings: {} }],
    entries: [http, socket],
  };
  await session.serveFile("made-here.har", JSON.stringify({ log }));
  await session.open("made-here.har");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("\\u{202e}Title");
  await session.selectRow(1);
  await expect(session.requests.cell(1, "name")).toContainText("\\u{202e}moc.knab");
  for (const tab of ["Headers", "Payload", "Response", "Timing", "Initiator"]) {
    await session.showTab(tab);
    expect(await shownRaw(page), tab).toEqual([]);
  }
  // What is copied has them as they were recorded.
  await session.showTab("Headers");
  await session.details.getByRole("region", { name: "Request headers" }).getByRole("button", { name: "Copy" }).click();
  await expect
    .poll(() => page.evaluate(() => navigator.clipboard.readText()))
    .toBe(`${nasty("x-name")}: ${nasty("value")}\nreferer: ${bank}`);

  await session.selectRow(2);
  for (const message of [1, 2]) {
    await session.messages.row(message).click();
    expect(await shownRaw(page), `message ${message}`).toEqual([]);
  }
  await session.messages.last.click();
  expect(await shownRaw(page), "close").toEqual([]);
  await session.timeline.hover({ position: { x: 420, y: 40 } });
  expect(await shownRaw(page), "timeline").toEqual([]);
});

test("nor in the console, in events, in notes and in the address of the page", async ({ session, page }) => {
  const src = await serveSession(session, {
    resources: [
      {
        name: nasty("https://shop.example.test/"),
        initiatorType: nasty("fetch"),
        startTimeAbs: start,
        responseEndAbs: nasty("later"),
        responseStatus: 503,
      },
    ],
    console: [
      {
        timeStamp: start + 5,
        level: "error",
        args: [nasty("said"), { [nasty("key")]: nasty("value") }],
        source: `https://${rlo}moc.knab/a.js:1:2`,
        stack: nasty("at place"),
      },
    ],
    events: [
      { type: 5, timestamp: start + 6, data: { tag: nasty("tag"), payload: { [nasty("key")]: nasty("value") } } },
    ],
  });
  for (const tab of ["console", "events", "network"]) {
    await session.startOpening(src, { tab });
    await expect(session.progress).toHaveCount(0);
    await page.getByRole("grid").getByRole("row").nth(1).click();
    await session.notes.locator("summary").click();
    expect(await shownRaw(page), tab).toEqual([]);
  }
});

test("nor in alerts and in the list of sessions", async ({ home, session, page }) => {
  await session.startOpening(`fixtures/${nasty("name")}.har`);
  await expect(session.alert).toContainText("404");
  expect(await shownRaw(page), "alert").toEqual([]);
  const listed = {
    src: `fixtures/${nasty("name")}.har`,
    title: nasty("Title"),
    pages: [{ url: `https://${rlo}moc.knab/` }],
  };
  for (const count of [1, 300]) {
    await page.route("**/sessions.json", (route) =>
      route.fulfill({
        contentType: "application/json",
        body: JSON.stringify({ sessions: Array.from({ length: count }, () => listed) }),
      }),
    );
    await home.visit();
    await expect(home.sessions.getByRole("link").first()).toHaveText(/^\\u\{202e\}Title/);
    expect(await shownRaw(page), `${count} sessions`).toEqual([]);
  }
});

test("bidirectional text does not reorder adjacent text", async ({ session, page }) => {
  await session.openEntries([
    {
      startedDateTime: "2025-10-09T08:53:20.000Z",
      time: 30,
      request: { method: "GET", url: "https://\u05d0\u05d1.example.test/\u05e9\u05dc\u05d5\u05dd/123" },
      response: { status: 200, headers: [{ name: "\u05d0", value: "\u05e9\u05dc\u05d5\u05dd 123" }], content: {} },
    },
  ]);
  await session.selectRow(1);
  for (const element of [
    session.requests.cell(1, "name").locator("span").first(),
    page.locator("h1 bdi").first(),
    session.details.getByRole("definition").first(),
  ]) {
    expect(await element.evaluate((found) => getComputedStyle(found).unicodeBidi)).toMatch(/isolate|plaintext/);
  }
});

test("arrays nested very deep are refused or shown, and the app goes on", async ({ session, page }) => {
  const deep = "[".repeat(20_000) + "]".repeat(20_000);
  await session.openEntries(
    [
      {
        startedDateTime: "2025-10-09T08:53:20.000Z",
        time: 30,
        _resourceType: "websocket",
        request: { method: "GET", url: "wss://shop.example.test/orders" },
        response: { status: 101 },
        _webSocketMessages: [
          { type: "receive", time: 1_760_000_001, opcode: 1, data: deep },
          { type: "send", time: 1_760_000_002, opcode: 1, data: "ok" },
        ],
      },
    ],
    { row: "1", msg: "1" },
  );
  await expect(session.messages.detail).toContainText("[[[[");
  await page.keyboard.press("ArrowDown");
  await session.messages.row(2).click();
  await expect(session.messages.detail).toContainText("ok");
});
