// Which Chromium to use, and the flags that keep it quiet.
import { existsSync } from "node:fs";
import { chromium, type LaunchOptions } from "@playwright/test";

/** Debian's Chromium without its own windows and panels: tests take half of the time in it. */
const headlessShell = "/usr/bin/chromium-headless-shell";

const usualPlaces = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** Nothing in the background that could disturb a measurement or a count of requests. */
export const quietFlags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The browser named by `CHROMIUM`, else the system's, else Playwright's own, else `undefined`. */
export function findBrowser(): string | undefined {
  return namedBrowser() ?? [...usualPlaces, chromium.executablePath()].find((path) => existsSync(path));
}

/** The same for tests, most of which prefer the headless shell. */
export function findTestBrowser(): string | undefined {
  return namedBrowser() ?? (existsSync(headlessShell) ? headlessShell : findBrowser());
}

function namedBrowser(): string | undefined {
  const named = process.env["CHROMIUM"];
  if (named === undefined || named === "") return undefined;
  if (!existsSync(named)) throw new Error(`CHROMIUM names ${named}, which does not exist`);
  return named;
}

export function launchOptions(extraFlags: readonly string[] = [], find = findBrowser): LaunchOptions {
  const executablePath = find();
  if (executablePath === undefined) {
    throw new Error("No Chromium found: install one, run `npx playwright install chromium`, or name one in CHROMIUM");
  }
  return { executablePath, args: [...quietFlags, ...extraFlags] };
}
