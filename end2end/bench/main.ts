// `make bench`, or `make bench ARGS="--rows 100000 --messages 1000000 --runs 5"`.
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { runBench } from "./run.ts";
import { formatTable, tableRows } from "./table.ts";

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "100000" },
    messages: { type: "string", default: "100000" },
    runs: { type: "string", default: "3" },
  },
});

const results = await runBench({
  rows: integerOption("rows", 1_000_000),
  messages: integerOption("messages", 1_000_000),
  runs: integerOption("runs", 100),
  folder: fileURLToPath(new URL("data", import.meta.url)),
  progress: (text) => console.error(text),
});
const table = tableRows(results);
console.log(formatTable(table));
console.log("Baseline: await (await fetch(url)).json() of the same data, in the same browser and run.");

// A figure that could not be measured is an error of the bench.
const missing = table.filter(({ values: figures }) => figures.some((figure) => !(figure >= 0)));
if (missing.length > 0) throw new Error(`not measured: ${missing.map(({ name }) => name.trim()).join("; ")}`);

function integerOption(name: keyof typeof values, max: number): number {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new Error(`--${name} requires an integer from 1 to ${max.toLocaleString("en")}`);
}
