// Payloads on their way to a file, in the order they came. Handlers of the page only wait for a place in the queue;
// the work is done in slices between them, and a blob is read while the rest waits.
import { pause } from "./pause.ts";
import { readBlob } from "./payload.ts";
import type { Copied, Kept } from "./socket-hook.ts";

/** A blob that could not be read in time is known by its size alone. */
export type Ready = Exclude<Kept, Blob> | { size: number; bytes: undefined };

type Entry<Head> = { head: Head; payload: Kept } | { after: () => void };

const sliceMilliseconds = 8;
const pauseMilliseconds = 50;
/** About so many characters and bytes may wait: the timers of a page in the background come late, its messages do not. */
const mostHeld = 1 << 24;

export interface Queue<Head, Payload extends Kept> {
  push(head: Head, payload: Payload): void;
  /** Does something once what stands before it is written. */
  after(action: () => void): void;
  settle: () => Promise<void>;
  /** Writes everything at once; blobs that were not read yet by their size alone. */
  settleNow: () => void;
}

export function newQueue<Head, Payload extends Kept>(
  limit: number,
  write: (head: Head, payload: Ready) => void,
): Queue<Head, Payload> {
  const entries: Entry<Head>[] = [];
  let next = 0;
  let held = 0;
  let working: Promise<void> | undefined;

  const finish = (read?: Copied): void => {
    const entry = entries[next];
    if (!entry) return;
    next += 1;
    if ("after" in entry) return entry.after();
    const { head, payload } = entry;
    held -= weight(payload);
    write(head, isBlob(payload) ? (read ?? { size: payload.size, bytes: undefined }) : payload);
  };

  const forget = (): void => {
    entries.splice(0, next);
    next = 0;
  };

  const settleNow = (): void => {
    while (next < entries.length) finish();
    forget();
  };

  const work = async (): Promise<void> => {
    await pause(pauseMilliseconds);
    let sliceEnd = performance.now() + sliceMilliseconds;
    for (let entry = entries[next]; entry; entry = entries[next]) {
      const read =
        !("after" in entry) && isBlob(entry.payload)
          ? await readBlob(entry.payload, limit).catch(() => undefined)
          : undefined;
      // It may have been written while its blob was being read.
      if (entry === entries[next]) finish(read);
      if (performance.now() < sliceEnd) continue;
      // Where messages never cease, the queue is never empty.
      forget();
      await pause(0);
      sliceEnd = performance.now() + sliceMilliseconds;
    }
    forget();
    working = undefined;
  };

  return {
    push: (head, payload) => {
      entries.push({ head, payload });
      held += weight(payload);
      if (held > mostHeld) settleNow();
      working ??= work();
    },
    after: (action) => {
      if (!working) return action();
      entries.push({ after: action });
    },
    settle: async () => working,
    settleNow,
  };
}

/** One of another frame is no instance of our own. */
const isBlob = (payload: Kept): payload is Blob => typeof payload === "object" && "slice" in payload;

/** What a payload takes of memory; a blob lies elsewhere. */
const weight = (payload: Kept): number =>
  100 + (typeof payload === "string" ? payload : isBlob(payload) ? "" : payload.bytes).length;
