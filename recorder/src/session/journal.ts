// Records that are not stored yet: lines per file, with counts of them.

export interface Tally {
  lines: number;
  sent: number;
  received: number;
  errors: number;
  requests: number;
  sockets: number;
}

export interface FilePart {
  text: string;
  tally: Tally;
}

export type Files = Record<string, FilePart>;

export const emptyTally = (): Tally => ({ lines: 0, sent: 0, received: 0, errors: 0, requests: 0, sockets: 0 });

export function addTally(sum: Tally, more: Partial<Tally>): void {
  for (const name of Object.keys(more) as (keyof Tally)[]) sum[name] += more[name] ?? 0;
}

/**
 * Adds a record to the counts of its file. Derived from the record instead of passed by captures,
 * since the network part has a size limit and does not count.
 */
function countRecord(tally: Tally, { initiatorType, type, error, responseStatus = 0 }: CountedFields): void {
  if (initiatorType === undefined) {
    // Console entries have neither field.
    if (type !== undefined && type !== "open" && type !== "close") tally[type === "error" ? "errors" : type] += 1;
  } else if (type !== "close") {
    tally[type === "open" ? "sockets" : "requests"] += 1;
    if (error !== undefined || responseStatus >= 400) tally.errors += 1;
  }
}

interface CountedFields {
  /** Present in `resources.jsonl` only. */
  initiatorType?: string;
  type?: "open" | "close" | "sent" | "received" | "error";
  error?: string;
  responseStatus?: number;
}

/** Receives the records of captures. */
export interface Sink {
  /** Creates a file, which may stay empty. */
  touch_(path: string): void;
  add_(path: string, record: object): void;
  /** Adds a record that is serialized already; it counts as a line, and as one of `count`. */
  addJson_?(path: string, json: string, count?: Exclude<keyof Tally, "lines">): void;
}

interface PendingFile {
  lines: string[];
  tally: Tally;
}

export class Journal implements Sink {
  #files = new Map<string, PendingFile>();
  readonly #maxSize: number;
  readonly #onFull: () => void;
  /** Characters of all lines. */
  #size = 0;

  /** `onFull` is called above `maxSize` characters: timers of a page in the background are throttled. */
  constructor(maxSize = Infinity, onFull: () => void = () => undefined) {
    this.#maxSize = maxSize;
    this.#onFull = onFull;
  }

  get isEmpty(): boolean {
    return this.#files.size === 0;
  }

  touch_(path: string): void {
    this.#file(path);
  }

  #file(path: string): PendingFile {
    let file = this.#files.get(path);
    if (file === undefined) this.#files.set(path, (file = { lines: [], tally: emptyTally() }));
    return file;
  }

  add_(path: string, record: object): void {
    const json = JSON.stringify(record);
    const file = this.#file(path);
    countRecord(file.tally, record);
    this.#addLine(file, json);
  }

  addJson_(path: string, json: string, count?: Exclude<keyof Tally, "lines">): void {
    const file = this.#file(path);
    if (count) file.tally[count] += 1;
    this.#addLine(file, json);
  }

  #addLine({ lines, tally }: PendingFile, json: string): void {
    const line = json + "\n";
    lines.push(line);
    tally.lines += 1;
    this.#size += line.length;
    if (this.#size > this.#maxSize) this.#onFull();
  }

  /** Removes and returns everything. */
  take(): Files {
    const files: Files = {};
    for (const [path, { lines, tally }] of this.#files) files[path] = { text: lines.join(""), tally };
    this.#files.clear();
    this.#size = 0;
    return files;
  }
}
