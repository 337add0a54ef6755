// From a page with one script to its sessions on a store: recorded by the server, watched while it goes on, kept as
// files that open without the server.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { HomePage } from "../../support/pages/home.ts";
import { SessionPage } from "../../support/pages/session.ts";
import { moto, ObjectStore } from "../../support/moto.ts";
import { Command, withFolder } from "../../support/replayscope.ts";
import { defaultFolders, startServers } from "../../support/server.ts";
import { expect, test, type Lab } from "../../support/lab/test.ts";

/** Sessions become files as soon as nothing more arrives. */
const soon = ["--compact-every", "200ms", "--compact-idle", "1s", "--compact-ended", "200ms"];
/** They stay as they were received. */
const never = ["--compact-every", "1h"];

async function withServer(options: string[], use: (server: Command, store: string) => Promise<void>): Promise<void> {
  await withFolder(async (store) => {
    const server = await Command.start(["serve", "--listen", "127.0.0.1:0", "--store", store, ...options]);
    try {
      await use(server, store);
    } finally {
      await server.stop();
    }
  });
}

/** A page that records to a server, with a socket. */
function pageOf(lab: Lab, server: Command, title: string): string {
  const options = JSON.stringify({ networkRecording: { recordHeadersAndBody: true } });
  return lab.page(`<!doctype html><html lang="en"><title>${title}</title><link rel="icon" href="data:,">
    <script src="${server.link}/replayscope.js" data-replayscope='${options}'></script>
    <body><h1>${title}</h1><p id="state">0</p>
    <script>
      let socket = new WebSocket("${lab.sockets}/echo");
      window.say = (text) => new Promise((resolve) => {
        socket.onmessage = resolve;
        socket.send(text);
        document.querySelector("#state").textContent = text;
      });
      window.ask = async (path) => (await fetch(path)).text();
      window.isOpen = new Promise((resolve) => { socket.onopen = resolve; });
    </script></body></html>`);
}

declare global {
  interface Window {
    /** Sends a text, and waits for its echo. */
    say(text: string): Promise<unknown>;
    ask(path: string): Promise<string>;
    isOpen: Promise<unknown>;
  }
}

async function record(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.evaluate(() => window.isOpen);
}

test("a session is listed and grows while its page is used", async ({ page, lab, context }) => {
  await withServer(never, async (server) => {
    await record(page, pageOf(lab, server, "A shop"));
    await page.evaluate(() => window.say("first"));
    const watching = await context.newPage();
    const [home, session] = [new HomePage(watching), new SessionPage(watching)];
    await watching.goto(server.link);
    const item = home.sessions.getByRole("listitem").filter({ hasText: "A shop" });
    await expect(item).toContainText("Live");
    const messageFiles: string[] = [];
    watching.on("request", (request) => {
      if (request.url().includes("/sockets/")) messageFiles.push(request.url());
    });
    await item.getByRole("link").click();
    await session.expectLoaded();
    await expect(watching.getByRole("button", { name: "Follow live" })).toHaveAttribute("aria-pressed", "true");
    const replayed = watching.frameLocator('iframe[title="Replayed page"]').frameLocator("iframe").locator("#state");
    await expect(replayed).toHaveText("first");
    await page.evaluate(() => window.say("second"));
    await expect(replayed).toHaveText("second");

    const socketRow = session.requests.root.locator('[role="row"][data-kind="socket"]');
    await expect(socketRow).toHaveCount(1);
    expect(messageFiles).toEqual([]);
    await socketRow.click();
    await session.messages.expectNumbers([1, 2, 3, 4]);
    // Again when there is more of it.
    expect(messageFiles.length).toBeGreaterThan(0);

    const rows = await session.requests.rows.count();
    await page.evaluate(async () => {
      await window.say("third");
      await window.ask("/api/json");
    });
    await session.messages.expectNumbers([1, 2, 3, 4, 5, 6]);
    await expect(session.requests.rows).toHaveCount(rows + 1);
  });
});

test("released, Follow live leaves what is on screen as it is", async ({ page, lab, context }) => {
  await withServer(never, async (server) => {
    await record(page, pageOf(lab, server, "A shop"));
    const watching = await context.newPage();
    const session = new SessionPage(watching);
    await watching.goto(server.link);
    await new HomePage(watching).sessions.getByRole("link").first().click();
    await session.expectLoaded();
    const follow = watching.getByRole("button", { name: "Follow live" });
    await follow.click();
    await expect(follow).toHaveAttribute("aria-pressed", "false");
    const rows = await session.requests.rows.count();
    await page.evaluate(() => window.ask("/api/json"));
    const list = await context.newPage();
    const other = new SessionPage(list);
    await list.goto(watching.url());
    await expect(other.requests.rows).toHaveCount(rows + 1);
    await expect(session.requests.rows).toHaveCount(rows);
    await follow.click();
    await expect(session.requests.rows).toHaveCount(rows + 1);
  });
});

/** Records a session and, when it is compacted, opens its files alone, which `folder` has as a static host would. */
async function expectKept(page: Page, lab: Lab, server: Command, folder: () => Promise<string>): Promise<void> {
  await record(page, pageOf(lab, server, "A shop"));
  await page.evaluate(async () => {
    await window.say("one");
    await window.say("two");
    await window.ask("/api/json");
    await window.Replayscope.start().stop();
  });
  const watching = await page.context().newPage();
  await page.close();
  await watching.goto(server.link);
  const item = new HomePage(watching).sessions.getByRole("listitem").filter({ hasText: "A shop" });
  await expect(item).toContainText("1 socket");
  await expect(item).not.toContainText("Live");
  await item.getByRole("link").click();
  const session = new SessionPage(watching);
  await session.expectLoaded();
  await expect(watching.getByRole("button", { name: "Follow live" })).toHaveCount(0);
  const names = await session.requests.rows.allTextContents();
  const id = new URL(session.parameter("src") ?? "", server.link).pathname.split("/").at(-2) ?? "";

  const store = await folder();
  const host = await startServers({ ...defaultFolders(), data: { store } });
  try {
    await watching.goto(`${host.origin}/session?src=store/sessions/default/${id}/session.json`);
    await session.expectLoaded();
    expect(await session.requests.rows.allTextContents()).toEqual(names);
    await session.requests.root.locator('[role="row"][data-kind="socket"]').click();
    await session.messages.expectNumbers([1, 2, 3, 4]);
    const manifest: unknown = JSON.parse(await readFile(join(store, "sessions/default", id, "session.json"), "utf8"));
    expect(manifest).toMatchObject({ counts: { sockets: 1, messages: 4 } });
  } finally {
    await host.stop();
  }
}

test("after the page is closed its folder alone opens on a static host", async ({ page, lab }) => {
  await withServer(soon, (server, store) => expectKept(page, lab, server, () => Promise.resolve(store)));
});

test("the same with an object store, whose bucket alone opens", async ({ page, lab }) => {
  test.skip(moto === undefined, "REPLAYSCOPE_MOTO names no server of S3: `make test` installs one");
  await ObjectStore.with(moto ?? "", async (objects) => {
    const options = ["serve", "--listen", "127.0.0.1:0", "--store", objects.location, ...soon];
    const server = await Command.start(options, objects.environment);
    try {
      await withFolder((folder) =>
        expectKept(page, lab, server, async () => {
          await objects.copyTo(folder, "sessions/");
          return folder;
        }),
      );
    } finally {
      await server.stop();
    }
  });
});

test("sessions are searched by the server, and the search is in the address", async ({ page, lab, context }) => {
  await withServer(never, async (server) => {
    for (const title of ["Cart", "Checkout"]) {
      const recorded = await context.newPage();
      await record(recorded, pageOf(lab, server, title));
    }
    await page.goto(server.link);
    const links = new HomePage(page).sessions.getByRole("link");
    await expect(links).toHaveText(["Checkout", "Cart"]);
    await page.getByRole("searchbox", { name: "Search sessions" }).fill("cart");
    await expect(links).toHaveText(["Cart"]);
    await expect(page).toHaveURL(/\?q=cart$/);
    await page.getByRole("checkbox", { name: "Live" }).check();
    await expect(links).toHaveText(["Cart"]);
    await page.getByRole("searchbox", { name: "User" }).fill("nobody");
    await expect(page.getByRole("status")).toHaveText("No session matches");
    await page.reload();
    await expect(page.getByRole("searchbox", { name: "Search sessions" })).toHaveValue("cart");
    await expect(page.getByRole("status")).toHaveText("No session matches");
  });
});
