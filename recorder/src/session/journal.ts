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

const noCounts: Partial<Tally> = {};

/**
 * What a record adds to the counts of its file. Derived from the record instead of passed by
 * captures, since the network part has a size limit and does not count.
 */
function countsOf({ initiatorType, type, error, responseStatus = 0 }: CountedFields): Partial<Tally> {
  // Console entries have neither field.
  if (initiatorType === undefined) return type === undefined ? noCounts : { [type === "error" ? "errors" : type]: 1 };
  if (type === "close") return noCounts;
  const isError = error !== undefined || responseStatus >= 400;
  return { [type === "open" ? "sockets" : "requests"]: 1, errors: isError ? 1 : 0 };
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
  /** Adds a record that is serialized already; it counts as a line only. */
  addJson_?(path: string, json: string): void;
}

export class Journal implements Sink {
  #files = new Map<string, { lines: string[]; tally: Tally }>();
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

  #file(path: string): { lines: string[]; tally: Tally } {
    let file = this.#files.get(path);
    if (file === undefined) this.#files.set(path, (file = { lines: [], tally: emptyTally() }));
    return file;
  }

  add_(path: string, record: object): void {
    this.addJson_(path, JSON.stringify(record), countsOf(record));
  }

  addJson_(path: string, json: string, counts: Partial<Tally> = noCounts): void {
    const file = this.#file(path);
    const line = json + "\n";
    file.lines.push(line);
    file.tally.lines += 1;
    addTally(file.tally, counts);
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
