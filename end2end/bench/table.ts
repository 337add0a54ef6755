// The results of all runs as a table.
import { searchedSockets } from "./data.ts";
import { encodings, type SocketEncoding } from "./socket-data.ts";
import type { SocketFigures } from "./sockets.ts";
import type { LoadFigures, RowTimes, SearchFigures } from "./measure.ts";

export interface Row {
  name: string;
  /** One value per run. */
  values: number[];
  unit: "× baseline" | "ms" | "frames" | "MB" | "kB" | "×";
  target: string;
}

export interface Results {
  rows: number;
  messages: number;
  /** Opened by a link, including the start of the app. */
  requests: LoadFigures[];
  /** Opened in the app; compared to the baselines of the same runs. */
  opened: RowTimes[];
  socket: LoadFigures[];
  /** The same socket with a tenth of the messages. */
  smallSocket: LoadFigures[];
  decoded: SocketFigures[];
  search: SearchFigures[];
  /** Messages of each socket that is searched. */
  perSocket: number;
  start: number[];
  sizes: AppSizes;
  harBytes: number;
  messagesBytes: number;
}

/** Bytes that a browser loads, compressed with brotli. */
export interface AppSizes {
  /** For the start page. */
  app: number;
  /** For the session page, in addition. */
  sessionPage: number;
}

const megabyte = 1e6;

export function tableRows(results: Results): Row[] {
  const { requests, opened, socket, smallSocket, search } = results;
  const perSocket = results.perSocket.toLocaleString("en");
  const rows = results.rows.toLocaleString("en");
  const messages = results.messages.toLocaleString("en");
  const all = [...requests, ...socket];
  const toBaseline = (runs: LoadFigures[], part: "first" | "listed"): number[] =>
    runs.map((run) => run[part] / run.baseline);
  const openedToBaseline = (part: keyof RowTimes): number[] =>
    opened.map((run, index) => run[part] / (requests[index]?.baseline ?? NaN));
  const growth = (part: "first" | "listed" | "scrollFrame"): number[] =>
    socket.map((run, index) => run[part] / (smallSocket[index]?.[part] ?? NaN));
  const memoryTarget = (bytes: number): string => `≤ ${Math.round((1.5 * bytes) / megabyte + 64)} MB`;
  return [
    {
      name: `HAR, ${rows} requests: first rows painted`,
      values: toBaseline(requests, "first"),
      unit: "× baseline",
      target: "≤ 0.1",
    },
    { name: "  the same", values: requests.map(({ first }) => first), unit: "ms", target: "≤ 150" },
    { name: "  all requests listed", values: toBaseline(requests, "listed"), unit: "× baseline", target: "≤ 0.6" },
    {
      name: "Typed on the start page: first rows painted",
      values: openedToBaseline("first"),
      unit: "× baseline",
      target: "≤ 0.1",
    },
    { name: "  the same", values: opened.map(({ first }) => first), unit: "ms", target: "≤ 150" },
    { name: "  all requests listed", values: openedToBaseline("listed"), unit: "× baseline", target: "≤ 0.6" },
    {
      name: `Socket, ${messages} messages: first rows painted`,
      values: socket.map(({ first }) => first),
      unit: "ms",
      target: "≤ 150",
    },
    { name: "  all messages listed", values: toBaseline(socket, "listed"), unit: "× baseline", target: "≤ 0.6" },
    {
      name: "Message filter, keystroke to painted result",
      values: socket.map(({ filter }) => filter),
      unit: "ms",
      target: "≤ 100",
    },
    ...encodings.flatMap((encoding) => decodedRows(results, encoding)),
    {
      name: `Search over ${searchedSockets} sockets × ${perSocket} messages`,
      values: search.map(({ next }) => next),
      unit: "ms",
      target: "≤ 1000",
    },
    {
      name: "  the first one, with all files fetched",
      values: search.map(({ first }) => first),
      unit: "ms",
      target: "",
    },
    {
      name: "  longest task of the page meanwhile",
      values: search.map(({ longestTask }) => longestTask),
      unit: "ms",
      target: "≤ 50",
    },
    {
      name: "Network filter, keystroke to painted result",
      values: requests.map(({ filter }) => filter),
      unit: "ms",
      target: "≤ 50",
    },
    {
      name: "Scrolling requests: longest frame",
      values: requests.map(({ scrollFrame }) => scrollFrame),
      unit: "ms",
      target: "≤ 33",
    },
    {
      name: "Scrolling messages: longest frame",
      values: socket.map(({ scrollFrame }) => scrollFrame),
      unit: "ms",
      target: "≤ 33",
    },
    { name: "  rows blank for", values: all.map(({ blankFrames }) => blankFrames), unit: "frames", target: "≤ 1" },
    {
      name: "Longest task while loading requests",
      values: requests.map(({ longestTask }) => longestTask),
      unit: "ms",
      target: "≤ 50",
    },
    {
      name: "Longest task while loading messages",
      values: socket.map(({ longestTask }) => longestTask),
      unit: "ms",
      target: "≤ 50",
    },
    {
      name: "Memory after loading the HAR",
      values: requests.map(({ held }) => held / megabyte),
      unit: "MB",
      target: memoryTarget(results.harBytes),
    },
    {
      name: "Memory after loading the messages",
      values: socket.map(({ held }) => held / megabyte),
      unit: "MB",
      target: memoryTarget(results.messagesBytes),
    },
    { name: "Ten times the messages: all listed", values: growth("listed"), unit: "×", target: "about 10" },
    { name: "  first rows painted", values: growth("first"), unit: "×", target: "about 1" },
    { name: "  longest frame of scrolling", values: growth("scrollFrame"), unit: "×", target: "about 1" },
    { name: "The app: wasm, js, css; brotli", values: [results.sizes.app / 1000], unit: "kB", target: "≤ 350" },
    { name: "  what the session page adds", values: [results.sizes.sessionPage / 1000], unit: "kB", target: "" },
    { name: "App start, empty, warm cache", values: results.start, unit: "ms", target: "< 200" },
  ];
}

/** The figures of one of the sockets whose messages are decoded. */
function decodedRows({ decoded, messages }: Results, encoding: SocketEncoding): Row[] {
  const runs = decoded.filter((run) => run.encoding === encoding);
  const labels: Record<SocketEncoding, string> = {
    json: "JSON",
    "socket.io": "Socket.IO",
    messagepack: "MessagePack in base64",
  };
  const times = (name: string, part: "first" | keyof SocketFigures["filters"] | "heartbeats", limit: number): Row => {
    const value = (run: SocketFigures): number =>
      part === "first" || part === "heartbeats" ? run[part] : run.filters[part];
    return { name, values: runs.map(value), unit: "ms", target: `≤ ${limit}` };
  };
  const rows = [
    times(`${labels[encoding]}, ${messages.toLocaleString("en")} messages: first rows painted`, "first", 150),
    {
      name: "  all messages listed",
      values: runs.map(({ listed, baseline }) => listed / baseline),
      unit: "× baseline",
      target: "≤ 0.6",
    } as const,
    {
      name: "  columns filled, of the time to list",
      values: runs.map(({ analyzed, listed }) => analyzed / listed),
      unit: "×",
      target: "≤ 2",
    } as const,
    times("  filter by text", "text", 100),
    times("  filter by event:", "event", 100),
    times("  filter by dir:", "direction", 100),
    times("  filter by path:", "path", 300),
  ];
  return runs.some((run) => run.heartbeats > 0) ? [...rows, times("  heartbeats hidden", "heartbeats", 50)] : rows;
}

export function formatTable(rows: Row[]): string {
  const lines = rows.map(({ name, values, unit, target }) => {
    const range = `${formatValue(Math.min(...values))} – ${formatValue(Math.max(...values))}`;
    return [name, `${formatValue(medianOf(values))} ${unit}`, range, target];
  });
  return formatColumns([["measurement", "median", "range", "target"], ...lines]);
}

/** Rows of cells as lines in which the columns are aligned. */
export function formatColumns(rows: readonly string[][]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((cells) => (cells[column] ?? "").length)));
  const formatRow = (cells: string[]): string =>
    cells.map((cell, column) => cell.padEnd(widths?.[column] ?? 0)).join("  ");
  return rows.map((cells) => formatRow(cells).trimEnd()).join("\n");
}

export function medianOf(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;
}

function formatValue(value: number): string {
  return value < 10 ? value.toFixed(2) : value.toFixed(value < 100 ? 1 : 0);
}
