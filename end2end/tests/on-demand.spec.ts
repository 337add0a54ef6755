// Parts of the app that are loaded when they are first needed: when that is, and what happens if
// one cannot be fetched.
import type { Page } from "@playwright/test";
import { expect, test } from "../support/app.ts";
import { demo } from "../support/demo.ts";
import { ConsolePage } from "../support/pages/console.ts";
import { socketEntry } from "../support/socket-entry.ts";

const entries = [
  {
    startedDateTime: "2026-01-01T00:00:00.000Z",
    time: 5,
    request: { method: "GET", url: "https://shop.test/" },
    response: { status: 200 },
  },
  socketEntry("wss://shop.test/socket.io/?EIO=4&transport=websocket", [["receive", '42["chat:new",{}]']]),
];

/**
 * The names of the parts that the page has fetched besides itself, without their hashes; not of the findings, which are
 * fetched once a session is loaded.
 */
function fetchedParts(page: Page): Set<string> {
  const parts = new Set<string>();
  page.on("request", (request) => {
    const part = /\/([a-z]+)-[0-9a-f]{16}\.wasm$/.exec(new URL(request.url()).pathname)?.[1];
    if (part !== undefined && part !== "findings" && part !== "session") parts.add(part);
  });
  return parts;
}

/** The address of a part, as a glob. */
const part = (name: string) => `**/${name}-*.wasm`;

test("the start page is shown without the code of the session page, whose address fetches it with the app's", async ({
  page,
  session,
}) => {
  const loaded = (): Promise<string[]> =>
    page.evaluate(() => {
      const names = performance.getEntriesByType("resource").map(({ name }) => name);
      const parts = names.map((name) => /\/(viewer|session)-[0-9a-f]{16}(?:_bg)?\.wasm$/.exec(name)?.[1]);
      return [...new Set(parts.filter((part) => part !== undefined))];
    });
  // The session page is warmed up when the browser is idle: nothing is, without the callback.
  await page.addInitScript(() => Object.assign(globalThis, { requestIdleCallback: () => 0 }));
  await page.goto("/");
  await expect(page.getByRole("button", { name: "Open file" })).toBeVisible();
  expect(await loaded()).toEqual(["viewer"]);
  await page.getByRole("textbox", { name: "Session URL" }).fill(demo.src);
  await page.getByRole("button", { name: "Open URL" }).click();
  await session.expectLoaded();
  expect(await loaded()).toEqual(["viewer", "session"]);
});

test("a session page whose code cannot be fetched says so, and Retry opens it", async ({ page, session }) => {
  await page.route(part("session"), (route) => route.abort());
  await page.goto(`/session?src=${demo.src}`);
  const alert = page.getByRole("alert").filter({ hasText: "A part of the app could not be loaded" });
  await expect(alert).toBeVisible();
  await page.unroute(part("session"));
  await alert.getByRole("button", { name: "Retry" }).click();
  await session.expectLoaded();
});

test("a session is listed without the parts that show details, and each is fetched when it is used", async ({
  page,
  session,
}) => {
  const fetched = fetchedParts(page);
  await session.open(demo.src);
  expect([...fetched]).toEqual([]);
  await session.requests.rows.first().click();
  await expect(page.getByRole("tabpanel", { name: "Headers" })).toBeVisible();
  expect([...fetched]).toEqual(["details"]);
});

test("what judges a session is fetched when the session is loaded, not before", async ({ page, session }) => {
  const order: string[] = [];
  page.on("request", (request) => {
    if (/\/findings-.*\.wasm$|\/made-here/.test(request.url()))
      order.push(request.url().replace(/^.*\/|-[0-9a-f]{16}/g, ""));
  });
  await session.openEntries(entries);
  await expect(page.getByRole("button", { name: /^Findings\s*\d/ })).toBeVisible();
  expect(order).toEqual(["made-here.har", "findings.wasm"]);
});

test("findings whose code cannot be fetched say so, and Retry lists them", async ({ page, session }) => {
  await page.route(part("findings"), (route) => route.abort());
  await session.openEntries(entries);
  await page.getByRole("button", { name: /^Findings/ }).click();
  const summary = page.getByRole("status", { name: "Findings summary" });
  await expect(summary).toContainText("could not be loaded");
  await page.unroute(part("findings"));
  await page.getByRole("region", { name: "Findings" }).getByRole("button", { name: "Retry" }).click();
  await expect(summary).toContainText(/finding/);
});

test("the search over all messages is fetched when it is opened", async ({ page, session }) => {
  const fetched = fetchedParts(page);
  await session.open(demo.src);
  await page.getByRole("button", { name: "Search messages" }).click();
  await expect(page.getByRole("searchbox", { name: "Search all messages" })).toBeFocused();
  expect([...fetched]).toEqual(["search"]);
});

test("what decodes messages is fetched when the first socket is opened", async ({ page, session }) => {
  const fetched = fetchedParts(page);
  await session.openEntries(entries, { row: "2" });
  await expect(session.messages.cell(1, "event")).toHaveText("chat:new");
  expect([...fetched].sort()).toEqual(["details", "formats", "protocols"]);
});

test("details whose code cannot be fetched say so, and Retry shows them", async ({ page, session }) => {
  await page.route(part("details"), (route) => route.abort());
  await session.openEntries(entries, { row: "1" });
  const alert = page.getByRole("alert").filter({ hasText: "A part of the app could not be loaded" });
  await expect(alert).toBeVisible();
  await page.unroute(part("details"));
  await alert.getByRole("button", { name: "Retry" }).click();
  await expect(page.getByRole("tabpanel", { name: "Headers" })).toBeVisible();
  await expect(alert).toBeHidden();
});

test("a list whose code cannot be fetched says so, and Retry shows it", async ({ page, session }) => {
  await session.open(demo.src);
  await page.route(part("lists"), (route) => route.abort());
  const consoleTab = new ConsolePage(page);
  await consoleTab.tab.click();
  const alert = page.getByRole("alert").filter({ hasText: "A part of the app could not be loaded" });
  await expect(alert).toBeVisible();
  await page.unroute(part("lists"));
  await alert.getByRole("button", { name: "Retry" }).click();
  await expect(consoleTab.rows.first()).toBeVisible();
});

test("a format whose code cannot be fetched is an error of the session, and Retry opens it", async ({
  page,
  session,
}) => {
  await page.route(part("formats"), (route) => route.abort());
  await session.serveFile("shop.har", JSON.stringify({ log: { version: "1.2", entries } }));
  await session.startOpening("shop.har");
  const alert = page.getByRole("alert").filter({ hasText: "A part of the app could not be loaded" });
  await expect(alert).toBeVisible();
  await page.unroute(part("formats"));
  await alert.getByRole("button", { name: "Retry" }).click();
  await session.requests.expectRowCount(2);
});

test("messages are listed without the code that decodes them, which is said", async ({ page, session }) => {
  await page.route(part("protocols"), (route) => route.abort());
  await session.openEntries(entries, { row: "2" });
  await session.messages.expectRowCount(3);
  await expect(page.getByRole("status", { name: "Protocol" })).toContainText("Messages are not decoded");
});

test("a file that is named like a session folder's manifest may be of another format", async ({ page, session }) => {
  const har = { log: { version: "1.2", entries } };
  await page.route("**/other/session.json", (route) => route.fulfill({ json: har }));
  await session.open("other/session.json");
  await session.requests.expectRowCount(2);
  await session.expectNoAlert();
});
