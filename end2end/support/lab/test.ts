// `test` with fixtures for the recorder: the lab's server, and a page with the recorder.
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { test as base } from "../app.ts";
import type { Options, Recorder } from "../../../recorder/src/index.ts";
import { startLab, type Lab } from "./server.ts";
import { SessionFiles } from "./session-files.ts";

export { expect } from "../app.ts";
export type { Lab } from "./server.ts";

declare global {
  interface Window {
    recorder: Recorder;
    Replayscope: { start(options?: Options): Recorder };
  }
}

/** Options that record all network activity. */
export const contents: Options = { networkRecording: { recordHeadersAndBody: true } };

export class RecordedPage {
  readonly page: Page;
  readonly lab: Lab;

  constructor(page: Page, lab: Lab) {
    this.page = page;
    this.lab = lab;
  }

  /** Opens a page that starts the recorder before its other scripts. */
  async open(options: Options = contents, body = "", head = ""): Promise<void> {
    await this.page.goto(this.lab.page(pageWith(options, body, head)));
  }

  /** The recording so far. */
  async files(): Promise<SessionFiles> {
    return SessionFiles.fromZip((await this.download()).content);
  }

  async download(): Promise<{ name: string; content: Buffer }> {
    const download = this.page.waitForEvent("download");
    await this.page.evaluate(() => window.recorder.download());
    const saved = await download;
    return { name: saved.suggestedFilename(), content: readFileSync(await saved.path()) };
  }
}

export function pageWith(options: Options, body = "", head = ""): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>A page under test</title>
    <link rel="icon" href="data:,">
    ${head}
    <script src="/recorder/replayscope.js"></script>
    <script>window.recorder = Replayscope.start(${JSON.stringify(options)});</script>
  </head>
  <body>${body}</body>
</html>`;
}

export const test = base.extend<{ recorded: RecordedPage }, { lab: Lab }>({
  lab: [
    async ({}, use) => {
      const lab = await startLab();
      await use(lab);
      await lab.stop();
    },
    { scope: "worker" },
  ],
  // Pages of these tests log errors on purpose.
  complaints: async ({}, use) => use([]),
  recorded: async ({ page, lab }, use) => {
    await use(new RecordedPage(page, lab));
  },
});
