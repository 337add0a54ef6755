// Pages with and without the recorder: what a page observes is identical.
import { createRequire } from "node:module";
import type { Page } from "@playwright/test";
import type { Options } from "../../recorder/src/index.ts";
import type { Lab } from "./lab/server.ts";
import { contents, type RecordedPage } from "./lab/test.ts";

/** A page under test. */
export interface PageCase {
  /** Markup before the recorder's scripts. */
  before?: string;
  /** Markup after them. */
  after?: string;
  body?: string;
  options?: Options;
  /** Body of an async function that runs in the page and returns what the page observes. */
  run: string;
}

export interface Observed {
  result: unknown;
  /** Uncaught errors, and violations of the page's policies. */
  problems: string[];
}

type Fixtures = { page: Page; lab: Lab };

/** Runs a page without the recorder and then with it, where it stays open. */
export async function runWithAndWithout(
  fixtures: Fixtures & { recorded: RecordedPage },
  pageCase: PageCase,
): Promise<{ without: Observed; with: Observed }> {
  const without = await runPage(fixtures, pageCase, false);
  return { without, with: await runPage(fixtures, pageCase, true) };
}

export async function runPage(
  { page, lab }: Fixtures,
  { before = "", after = "", body = "", options = contents, run }: PageCase,
  isRecorded: boolean,
): Promise<Observed> {
  const recorder = `<script src="/recorder/replayscope.js"></script>
    <script>window.recorder = Replayscope.start(${JSON.stringify(options)});</script>`;
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page under test</title>
    <link rel="icon" href="data:,">
    <script>window.problems = [];
      window.addEventListener("error", ({ message }) => problems.push(message));
      window.addEventListener("unhandledrejection", ({ reason }) => problems.push("unhandled: " + reason));
      document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => problems.push("violation: " + effectiveDirective));
    </script>
    ${before}${isRecorded ? recorder : ""}${after}</head><body>${body}</body></html>`;
  await page.goto(lab.page(html));
  const result = await page.evaluate<unknown>(`(async () => { ${run} })()`);
  return { result, problems: await page.evaluate<string[]>("[...problems]") };
}

const requireFromRecorder = createRequire(new URL("../../recorder/package.json", import.meta.url));
const emptyModule = "data:text/javascript,";
const folder = new URL("..", import.meta.url).pathname;

/** An installed package as a script that defines a global. */
export async function packageScript(name: string, globalName: string): Promise<string> {
  const { build } = requireFromRecorder("esbuild") as {
    build: (options: object) => Promise<{ outputFiles: { text: string }[] }>;
  };
  const { outputFiles } = await build({
    stdin: { contents: `export * from ${JSON.stringify(name)};`, resolveDir: folder },
    bundle: true,
    write: false,
    format: "iife",
    globalName,
    define: { global: "globalThis" },
    // Modules of Node that packages use only there.
    alias: Object.fromEntries(["util", "timers", "timers/promises"].map((name) => [name, emptyModule])),
  });
  return `<script>${outputFiles[0]?.text.replaceAll("</script", "<\\/script") ?? ""}</script>`;
}
