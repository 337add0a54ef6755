// What keyboards and screen readers get.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "@playwright/test";
import type { AxeResults } from "axe-core";
import { expect, test } from "../support/app.ts";
import { demo } from "../support/demo.ts";
import { Replay } from "../support/pages/replay.ts";
import type { HomePage } from "../support/pages/home.ts";
import type { SessionPage } from "../support/pages/session.ts";

interface Stop {
  name: string;
  visible: boolean;
}

test("Tab reaches every part of the session page and shows the focus", async ({ session, page }) => {
  await session.open("fixtures/native/session.json", { row: "6", msg: "7" });
  await expect(session.messages.detail).toBeVisible();
  const stops = await tabStops(page);
  const names = stops.map(({ name }) => name);
  for (const part of [
    "Open file",
    "Range start",
    "Range end",
    "Filter requests",
    "All 16",
    "Network requests",
    "Close details",
    "Filter messages",
    "WebSocket messages",
    "Copy",
    "Download",
  ]) {
    expect(names, `the stops of Tab include ${part}`).toContainEqual(expect.stringContaining(part));
  }
  expect(
    stops.filter(({ name }) => name === ""),
    "stops without a name",
  ).toEqual([]);
  expect(
    stops.filter(({ visible }) => !visible),
    "stops that do not show the focus",
  ).toEqual([]);
});

test("Tab reaches every part of the start page and shows the focus", async ({ home, page }) => {
  await home.visit();
  await expect(home.sessions).toBeVisible();
  const stops = await tabStops(page);
  for (const part of ["Open file", "Session URL", "A morning at Lantern Street Market"]) {
    expect(stops.map(({ name }) => name)).toContainEqual(expect.stringContaining(part));
  }
  expect(stops.filter(({ name, visible }) => name === "" || !visible)).toEqual([]);
});

test("the session page has the documented roles and names", async ({ session, page }) => {
  await session.open("fixtures/native/session.json", { row: "6", msg: "7" });
  await expect(session.messages.detail).toBeVisible();
  const promised = [
    page.getByRole("tablist", { name: "Session tools", exact: true }),
    page.getByRole("tab", { name: "Network", exact: true }),
    page.getByRole("region", { name: "Timeline", exact: true }),
    page.getByRole("slider", { name: "Range start", exact: true }),
    page.getByRole("slider", { name: "Range end", exact: true }),
    page.getByRole("button", { name: "Clear time range", exact: true }),
    page.getByRole("searchbox", { name: "Filter requests", exact: true }),
    page.getByRole("group", { name: "Resource types", exact: true }),
    page.getByRole("status", { name: "Network summary", exact: true }),
    page.getByRole("grid", { name: "Network requests", exact: true }),
    page.getByRole("region", { name: "Request details", exact: true }),
    page.getByRole("button", { name: "Close details", exact: true }),
    page.getByRole("tablist", { name: "Details", exact: true }),
    page.getByRole("tab", { name: "Messages", exact: true }),
    page.getByRole("tab", { name: "Headers", exact: true }),
    page.getByRole("grid", { name: "WebSocket messages", exact: true }),
    page.getByRole("searchbox", { name: "Filter messages", exact: true }),
    page.getByRole("radiogroup", { name: "Direction", exact: true }),
    page.getByRole("button", { name: "Export messages", exact: true }),
    page.getByRole("radio", { name: "Received", exact: true }),
    page.getByRole("status", { name: "Messages summary", exact: true }),
    page.getByRole("region", { name: "Message", exact: true }),
    page.getByRole("tablist", { name: "Message view", exact: true }),
    page.getByRole("tab", { name: "Parsed", exact: true }),
  ];
  for (const part of promised) await expect.soft(part).toHaveCount(1);
});

test("rows and cells have explicit roles, and rows an index and a selection state", async ({ session }) => {
  await session.open("fixtures/native/session.json", { row: "6" });
  await session.messages.expectRowCount(17);
  for (const grid of [session.requests, session.messages]) {
    const rows = grid.root.locator('[role="row"]');
    const indexes = await rows.evaluateAll((found) => found.map((row) => Number(row.getAttribute("aria-rowindex"))));
    expect(indexes).toEqual(indexes.map((_, place) => place + 1));
    const selected = new Set(await grid.attributes("aria-selected"));
    expect([...selected].every((value) => value === "true" || value === "false")).toBe(true);
    expect(
      await grid.rows.evaluateAll(
        (found) => found.filter((row) => row.querySelector('[role="gridcell"]') === null).length,
      ),
    ).toBe(0);
  }
});

test("the focused table names the selected row in aria-activedescendant", async ({ session, page }) => {
  await session.open("fixtures/native/session.json");
  await session.requests.focus();
  await page.keyboard.press("ArrowDown");
  const id = await session.requests.root.getAttribute("aria-activedescendant");
  await expect(session.requests.selected).toHaveAttribute("id", id ?? "none");
});

test("every page has a title and one main heading", async ({ session, home, page }) => {
  await home.visit();
  await expect(page).toHaveTitle("Replayscope");
  await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
  await session.open("fixtures/native/session.json");
  await expect(page).toHaveTitle(/A checkout with every kind of row/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
});

test("the shortcuts dialog traps the focus and restores it", async ({ session, page }) => {
  await session.open("fixtures/native/session.json");
  await session.requests.focus();
  await page.keyboard.press("?");
  const list = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(list.locator(":focus")).toHaveCount(1);
  await page.keyboard.press("Escape");
  await expect(session.requests.root).toBeFocused();
});

interface Pages {
  session: SessionPage;
  home: HomePage;
  page: Page;
}

const fixture = "fixtures/native/session.json";

/** The states of the app that are checked, and how each is reached. */
const states: Record<string, (pages: Pages) => Promise<void>> = {
  "the start page": async ({ home }) => {
    await home.visit();
    await expect(home.sessions).toBeVisible();
  },
  "a session with its replay": async ({ session, page }) => {
    await session.open(demo.src, { t: "9000" });
    await expect(new Replay(page).player).toBeVisible();
  },
  "the details of a request": async ({ session }) => {
    await session.open(fixture, { row: "2" });
    await expect(session.detailPanel).toBeVisible();
  },
  "the response of a request": async ({ session }) => {
    await session.open(fixture, { row: "2" });
    await session.showTab("Response");
    await expect(session.detailPanel).toBeVisible();
  },
  "the timing of a request": async ({ session }) => {
    await session.open(fixture, { row: "2" });
    await session.showTab("Timing");
    await expect(session.detailPanel).toBeVisible();
  },
  "a socket with a message": async ({ session }) => {
    await session.open(fixture, { row: "6", msg: "7" });
    await expect(session.messages.detail).toBeVisible();
  },
  "a socket with several selected messages in another order": async ({ session, page }) => {
    await session.open(fixture, { row: "6", msg: "7", msort: "-length" });
    await session.messages.root.focus();
    await page.keyboard.press("ControlOrMeta+a");
    await expect(page.getByRole("status", { name: "Selected messages" })).toHaveText("15 selected");
    await page.getByRole("button", { name: "Export messages" }).click();
    await expect(page.getByRole("menuitem", { name: "JSON Lines" })).toBeVisible();
  },
  "what happened around a message": async ({ session, page }) => {
    await session.open(demo.src, { row: String(demo.row("/ws/notifications")), msg: "9", around: "1s" });
    await expect(page.getByRole("region", { name: "Around this message" }).getByRole("listitem").first()).toBeVisible();
  },
  "what changed since a message": async ({ session, page }) => {
    await session.open(fixture, { row: "6", msg: "5", view: "changes" });
    await expect(page.getByRole("group", { name: "Changes" })).toContainText("Compared with");
  },
  "the connection of a socket": async ({ session, page }) => {
    await session.open(fixture, { row: "6", detail: "connection" });
    await expect(page.getByRole("img", { name: "Message rate" })).toBeVisible();
  },
  "the search over all messages": async ({ session, page }) => {
    await session.open(fixture, { sq: "tick OR price" });
    await expect(page.getByRole("status", { name: "Search summary" })).toHaveText(/of 7 sockets$/);
  },
  "the console": async ({ session, page }) => {
    await session.open(demo.src, { tab: "console" });
    await expect(page.getByRole("grid", { name: "Console messages" }).getByRole("row").first()).toBeVisible();
  },
  "the events of the page": async ({ session, page }) => {
    await session.open(demo.src, { tab: "events" });
    await expect(page.getByRole("grid", { name: "Page events" }).getByRole("row").first()).toBeVisible();
  },
  "rows in groups": async ({ session, page }) => {
    const timings = { send: 1, wait: 10, receive: 9 };
    const request = { method: "GET", url: "https://shop.test/" };
    const entry = { startedDateTime: "2026-03-01T10:00:00Z", time: 20, request, response: { status: 200 }, timings };
    await session.openEntries([entry], { group: "domain", row: "1", detail: "timing" });
    await page.getByRole("button", { name: "Explain phases" }).click();
    await expect(page.locator("[data-group]").first()).toBeVisible();
  },
  "a body that is searched": async ({ session, page }) => {
    const content = { mimeType: "text/css", text: ".a { color: red }\n".repeat(40) };
    const request = { method: "GET", url: "https://shop.test/a.css" };
    await session.openEntries([{ request, response: { status: 200, content } }], { row: "1", detail: "response" });
    await page.getByRole("button", { name: "Search in body" }).click();
    await page.getByRole("searchbox", { name: "Search in body" }).fill("color");
    await expect(page.getByRole("status", { name: "Matches in body" })).toContainText("of");
  },
  "a comparison with itself": async ({ session, page }) => {
    await session.open(fixture, { compare: fixture, pair: "2-2" });
    await expect(page.getByRole("region", { name: "Difference" }).getByRole("table").first()).toBeVisible();
  },
  "the export dialog": async ({ session, page }) => {
    await session.open(fixture);
    await page.getByRole("button", { name: "Export" }).click();
    await expect(page.getByRole("dialog", { name: "Export as HAR" })).toBeVisible();
  },
  "the list of shortcuts": async ({ session, page }) => {
    await session.open(fixture);
    await page.keyboard.press("?");
    await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  },
  "a session that cannot be read": async ({ session }) => {
    await session.startOpening("fixtures/bad/fruit.json");
    await expect(session.alert).toBeVisible();
  },
};

for (const colorScheme of ["light", "dark"] as const) {
  for (const [state, reach] of Object.entries(states)) {
    test(`axe finds no serious violation in ${state}: ${colorScheme}`, async ({ session, home, page }) => {
      await page.emulateMedia({ colorScheme });
      await reach({ session, home, page });
      expect(await seriousViolations(page)).toEqual([]);
    });
  }
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Violations of the accessibility guidelines that axe calls serious or critical, with the first elements of each. */
async function seriousViolations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  // The recorded page in the replay is as accessible as it was.
  const { violations } = await page.evaluate<AxeResults>(
    "axe.run(document, { iframes: false, resultTypes: ['violations'] })",
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes
        .slice(0, 5)
        .map(({ target, failureSummary = "" }) => `${id}: ${target.join(" ")}: ${failureSummary.replace(/\s+/g, " ")}`),
    );
}

/** Where Tab stops, from the top of the page until it leaves it. */
async function tabStops(page: Page): Promise<Stop[]> {
  const stops: Stop[] = [];
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  for (let presses = 0; presses < 80; presses += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === null || element === document.body || (element as HTMLElement).dataset["stopped"] !== undefined)
        return null;
      (element as HTMLElement).dataset["stopped"] = "";
      const shows = (found: Element | null): boolean => {
        if (found === null) return false;
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(found);
        return (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none";
      };
      const label = element.getAttribute("aria-label") ?? element.textContent ?? "";
      // A text field may leave it to the box around it.
      return { name: label.trim(), visible: shows(element) || shows(element.closest("label")) };
    });
    if (stop === null) return stops;
    stops.push(stop);
  }
  return stops;
}
