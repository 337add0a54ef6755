// The app in Firefox, over WebDriver BiDi: Playwright supports only its own build of it.
import { expect, test } from "@playwright/test";
import { demo } from "../support/demo.ts";
import { Firefox, findFirefox } from "../support/lab/firefox.ts";

const path = findFirefox();

test.skip(
  path === undefined,
  "Firefox is not installed: install firefox-esr, or set FIREFOX to the path of its executable.",
);

const socket = demo.row("/ws/chat");

/** Expressions that Firefox evaluates in the page. */
const inPage = {
  rowCount: (grid: string): string =>
    `document.querySelector('[role="grid"][aria-label="${grid}"]')?.ariaRowCount ?? null`,
  rowText: (row: number): string => `document.querySelector('[role="row"][data-row="${row}"]')?.textContent ?? ""`,
  click: (selector: string): string => `document.querySelector('${selector}').click()`,
  recordedText: `(() => {
    const player = document.querySelector('iframe[title="Replayed page"]')?.contentDocument;
    return player?.querySelector("iframe")?.contentDocument?.body?.textContent ?? "";
  })()`,
};

test("the demo session shows its requests, a socket's messages and its replay in Firefox", async ({ baseURL }) => {
  // Another browser has to start first.
  test.slow();
  const firefox = await Firefox.start(path ?? "");
  const poll = <Value>(expression: string) =>
    expect.poll(() => firefox.evaluate<Value>(expression), { timeout: 30_000, message: expression });
  try {
    await firefox.open(`${baseURL}/session?src=${encodeURIComponent(demo.src)}`);

    const { requests, sockets, messages } = demo.counts;
    expect(messages).toBeGreaterThan(0);
    // The row of the column headings counts as well.
    await poll(inPage.rowCount("Network requests")).toBe(String(requests + sockets + 1));
    await poll(inPage.rowText(socket)).toContain("/ws/chat");

    await firefox.evaluate(inPage.click(`[role="row"][data-row="${socket}"]`));
    // So do those of the open and the close.
    await poll(inPage.rowCount("WebSocket messages")).toBe(String(demo.messages("/ws/chat") + 3));
    await firefox.evaluate(inPage.click('[aria-label="WebSocket messages"] [role="row"][data-msg="1"]'));
    await poll(`document.querySelector('[role="region"][aria-label="Message"]') !== null`).toBe(true);

    await poll<string>(inPage.recordedText).toContain("Lantern Street Market");
    await poll(`document.querySelector('[role="alert"]')?.textContent ?? null`).toBe(null);
  } finally {
    await firefox.stop();
  }
});
