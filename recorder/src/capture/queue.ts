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

export class Queue<Head, Payload extends Kept> {
  readonly #limit: number;
  readonly #write: (head: Head, payload: Ready) => void;
  #entries: Entry<Head>[] = [];
  #next = 0;
  #working: Promise<void> | undefined;

  constructor(limit: number, write: (head: Head, payload: Ready) => void) {
    this.#limit = limit;
    this.#write = write;
  }

  push(head: Head, payload: Payload): void {
    this.#entries.push({ head, payload });
    this.#working ??= this.#work(pauseMilliseconds);
  }

  /** Does something once what stands before it is written. */
  then(action: () => void): void {
    if (this.#working === undefined) return action();
    this.#entries.push({ then: action });
  }

  async settle(): Promise<void> {
    await this.#working;
  }

  /** Writes everything at once; blobs that were not read yet by their size alone. */
  settleNow(): void {
    while (this.#next < this.#entries.length) this.#finish(undefined);
  }

  async #work(wait: number): Promise<void> {
    await pause(wait);
    let sliceEnd = performance.now() + sliceMilliseconds;
    for (let entry = this.#entries[this.#next]; entry !== undefined; entry = this.#entries[this.#next]) {
      const read = "payload" in entry && entry.payload instanceof Blob ? await readBlob(entry.payload, this.#limit).catch(() => undefined) : undefined;
      // It may have been written while its blob was being read.
      if (entry === this.#entries[this.#next]) this.#finish(read);
      if (performance.now() < sliceEnd) continue;
      await pause(0);
      sliceEnd = performance.now() + sliceMilliseconds;
    }
    this.#entries = [];
    this.#next = 0;
    this.#working = undefined;
  }

  #finish(read: Copied | undefined): void {
    const entry = this.#entries[this.#next];
    if (entry === undefined) return;
    this.#next += 1;
    if ("then" in entry) return entry.then();
    const { head, payload } = entry;
    this.#write(head, payload instanceof Blob ? (read ?? { size: payload.size, bytes: undefined }) : payload);
  }

}
