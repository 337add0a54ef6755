// What has been recorded and is not stored yet: lines, file by file, with what they count.

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

export const nothing = (): Tally => ({ lines: 0, sent: 0, received: 0, errors: 0, requests: 0, sockets: 0 });

export function addTally(sum: Tally, more: Partial<Tally>): void {
  for (const name of Object.keys(sum) as (keyof Tally)[]) sum[name] += more[name] ?? 0;
}

/**
 * What a record adds to the counts of its file. Derived here, not passed by those who write it: the network part, which
 * has to be small, counts nothing.
 */
function countsOf({ initiatorType, type, error, responseStatus = 0 }: Counted): Partial<Tally> {
  // Console messages have neither.
  if (initiatorType === undefined) return type === undefined ? {} : { [type === "error" ? "errors" : type]: 1 };
  if (type === "close") return {};
  const isError = error !== undefined || responseStatus >= 400;
  return { [type === "open" ? "sockets" : "requests"]: 1, errors: isError ? 1 : 0 };
}

interface Counted {
  /** Of resources alone. */
  initiatorType?: string;
  type?: "open" | "close" | "sent" | "received" | "error";
  error?: string;
  responseStatus?: number;
}

/** Where the parts of a recorder write. */
export interface Sink {
  /** A file that is there, though it may have no line. */
  touch(path: string): void;
  add(path: string, record: object): void;
  /** A record that is JSON already, and counts as a line only. */
  addText(path: string, text: string): void;
}

export class Journal implements Sink {
  #files = new Map<string, { lines: string[]; tally: Tally }>();
  readonly #most: number;
  readonly #onFull: () => void;
  /** Characters of all lines. */
  #size = 0;

  /** Says when it holds more than so many characters: timers of a page in the background come late. */
  constructor(most = Infinity, onFull: () => void = () => undefined) {
    this.#most = most;
    this.#onFull = onFull;
  }

  get isEmpty(): boolean {
    return this.#files.size === 0;
  }

  touch(path: string): void {
    this.#file(path);
  }

  #file(path: string): { lines: string[]; tally: Tally } {
    let file = this.#files.get(path);
    if (file === undefined) this.#files.set(path, (file = { lines: [], tally: nothing() }));
    return file;
  }

  add(path: string, record: object): void {
    this.addText(path, JSON.stringify(record), countsOf(record));
  }

  addText(path: string, text: string, counts: Partial<Tally> = {}): void {
    const file = this.#file(path);
    const line = text + "\n";
    file.lines.push(line);
    addTally(file.tally, { lines: 1, ...counts });
    this.#size += line.length;
    if (this.#size > this.#most) this.#onFull();
  }

  /** Takes everything out. */
  take(): Files {
    const files: Files = {};
    for (const [path, { lines, tally }] of this.#files) files[path] = { text: lines.join(""), tally };
    this.#files.clear();
    this.#size = 0;
    return files;
  }
}
