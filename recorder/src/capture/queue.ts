// Payloads on their way to a file, in the order they came. Handlers of the page only wait for a place in the queue;
// the work is done in slices between them, and a blob is read while the rest waits.
import { pause } from "./pause.ts";
import { readBlob } from "./payload.ts";
import type { Copied, Kept } from "./socket-hook.ts";

/** A blob that could not be read in time is known by its size alone. */
export type Ready = Exclude<Kept, Blob> | { size: number; bytes: undefined };

type Entry<Head> = { head: Head; payload: Kept } | { then: () => void };

const sliceMilliseconds = 8;
const pauseMilliseconds = 50;
/** About so many characters and bytes may wait: the timers of a page in the background come late, its messages do not. */
const mostHeld = 1 << 24;

export class Queue<Head, Payload extends Kept> {
  readonly #limit: number;
  readonly #write: (head: Head, payload: Ready) => void;
  #entries: Entry<Head>[] = [];
  #next = 0;
  #held = 0;
  #working: Promise<void> | undefined;

  constructor(limit: number, write: (head: Head, payload: Ready) => void) {
    this.#limit = limit;
    this.#write = write;
  }

  push(head: Head, payload: Payload): void {
    this.#entries.push({ head, payload });
    this.#held += weight(payload);
    if (this.#held > mostHeld) this.settleNow();
    this.#working ??= this.#work(pauseMilliseconds);
  }

  /** Does something once what stands before it is written. */
  then(action: () => void): void {
    if (!this.#working) return action();
    this.#entries.push({ then: action });
  }

  async settle(): Promise<void> {
    await this.#working;
  }

  /** Writes everything at once; blobs that were not read yet by their size alone. */
  settleNow(): void {
    while (this.#next < this.#entries.length) this.#finish();
    this.#forget();
  }

  async #work(wait: number): Promise<void> {
    await pause(wait);
    let sliceEnd = performance.now() + sliceMilliseconds;
    for (let entry = this.#entries[this.#next]; entry; entry = this.#entries[this.#next]) {
      const read = !("then" in entry) && isBlob(entry.payload) ? await readBlob(entry.payload, this.#limit).catch(() => undefined) : undefined;
      // It may have been written while its blob was being read.
      if (entry === this.#entries[this.#next]) this.#finish(read);
      if (performance.now() < sliceEnd) continue;
      // Where messages never cease, the queue is never empty.
      this.#forget();
      await pause(0);
      sliceEnd = performance.now() + sliceMilliseconds;
    }
    this.#forget();
    this.#working = undefined;
  }

  #forget(): void {
    this.#entries.splice(0, this.#next);
    this.#next = 0;
  }

  #finish(read?: Copied): void {
    const entry = this.#entries[this.#next];
    if (!entry) return;
    this.#next += 1;
    if ("then" in entry) return entry.then();
    const { head, payload } = entry;
    this.#held -= weight(payload);
    this.#write(head, isBlob(payload) ? (read ?? { size: payload.size, bytes: undefined }) : payload);
  }
}

/** One of another frame is no instance of our own. */
const isBlob = (payload: Kept): payload is Blob => typeof payload === "object" && "slice" in payload;

/** What a payload takes of memory; a blob lies elsewhere. */
const weight = (payload: Kept): number => 100 + (typeof payload === "string" ? payload : isBlob(payload) ? "" : payload.bytes).length;
