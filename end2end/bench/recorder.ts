// Measures what the recorder costs a page: `make bench-recorder`, with `ARGS="--runs 7 --only nodes"`.
//
// Each case of `recorder-cases.ts` runs in a new page without the recorder and in one with it, in
// turn, so that changes in the machine's load affect both. The table has the median of the runs'
// ratios.
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { chromium, type Browser, type Page } from "@playwright/test";
import { launchOptions } from "../support/browser.ts";
import { recorderCases, type Figure, type RecorderCase } from "./recorder-cases.ts";
import { measureCase } from "./recorder-measure.ts";
import { startServer, type Server } from "./recorder-server.ts";
import { formatColumns, medianOf } from "./table.ts";

const { values } = parseArgs({
  options: { runs: { type: "string", default: "7" }, only: { type: "string", default: "" } },
});
const options = { networkRecording: { recordHeadersAndBody: true } };

type Pair = [plain: number, recorded: number];

async function main(): Promise<void> {
  const script = await readFile(new URL("../../recorder/dist/replayscope.js", import.meta.url), "utf8");
  const start = `${script}; const recorder = Replayscope.start(${JSON.stringify(options)})`;
  const server = await startServer();
  const browser = await chromium.launch(launchOptions());
  try {
    const rows = [];
    for (const recorderCase of recorderCases.filter(({ name }) => name.includes(values.only))) {
      const pairs: Pair[] = [];
      for (let run = 0; run < Number(values.runs); run += 1)
        pairs.push([await measure(browser, server, recorderCase), await measure(browser, server, recorderCase, start)]);
      rows.push(rowOf(recorderCase, pairs));
    }
    console.log(formatColumns([["case", "figure", "without", "ratio", "range", "limit", ""], ...rows]));
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** Measures a case in a new page, in which `script` has run. */
async function measure(browser: Browser, server: Server, recorderCase: RecorderCase, script = ""): Promise<number> {
  const page: Page = await browser.newPage();
  await page.goto(server.origin);
  if (script !== "") await page.addScriptTag({ content: script });
  const value = await measureCase(browser, page, recorderCase);
  await page.close();
  return value;
}

const megabyte = 1e6;

const formatFigure: Record<Figure, (value: number) => string> = {
  throughput: (value) => `${Math.round(value).toLocaleString("en")} per second`,
  "main thread": (value) => `${value.toFixed(0)} ms`,
  time: (value) => `${value.toFixed(0)} ms`,
  memory: (value) => `${(value / megabyte).toFixed(0)} MB`,
};

function rowOf({ name, figure, limit }: RecorderCase, pairs: readonly Pair[]): string[] {
  const ratios = pairs.map(([plain, recorded]) => recorded / plain);
  const ratio = medianOf(ratios);
  const isMinimum = figure === "throughput";
  const isOver = isMinimum ? ratio < limit : ratio > limit;
  return [
    name,
    figure,
    formatFigure[figure](medianOf(pairs.map(([plain]) => plain))),
    ratio.toFixed(2),
    `${Math.min(...ratios).toFixed(2)} – ${Math.max(...ratios).toFixed(2)}`,
    `${isMinimum ? "≥" : "≤"} ${limit}`,
    isOver ? "OVER THE LIMIT" : "",
  ];
}

await main();
