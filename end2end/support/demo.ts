// The demo session that comes with the app, by what it holds: each recording of it has rows and
// counts of its own.
import { readFileSync } from "node:fs";

interface Totals {
  path: string;
  sent: number;
  received: number;
  errors: number;
}

interface Manifest {
  startedAt: number;
  endedAt: number;
  counts: { requests: number; sockets: number; messages: number; errors: number };
  files: { sockets: Record<string, Totals> };
}

interface Line {
  type?: string;
  socketId?: string;
  name: string;
}

const read = (path: string): string =>
  readFileSync(new URL(`../../static/sessions/market/${path}`, import.meta.url), "utf8");
const manifest = JSON.parse(read("session.json")) as Manifest;
const lines = read("resources.jsonl")
  .trim()
  .split("\n")
  .map((line, index) => ({ row: index + 1, ...(JSON.parse(line) as Line) }));

export const demo = {
  src: "sessions/market/session.json",
  counts: manifest.counts,
  day: new Date(manifest.startedAt).toISOString().slice(0, 10),
  seconds: ((manifest.endedAt - manifest.startedAt) / 1000).toFixed(2),
  /** The row of the last request or socket of the file. */
  lastRow: lines.findLast(({ type }) => type !== "close")?.row ?? 0,
  consoleEntries: read("console.jsonl").trim().split("\n").length,
  /** The row of a socket's open: of the first of that path, or the one after so many. */
  row(path: string, nth = 0): number {
    return opened(path, nth).row;
  },
  messages(path: string, nth = 0): number {
    const { sent, received, errors } = totals(path, nth);
    return sent + received + errors;
  },
  /** The messages file of such a socket: its name without its folder, and its lines. */
  messagesFile(path: string): { name: string; lines: string[] } {
    const file = totals(path, 0).path;
    return { name: file.slice(file.lastIndexOf("/") + 1), lines: read(file).trimEnd().split("\n") };
  },
};

function totals(path: string, nth: number): Totals {
  const found = manifest.files.sockets[opened(path, nth).socketId ?? ""];
  if (found === undefined) throw new Error(`no messages of ${path} were recorded`);
  return found;
}

function opened(path: string, nth: number): (typeof lines)[number] {
  const found = lines.filter(({ type, name }) => type === "open" && name.endsWith(path))[nth];
  if (found === undefined) throw new Error(`no socket ${path} was recorded`);
  return found;
}
