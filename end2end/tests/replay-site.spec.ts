// The player on a site of its own: a player that hangs is ended, and everything else goes on.
import type { Page } from "@playwright/test";
import { expect, test } from "../support/app.ts";
import { launchOptions } from "../support/browser.ts";
import { demo } from "../support/demo.ts";
import { Replay } from "../support/pages/replay.ts";

// The headless shell runs all sites in one process.
test.use({ launchOptions: launchOptions() });

const appOrigin = process.env["REPLAYSCOPE_ORIGIN"] ?? "";

/** Serves the app at 127.0.0.1 with its player at `localhost`, as a build for two origins does. */
async function serveOnTwoSites(page: Page, origin: string): Promise<string> {
  const player = origin.replace("127.0.0.1", "localhost");
  await page.route(`${origin}/session?**`, async (route) => {
    const response = await route.fetch();
    const text = (await response.text()).replace("frame-src 'self'", `frame-src ${player}`);
    await route.fulfill({
      response,
      body: text.replace(
        '<meta charset="utf-8">',
        `<meta charset="utf-8"><meta name="replayscope-player" content="${player}">`,
      ),
    });
  });
  await page.route(`${player}/replay*.html*`, async (route) => {
    const response = await route.fetch();
    // The player's host lets the app frame it.
    const headers = { ...response.headers(), "content-security-policy": `frame-ancestors ${origin}` };
    const body = (await response.text()).replace(
      'name="replayscope-app" content=""',
      `name="replayscope-app" content="${origin}"`,
    );
    await route.fulfill({ response, headers, body });
  });
  return player;
}

/** Lets the player hang at that request, for as long as `hangs` says. */
async function hangAt(page: Page, player: string, request: string, hangs: () => boolean): Promise<void> {
  await page.route(`${player}/rrweb-player.js`, async (route) => {
    const response = await route.fetch();
    const loop = `addEventListener("message", ({ data }) => { if (data.type === "${request}") for (;;); });`;
    await route.fulfill({ response, body: (hangs() ? loop : "") + (await response.text()) });
  });
}

test("the page is replayed from another site", async ({ session, page }) => {
  const player = await serveOnTwoSites(page, appOrigin);
  const replay = new Replay(page);
  await session.open(demo.src, { t: "2000" });
  await expect(replay.recorded.getByText("Lantern Street Market").first()).toBeVisible();
  expect(page.frames().some((frame) => frame.url().startsWith(`${player}/replay.html`))).toBe(true);
  await replay.play.click();
  await expect.poll(() => replay.at()).toBeGreaterThan(2_500);
});

for (const request of ["open", "seek"]) {
  test(`a player that hangs at ${request} is stopped, the tables respond, and Retry restarts it`, async ({
    session,
    page,
  }) => {
    test.setTimeout(60_000);
    let hangs = true;
    const player = await serveOnTwoSites(page, appOrigin);
    await hangAt(page, player, request, () => hangs);
    const replay = new Replay(page);
    await session.open(demo.src);
    await expect(replay.region.getByRole("alert")).toHaveText(/The replay stopped responding and was ended/, {
      timeout: 30_000,
    });
    await expect(replay.player).toHaveCount(0);
    // Its name: a click on its start would seek to where the page was not recorded yet.
    await session.requests.at(2).locator("[data-col=name]").click();
    await expect(session.details).toBeVisible();
    hangs = false;
    await replay.region.getByRole("button", { name: "Retry" }).click();
    await expect(replay.recorded.getByText("Lantern Street Market").first()).toBeVisible();
    await expect(replay.region.getByRole("alert")).toHaveCount(0);
  });
}

test("a player that never starts is stopped", async ({ session, page }) => {
  test.setTimeout(60_000);
  const player = await serveOnTwoSites(page, appOrigin);
  await page.route(`${player}/rrweb-player.js`, (route) =>
    route.fulfill({ contentType: "text/javascript", body: "for (;;);" }),
  );
  await session.open(demo.src);
  const replay = new Replay(page);
  await expect(replay.region.getByRole("alert")).toHaveText(/The replay did not start/, { timeout: 30_000 });
  await session.requests.at(2).click();
  await expect(session.details).toBeVisible();
});

test("a player built for its own origin ignores messages from other origins", async ({ page }) => {
  const player = appOrigin.replace("127.0.0.1", "localhost");
  const body = `<!doctype html><title>Elsewhere</title><script>
    var said = [];
    addEventListener("message", ({ data }) => said.push(data.type));
  </script><iframe src="${player}/replay.html#app=${appOrigin}"></iframe>`;
  await page.route("**/elsewhere.html", (route) => route.fulfill({ contentType: "text/html", body }));
  await page.goto("/elsewhere.html");
  const frame = page.frames().find((one) => one.url().includes("/replay.html"));
  await frame?.waitForLoadState("load");
  await page.evaluate(
    (origin) => document.querySelector("iframe")?.contentWindow?.postMessage({ type: "ping" }, origin),
    player,
  );
  // What the player would have said is there before the answer to this one.
  await frame?.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
  expect(await page.evaluate("said")).toEqual([]);
});
