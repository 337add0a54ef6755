// The start page.
import type { Page } from "@playwright/test";
import { expect, test } from "../support/app.ts";
import { demo } from "../support/demo.ts";
import { expectAllTexts } from "../support/pages/check.ts";

test("the default catalog is listed with the details of each session", async ({ home }) => {
  await home.visit();
  const item = home.sessions.getByRole("listitem").filter({ hasText: "A morning at Lantern Street Market" });
  await expect(item).toHaveCount(1);
  for (const fact of [
    demo.day,
    "market.example.test",
    `${demo.seconds} s`,
    `${demo.counts.requests} requests`,
    `${demo.counts.sockets} sockets`,
    `${demo.counts.errors} errors`,
  ]) {
    await expect(item).toContainText(fact);
  }
});

test("a click on a listed session opens it", async ({ home, session }) => {
  await home.visit();
  await home.sessions.getByRole("link", { name: "A morning at Lantern Street Market" }).click();
  await session.expectLoaded();
  await session.requests.expectRowCount(demo.counts.requests + demo.counts.sockets);
});

test("a catalog in the URL is listed, and its sessions resolve relative to it", async ({ home, session }) => {
  await home.visit("/?catalogue=fixtures/catalogue/sessions.json");
  const items = home.sessions.getByRole("listitem");
  await expect(items).toHaveCount(2);
  await expect(items.first()).toContainText("2,318 requests");
  await expect(items.first()).toContainText("2 min 05 s");
  await items.first().getByRole("link").click();
  await session.expectLoaded();
  await session.requests.expectRowCount(16);
});

test("a named catalogue that is not there is an alert", async ({ home, page }) => {
  await home.visit("/?catalogue=fixtures/catalogue/none.json");
  await expectAllTexts(page.getByRole("alert"), "404", "none.json");
  await expect(home.url).toBeVisible();
});

test("without a catalog there is neither a list nor an alert", async ({ home, page }) => {
  await page.route("**/sessions.json", (route) => route.fulfill({ status: 404, body: "404" }));
  const answered = page.waitForResponse("**/sessions.json");
  await home.visit();
  await answered;
  await expect(home.sessions).toHaveCount(0);
  await expect(page.getByRole("alert")).toHaveCount(0);
});

test("a URL is typed and opened", async ({ home, session }) => {
  await home.visit();
  await home.openUrl("fixtures/har/order.har");
  await session.expectLoaded();
  await session.requests.expectRowCount(5);
  expect(session.parameter("src")).toBe("fixtures/har/order.har");
});

test("an address of another origin opens where that allows it", async ({ home, session, server }) => {
  await home.visit();
  await home.openUrl(`${server.openOrigin}/fixtures/native/session.json`);
  await session.expectLoaded();
  await session.selectRow(6);
  await session.messages.expectRowCount(17);
});

test("Open file opens the browser's own dialog", async ({ home, page }) => {
  await home.visit();
  const [dialog] = await Promise.all([page.waitForEvent("filechooser"), home.openFile.click()]);
  expect(dialog.isMultiple()).toBe(true);
});

test("the brand on the session page leads home", async ({ home, session, page }) => {
  await session.open("fixtures/har/order.har");
  await page.getByRole("link", { name: "Replayscope" }).click();
  await expect(home.url).toBeVisible();
});

test("the idle start page opens a recording out of sight, and nothing of it stays", async ({ home, page }) => {
  await page.addInitScript(() => {
    const attachShadow = Reflect.get(Element.prototype, "attachShadow");
    Element.prototype.attachShadow = function attach(init) {
      const root = attachShadow.call(this, init);
      let most = 0;
      const noteRows = (): void => {
        most = Math.max(most, root.querySelectorAll("[role=row][data-row]").length);
        document.documentElement.dataset["warmedUp"] = String(most);
      };
      new MutationObserver(noteRows).observe(root, { childList: true, subtree: true });
      return root;
    };
  });
  await home.visit();
  await expect(page.locator("html")).toHaveAttribute("data-warmed-up", /^[1-9]/);
  await expect(page.locator("[inert]")).toHaveCount(0);
  await expect(page.getByRole("grid")).toHaveCount(0);
  await expect(page).toHaveURL(/\/$/);
});

test("a session that is opened meanwhile opens as ever", async ({ home, session, page }) => {
  await page.addInitScript(() => {
    const leave = new MutationObserver(() => {
      const link = document.querySelector<HTMLAnchorElement>("main li a[href*='session?']");
      if (link === null || document.querySelector("[inert]") === null) return;
      leave.disconnect();
      requestAnimationFrame(() => {
        link.click();
      });
    });
    leave.observe(document, { childList: true, subtree: true });
  });
  // Its session has no page to replay: a script of the test would be refused in the player's frame,
  // and be complained of.
  await home.visit("/?catalogue=fixtures/catalogue/sessions.json");
  await session.expectLoaded();
  await session.requests.expectRowCount(16);
  await expect(page.locator("[inert]")).toHaveCount(0);
});

/** Pastes text where the focus is. */
async function paste(page: Page, text: string): Promise<void> {
  await page.evaluate((pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", pasted);
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
  }, text);
}

test("a URL and the text of a recording are opened when they are pasted", async ({ home, page, session }) => {
  await home.visit();
  await expect(home.openFile).toBeVisible();
  await paste(page, "neither of both");
  await expect(page.getByRole("status").filter({ hasText: "neither a URL nor the JSON" })).toBeVisible();
  const entry = { request: { method: "GET", url: "https://shop.test/pasted" }, response: { status: 200 } };
  await paste(page, JSON.stringify({ log: { version: "1.2", entries: [entry] } }));
  await session.expectLoaded();
  await expect(session.requests.cell(1, "name")).toContainText("pasted");
  await home.visit();
  await expect(home.openFile).toBeVisible();
  await paste(page, new URL(`/${demo.src}`, page.url()).href);
  await session.expectLoaded();
  await session.requests.expectRowCount(demo.counts.requests + demo.counts.sockets);
});
