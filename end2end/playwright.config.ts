import { defineConfig } from "@playwright/test";
import { findTestBrowser, launchOptions } from "./support/browser.ts";

// Workers load this file too, and inherit the name. A folder for each run, so that two at once do
// not clear each other's files.
const run = (process.env["REPLAYSCOPE_RUN"] ??= `run-${process.pid}`);

export default defineConfig({
  testDir: "./tests",
  outputDir: `./test-results/${run}`,
  preserveOutput: "failures-only",
  fullyParallel: true,
  forbidOnly: true,
  retries: 0,
  workers: 2,
  // Enough for a busy machine; a test that passes never waits so long.
  timeout: 60_000,
  expect: { timeout: 20_000 },
  reporter: [["list"]],
  // Starts the static server on free ports and leaves its addresses in the environment.
  globalSetup: "./support/global-setup.ts",
  use: {
    ...(process.env["REPLAYSCOPE_ORIGIN"] === undefined ? {} : { baseURL: process.env["REPLAYSCOPE_ORIGIN"] }),
    viewport: { width: 1280, height: 800 },
    // Offsets are the same everywhere; wall clock times in titles are not.
    timezoneId: "UTC",
    locale: "en-GB",
    trace: "off",
  },
  projects: [{ name: "chromium", use: { browserName: "chromium", launchOptions: launchOptions([], findTestBrowser) } }],
});
