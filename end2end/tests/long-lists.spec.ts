// A recording can make every list and every text as long as it likes: what is drawn of it stays
// small.
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "../support/app.ts";
import { serveSession, start } from "../support/made-session.ts";
import { ConsolePage } from "../support/pages/console.ts";

/** Elements and characters of the page: what a browser has to lay out. */
const maxElements = 1_500;
const maxCharacters = 300_000;

const mark = "\u0301";
const pairs = (count: number): object[] =>
  Array.from({ length: count }, (_, nth) => ({ name: `name-${nth}`, value: `value ${nth}` }));

interface Parts {
  request?: object;
  response?: object;
}

function entry({ request, response }: Parts): object {
  return {
    startedDateTime: "2025-10-09T08:53:20.000Z",
    time: 30,
    request: { method: "GET", url: "https://shop.example.test/orders", headers: [], queryString: [], ...request },
    response: { status: 200, headers: [], content: {}, ...response },
  };
}

async function expectSmall(page: Page): Promise<void> {
  const [elements, characters] = await page.evaluate(() => [
    document.querySelectorAll("*").length,
    document.documentElement.outerHTML.length,
  ]);
  expect(elements).toBeLessThan(maxElements);
  expect(characters).toBeLessThan(maxCharacters);
  expect((await page.title()).length).toBeLessThan(1000);
}

function clipboard(page: Page): Promise<string> {
  return page.evaluate(() => navigator.clipboard.readText());
}

/** The last item is reached by keyboard, and shows its position. */
async function expectEnd(list: Locator, count: number, text: string): Promise<void> {
  await list.focus();
  await list.press("End");
  const last = list.locator(`[aria-posinset="${count}"]`);
  await expect(last).toContainText(text);
  await expect(last).toHaveAttribute("aria-setsize", String(count));
}

test("300,000 headers are a list of which only the visible ones are drawn; Copy copies all", async ({
  session,
  page,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await session.openEntries([entry({ response: { headers: pairs(300_000) } })]);
  await session.selectRow(1);
  const list = session.details.getByRole("list", { name: "Response headers" });
  await expect(list.getByRole("listitem").first()).toContainText("name-0");
  await expectSmall(page);
  await expectEnd(list, 300_000, "value 299999");
  const section = session.details.getByRole("region", { name: "Response headers" });
  await expect(section.getByRole("heading")).toContainText("300,000");
  await section.getByRole("button", { name: "Copy" }).click();
  await expect(section.getByRole("button", { name: "Copied" })).toBeVisible();
  const copied = (await clipboard(page)).split("\n");
  expect([copied.length, copied[0], copied.at(-1)]).toEqual([300_000, "name-0: value 0", "name-299999: value 299999"]);
});

test("up to 200 headers are all in the DOM, so that the browser's search finds them", async ({ session }) => {
  await session.openEntries([entry({ request: { headers: pairs(200) }, response: { headers: pairs(201) } })]);
  await session.selectRow(1);
  await expect(session.details.getByRole("list", { name: "Request headers" })).toHaveCount(0);
  const section = session.details.getByRole("region", { name: "Request headers" });
  await expect(section.getByRole("definition")).toHaveCount(200);
  await expect(session.details.getByRole("list", { name: "Response headers" })).toHaveCount(1);
});

test("300,000 parameters of the query and fields of a form are windowed too", async ({ session, page }) => {
  const postData = { mimeType: "application/x-www-form-urlencoded", params: pairs(300_000), text: "" };
  await session.openEntries([entry({ request: { method: "POST", queryString: pairs(300_000), postData } })]);
  await session.selectRow(1);
  await session.showTab("Payload");
  for (const name of ["Query string", "Form data"]) {
    const list = session.details.getByRole("list", { name });
    await expect(list.getByRole("listitem").first()).toContainText("name-0");
    await expectEnd(list, 300_000, "value 299999");
  }
  await expectSmall(page);
});

test("the full value of an item of a long list is shown on request", async ({ session, page }) => {
  const headers = [...pairs(400), { name: "x-long", value: "word ".repeat(20_000) }];
  await session.openEntries([entry({ response: { headers } })]);
  await session.selectRow(1);
  const list = session.details.getByRole("list", { name: "Response headers" });
  await list.focus();
  await list.press("End");
  await list.getByRole("button", { name: "Show all of x-long" }).click();
  const fullValue = session.details.getByRole("group", { name: "Full value" });
  await expect(fullValue).toContainText("word word");
  await expect(fullValue.getByRole("button", { name: "Copy value" })).toBeVisible();
  await fullValue.getByRole("button", { name: "Close value" }).click();
  await expect(fullValue).toHaveCount(0);
  await expectSmall(page);
});

test("a header of 5 MB is cut; all of it opens in lines, and is copied byte for byte", async ({
  session,
  page,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const value = "x".repeat(5_000_000);
  await session.openEntries([entry({ response: { headers: [{ name: "x-long", value }] } })]);
  await session.selectRow(1);
  await expectSmall(page);
  const section = session.details.getByRole("region", { name: "Response headers" });
  await section.getByRole("button", { name: "Show all (5.0 MB)" }).click();
  await expect(section.getByRole("group", { name: "Text" })).toContainText("xxxx");
  await expectSmall(page);
  await section.getByRole("button", { name: "Copy value" }).click();
  await expect(section.getByRole("button", { name: "Copied" })).toBeVisible();
  expect((await clipboard(page)).length).toBe(value.length);
  await section.getByRole("button", { name: "Show less" }).click();
  await expect(section.getByRole("button", { name: "Show all (5.0 MB)" })).toBeVisible();
});

const long = "y".repeat(3_000_000);
const marks = `a${mark.repeat(100_000)}`;
for (const [what, text] of [
  ["megabytes", long],
  ["combining marks", marks],
] as const) {
  test(`${what} in the title, URL, method, status and error do not reach the page`, async ({ session, page }) => {
    const bad = {
      ...entry({
        request: { method: text, url: `https://shop.example.test/${text}` },
        response: { statusText: text, content: { mimeType: text, text: "b" } },
      }),
      _error: text,
      comment: text,
      pageref: "p",
    };
    const log = {
      version: "1.2",
      creator: { name: text, version: text },
      pages: [{ id: "p", startedDateTime: "2025-10-09T08:53:20.000Z", title: text, pageTimings: {} }],
      entries: [bad],
    };
    await session.serveFile("made-here.har", JSON.stringify({ log }));
    await session.open("made-here.har");
    await session.selectRow(1);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    for (const tab of ["Headers", "Response", "Timing"]) {
      await session.showTab(tab);
      await expectSmall(page);
      expect(await page.locator("html").textContent()).not.toMatch(new RegExp(`${mark}{9}`));
    }
  });
}

test("a body of combining marks is shown in bounded runs", async ({ session, page }) => {
  await session.openEntries([
    entry({ response: { content: { mimeType: "text/plain", text: `a${mark.repeat(30_000)}` } } }),
  ]);
  await session.selectRow(1);
  const panel = await session.showTab("Response");
  await expect(panel).toContainText("29,992 more marks");
  await expectSmall(page);
});

test("250,000 listed sessions are a list of which only the visible ones are drawn", async ({ home, session, page }) => {
  const sessions = Array.from({ length: 250_000 }, (_, nth) => ({
    src: nth === 1 ? "fixtures/har/order.har" : `s/${nth}.har`,
    title: `Session ${nth}`,
  }));
  await page.route("**/sessions.json", (route) =>
    route.fulfill({ contentType: "application/json", body: JSON.stringify({ sessions }) }),
  );
  await home.visit();
  await expect(home.sessions.getByRole("link", { name: "Session 0", exact: true })).toBeVisible();
  await expectSmall(page);
  // The keys go from link to link, and to either end.
  await home.sessions.getByRole("link", { name: "Session 0", exact: true }).focus();
  await page.keyboard.press("End");
  await expect(home.sessions.getByRole("link", { name: "Session 249999" })).toBeFocused();
  await expect(home.sessions.locator('[aria-posinset="250000"]')).toHaveAttribute("aria-setsize", "250000");
  await page.keyboard.press("Home");
  await expect(home.sessions.getByRole("link", { name: "Session 0", exact: true })).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(home.sessions.getByRole("link", { name: "Session 1", exact: true })).toBeFocused();
  await page.keyboard.press("Enter");
  await session.expectLoaded();
});

test("50,000 arguments of a console entry show the first in full and one line for each other", async ({
  session,
  page,
}) => {
  const args = Array.from({ length: 50_000 }, (_, nth) => `argument ${nth}`);
  const src = await serveSession(session, { console: [{ timeStamp: start, level: "log", args }] });
  const tab = new ConsolePage(page);
  await tab.open(src);
  await tab.row(1).click();
  await expect(tab.detail).toContainText("49,800 more arguments");
  const rest = tab.detail.getByRole("list", { name: "More arguments" });
  await expectEnd(rest, 49_800, "argument 49999");
  expect(await page.evaluate(() => document.querySelectorAll("*").length)).toBeLessThan(4000);
});

test("1,000 load notes are listed in lines", async ({ session, page }) => {
  const log = {
    version: "1.2",
    creator: { name: "x", version: "1" },
    entries: [entry({}), ...Array.from({ length: 1500 }, () => 1)],
  };
  await session.serveFile("made-here.har", JSON.stringify({ log }));
  await session.open("made-here.har");
  await expect(session.notes).toContainText("1,500 load notes");
  await session.notes.locator("summary").click();
  await expectEnd(session.notes.getByRole("list", { name: "Load notes" }), 1000, "1");
  await expect(session.notes).toContainText("and 500 more");
  await expectSmall(page);
});
