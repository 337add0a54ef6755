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
  rows: wholeNumber("rows", 1_000_000),
  messages: wholeNumber("messages", 1_000_000),
  runs: wholeNumber("runs", 100),
  folder: fileURLToPath(new URL("data", import.meta.url)),
  progress: (text) => console.error(text),
});
console.log(printed(tableRows(results)));
console.log("Yardstick: await (await fetch(url)).json() of the same data, in the same browser and run.");

function wholeNumber(name: keyof typeof values, largest: number): number {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value >= 1 && value <= largest) return value;
  throw new Error(`--${name} takes a whole number from 1 to ${largest.toLocaleString("en")}`);
}
