// Payloads on their way to a file, in order of arrival. Handlers of the page only enqueue; the work
// is done in time slices between them, and a blob is read while the entries after it wait.
import { pause } from "./pause.ts";
import { readBlob } from "./payload.ts";
import type { CopiedBytes, RawPayload } from "./socket-hook.ts";

/** A payload with its blob read; a blob that could not be read in time has only its size. */
export type ResolvedPayload = Exclude<RawPayload, Blob> | { size: number; bytes: undefined };

type Action = () => void;

interface Entry<Head> {
  payload_: RawPayload;
  /** Written with the payload, or an action. */
  head_: Head | Action;
}

const sliceMs = 8;
/** Characters and bytes written between two looks at the clock. */
const clockInterval = 1 << 14;
const startDelayMs = 50;
/** Maximum characters and bytes in the queue, about: timers of a page in the background are throttled, its messages are not. */
const maxQueuedSize = 1 << 24;

export interface Queue<Head extends object, Payload extends RawPayload> {
  enqueue_(head: Head, payload: Payload): void;
  /** Runs an action after the entries before it are written. */
  runAfter_(action: () => void): void;
  /** Resolves when the entries so far are written. */
  flush_: () => Promise<void>;
  /** Writes everything synchronously; blobs that are not read yet by their size alone. */
  flushNow_?: () => void;
}

export function createQueue<Head extends object, Payload extends RawPayload>(
  limit: number,
  write: (head: Head, payload: ResolvedPayload) => void,
): Queue<Head, Payload> {
  const entries: Entry<Head>[] = [];
  let next = 0;
  let queuedSize = 0;
  let sizeSinceLook = 0;
  let working: Promise<void> | undefined;

  const push = (entry: Entry<Head>): void => {
    entries.push(entry);
    if (isFullRecorder) queuedSize += memorySize(entry.payload_);
  };

  /** There is a next entry. */
  const processNext = (copy?: CopiedBytes): void => {
    const { payload_, head_ } = entries[next] as Entry<Head>;
    next += 1;
    if (isFullRecorder) queuedSize -= memorySize(payload_);
    if (typeof head_ == "function") head_();
    else write(head_, isBlob(payload_) ? (copy ?? { size: payload_.size, bytes: undefined }) : payload_);
  };

  const removeProcessed = (): void => {
    entries.splice(0, next);
    next = 0;
  };

  /** Looking at the clock takes longer than writing a short message. */
  const isBetweenLooks = (payload: RawPayload): boolean => {
    sizeSinceLook += memorySize(payload);
    if (sizeSinceLook < clockInterval) return true;
    sizeSinceLook = 0;
    return false;
  };

  const flushNow = (): void => {
    while (next < entries.length) processNext();
    removeProcessed();
  };

  const work = async (): Promise<void> => {
    await pause(startDelayMs);
    let sliceEnd = performance.now() + sliceMs;
    for (let entry = entries[next]; entry; entry = entries[next]) {
      const { payload_ } = entry;
      const copy = isBlob(payload_) ? await readBlob(payload_, limit).catch(() => undefined) : undefined;
      // It may have been written while its blob was being read.
      if (entry === entries[next]) processNext(copy);
      if (isFullRecorder && isBetweenLooks(payload_)) continue;
      if (performance.now() < sliceEnd) continue;
      // With a steady flow of messages the queue is never empty.
      removeProcessed();
      await pause(0);
      sliceEnd = performance.now() + sliceMs;
    }
    removeProcessed();
    working = undefined;
  };

  const runAfter = (head_: Action): void => {
    if (working) push({ payload_: "", head_ });
    else head_();
  };

  return {
    enqueue_: (head_, payload_) => {
      push({ payload_, head_ });
      if (isFullRecorder && queuedSize > maxQueuedSize) flushNow();
      working ??= work();
    },
    runAfter_: runAfter,
    // With a steady flow of messages the queue is never empty.
    flush_: () => new Promise((resolve) => runAfter(resolve)),
    ...(isFullRecorder && { flushNow_: flushNow }),
  };
}

/** Duck typing, since a Blob of another frame is not an instance of this frame's class. */
const isBlob = (payload: RawPayload): payload is Blob => typeof payload === "object" && "slice" in payload;

/** Memory of a queued payload, with a constant per entry; a blob's data is outside the JavaScript heap. */
const memorySize = (payload: RawPayload): number =>
  100 + (typeof payload === "string" ? payload : isBlob(payload) ? "" : payload.bytes).length;
