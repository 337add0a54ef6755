// `replayscope open`: from the command line to the viewer in the browser.
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "../support/app.ts";
import { demo } from "../support/demo.ts";
import { Command, withFolder } from "../support/replayscope.ts";

const demoFolder = fileURLToPath(new URL("../../static/sessions/market", import.meta.url));
const onFreePort = ["open", "--port", "0"];

test("the browser of the environment gets the link, and the viewer opens the recording", async ({ page, session }) => {
  await withFolder(async (folder) => {
    const opened = join(folder, "opened");
    const script = join(folder, "browser.mjs");
    await writeFile(
      script,
      `import { writeFileSync } from "node:fs"; writeFileSync(${JSON.stringify(opened)}, process.argv[2]);`,
    );
    const command = await Command.start([...onFreePort, demoFolder], { BROWSER: `${process.execPath} ${script}` });
    try {
      await expect.poll(() => readFile(opened, "utf8").catch(() => "")).toBe(command.link);
      await page.goto(command.link);
      await session.expectLoaded();
      await session.requests.expectRowCount(demo.counts.requests + demo.counts.sockets);
      // The page fetches what judges the recording: the command must not end before.
      await expect(page.getByRole("button", { name: /^Findings\s*\d/ })).toBeVisible();
    } finally {
      await command.stop();
    }
  });
});

test("it ends after its last tab was closed, not before", async ({ page, context }) => {
  const command = await Command.start([...onFreePort, "--no-browser", "--idle", "3", demoFolder]);
  try {
    const isConnected = page.waitForEvent("websocket");
    await page.goto(command.link);
    await isConnected;
    const other = await context.newPage();
    const isOtherConnected = other.waitForEvent("websocket");
    await other.goto(command.link);
    await isOtherConnected;
    await other.close();
    await page.reload();
    await expect(page.getByRole("grid", { name: "Network requests" })).toBeVisible();
    expect(command.hasEnded).toBe(false);
    await page.goto("about:blank");
    await expect.poll(() => command.hasEnded).toBe(true);
  } finally {
    await command.stop();
  }
});

test("several recordings are listed, and each opens", async ({ page, home, session }) => {
  const har = fileURLToPath(new URL("../fixtures/har/order.har", import.meta.url));
  const command = await Command.start([...onFreePort, "--no-browser", demoFolder, har]);
  try {
    await page.goto(command.link);
    const links = home.sessions.getByRole("link");
    await expect(links).toHaveText([demoFolder, har]);
    await links.last().click();
    await session.expectLoaded();
    await session.requests.expectRowCount(5);
  } finally {
    await command.stop();
  }
});

test("a file that is still written shows rows as they arrive", async ({ page, session }) => {
  await withFolder(async (folder) => {
    const path = join(folder, "entries.jsonl");
    const entry = (number: number): string =>
      `${JSON.stringify({
        startedDateTime: `2026-03-01T10:00:0${number}Z`,
        time: 5,
        request: { method: "GET", url: `https://a.test/${number}` },
        response: { status: 200 },
      })}\n`;
    await writeFile(path, entry(1) + entry(2));
    const command = await Command.start([...onFreePort, "--no-browser", path]);
    try {
      await page.goto(command.link);
      await session.requests.expectRowCount(2);
      await appendFile(path, entry(3));
      await session.requests.expectRowCount(3);
      await expect(session.progress).toBeVisible();
    } finally {
      await command.stop();
    }
  });
});
