// The figures of all runs as the rows of the table that is printed.
import type { LoadFigures, Watched } from "./measure.ts";

export interface Row {
  what: string;
  /** One value a run. */
  values: number[];
  unit: "× baseline" | "ms" | "frames" | "MB" | "kB" | "×";
  target: string;
}

export interface Results {
  rows: number;
  messages: number;
  /** Opened by a link, with the app itself. */
  requests: LoadFigures[];
  /** Opened in the app, beside the baselines of the same runs. */
  opened: Watched[];
  socket: LoadFigures[];
  /** The same socket with a tenth of the messages. */
  smallSocket: LoadFigures[];
  start: number[];
  appBytes: number;
  harBytes: number;
  messagesBytes: number;
}

const megabyte = 1e6;

export function tableRows(results: Results): Row[] {
  const { requests, opened, socket, smallSocket } = results;
  const rows = results.rows.toLocaleString("en");
  const messages = results.messages.toLocaleString("en");
  const all = [...requests, ...socket];
  const ratio = (runs: LoadFigures[], part: "first" | "listed"): number[] =>
    runs.map((run) => run[part] / run.baseline);
  const openedRatio = (part: keyof Watched): number[] =>
    opened.map((run, index) => run[part] / (requests[index]?.baseline ?? NaN));
  const growth = (part: "first" | "listed" | "scrollFrame"): number[] =>
    socket.map((run, index) => run[part] / (smallSocket[index]?.[part] ?? NaN));
  const heldTarget = (bytes: number): string => `≤ ${Math.round((1.5 * bytes) / megabyte + 64)} MB`;
  return [
    {
      what: `HAR, ${rows} requests: first rows painted`,
      values: ratio(requests, "first"),
      unit: "× baseline",
      target: "≤ 0.1",
    },
    { what: "  the same", values: requests.map(({ first }) => first), unit: "ms", target: "≤ 150" },
    { what: "  all requests listed", values: ratio(requests, "listed"), unit: "× baseline", target: "≤ 0.6" },
    {
      what: "Typed on the start page: first rows painted",
      values: openedRatio("first"),
      unit: "× baseline",
      target: "≤ 0.1",
    },
    { what: "  the same", values: opened.map(({ first }) => first), unit: "ms", target: "≤ 150" },
    { what: "  all requests listed", values: openedRatio("listed"), unit: "× baseline", target: "≤ 0.6" },
    {
      what: `Socket, ${messages} messages: first rows painted`,
      values: socket.map(({ first }) => first),
      unit: "ms",
      target: "≤ 150",
    },
    { what: "  all messages listed", values: ratio(socket, "listed"), unit: "× baseline", target: "≤ 0.6" },
    {
      what: "Message filter, keystroke to painted result",
      values: socket.map(({ filter }) => filter),
      unit: "ms",
      target: "≤ 100",
    },
    {
      what: "Network filter, keystroke to painted result",
      values: requests.map(({ filter }) => filter),
      unit: "ms",
      target: "≤ 50",
    },
    {
      what: "Scrolling requests: longest frame",
      values: requests.map(({ scrollFrame }) => scrollFrame),
      unit: "ms",
      target: "≤ 33",
    },
    {
      what: "Scrolling messages: longest frame",
      values: socket.map(({ scrollFrame }) => scrollFrame),
      unit: "ms",
      target: "≤ 33",
    },
    { what: "  rows blank for", values: all.map(({ blankFrames }) => blankFrames), unit: "frames", target: "≤ 1" },
    {
      what: "Longest task while loading requests",
      values: requests.map(({ longestTask }) => longestTask),
      unit: "ms",
      target: "≤ 50",
    },
    {
      what: "Longest task while loading messages",
      values: socket.map(({ longestTask }) => longestTask),
      unit: "ms",
      target: "≤ 50",
    },
    {
      what: "Memory held after loading the HAR",
      values: requests.map(({ held }) => held / megabyte),
      unit: "MB",
      target: heldTarget(results.harBytes),
    },
    {
      what: "Memory held after loading the messages",
      values: socket.map(({ held }) => held / megabyte),
      unit: "MB",
      target: heldTarget(results.messagesBytes),
    },
    { what: "Ten times the messages: all listed", values: growth("listed"), unit: "×", target: "about 10" },
    { what: "  first rows painted", values: growth("first"), unit: "×", target: "about 1" },
    { what: "  longest frame of scrolling", values: growth("scrollFrame"), unit: "×", target: "about 1" },
    { what: "The app: wasm, js, css; brotli", values: [results.appBytes / 1000], unit: "kB", target: "≤ 350" },
    { what: "App start, empty, warm cache", values: results.start, unit: "ms", target: "< 200" },
  ];
}

export function printed(rows: Row[]): string {
  const lines = rows.map(({ what, values, unit, target }) => {
    const sorted = [...values].sort((one, other) => one - other);
    const median = sorted[Math.floor(sorted.length / 2)] ?? NaN;
    const range = `${figure(sorted[0] ?? NaN)} – ${figure(sorted.at(-1) ?? NaN)}`;
    return [what, `${figure(median)} ${unit}`, range, target];
  });
  const table = [["what", "median", "range", "target"], ...lines];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((cells) => (cells[column] ?? "").length)));
  return table
    .map((cells) =>
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function figure(value: number): string {
  return value < 10 ? value.toFixed(2) : value.toFixed(value < 100 ? 1 : 0);
}
