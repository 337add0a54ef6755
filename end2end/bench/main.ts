// `make bench`, or `make bench ARGS="--rows 100000 --messages 1000000 --runs 5"`.
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { runBench } from "./run.ts";
import { printed, tableRows } from "./table.ts";

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "100000" },
    messages: { type: "string", default: "100000" },
    runs: { type: "string", default: "3" },
  },
});

const results = await runBench({
  rows: integer("rows", 1_000_000),
  messages: integer("messages", 1_000_000),
  runs: integer("runs", 100),
  folder: fileURLToPath(new URL("data", import.meta.url)),
  progress: (text) => console.error(text),
});
const table = tableRows(results);
console.log(printed(table));
console.log("Baseline: await (await fetch(url)).json() of the same data, in the same browser and run.");

// A figure that could not be taken is a fault of the bench.
const missing = table.filter(({ values: figures }) => figures.some((figure) => !(figure >= 0)));
if (missing.length > 0) throw new Error(`not measured: ${missing.map(({ what }) => what.trim()).join("; ")}`);

function integer(name: keyof typeof values, largest: number): number {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value >= 1 && value <= largest) return value;
  throw new Error(`--${name} takes an integer from 1 to ${largest.toLocaleString("en")}`);
}
