// A recording is somebody else's: nothing of it runs, nothing of it is fetched, nothing of it becomes markup.
import { expect, test } from "../support/app.ts";

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
    await session.choose(row);
    for (const tab of ["Headers", "Payload", "Response", "Timing"]) {
      const panel = await session.showTab(tab);
      for (const view of await panel.getByRole("tab").all()) await view.click();
    }
  }
  await session.choose(1);
  await expect(await session.showTab("Payload")).toContainText("<img src=/stolen.png onerror=hacked()>");

  await session.choose(3);
  await session.messages.expectShown([1, 2]);
  await expect(session.messages.cell(1, "data")).toHaveText("<img src=/stolen.png onerror=hacked()><script>hacked()</script>");
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
  await session.begin("fixtures/<img src=x onerror=hacked()>.har");
  await expect(session.alert).toContainText("404");
  expect(await page.evaluate(() => (window as unknown as { attacks: number }).attacks)).toBe(0);
});

test("characters that turn the direction of text cannot disguise a message", async ({ session }) => {
  await session.openEntries([
    {
      startedDateTime: "2025-10-09T08:53:20.000Z",
      time: 30,
      _resourceType: "websocket",
      request: { method: "GET", url: "wss://shop.example.test/orders" },
      response: { status: 101 },
      _webSocketMessages: [{ type: "receive", time: 1_760_000_001, opcode: 1, data: "pay \u202e0001\u202c now\u0000" }],
    },
  ], { row: "1" });
  const data = await session.messages.cell(1, "data").textContent();
  expect(data).toContain("now");
  // eslint-disable-next-line no-control-regex
  expect(data).not.toMatch(/[\u0000\u202a-\u202e]/);
});

test("arrays nested very deep are refused or shown, and the app goes on", async ({ session, page }) => {
  const deep = "[".repeat(20_000) + "]".repeat(20_000);
  await session.openEntries([
    {
      startedDateTime: "2025-10-09T08:53:20.000Z",
      time: 30,
      _resourceType: "websocket",
      request: { method: "GET", url: "wss://shop.example.test/orders" },
      response: { status: 101 },
      _webSocketMessages: [{ type: "receive", time: 1_760_000_001, opcode: 1, data: deep }, { type: "send", time: 1_760_000_002, opcode: 1, data: "ok" }],
    },
  ], { row: "1", msg: "1" });
  await expect(session.messages.chosen).toContainText("[[[[");
  await page.keyboard.press("ArrowDown");
  await session.messages.row(2).click();
  await expect(session.messages.chosen).toContainText("ok");
});
