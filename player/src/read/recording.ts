// The events as the replayer needs them: in order, at distinct times, and each full snapshot after
// its viewport.
import type { ReplayEvent } from "@rrweb/replay";
import { cleanSize, FULL_SNAPSHOT, INCREMENTAL, META, VIEWPORT_RESIZE } from "../clean/events.ts";
import { isObject } from "../clean/values.ts";

export interface Size {
  width: number;
  height: number;
}

/** Milliseconds between events of the same time; the replayer seeks between times, never within one. */
const STEP_MS = 0.001;

/** The viewport of a recording without any. */
const DEFAULT_SIZE: Size = { width: 1024, height: 768 };

export class Recording {
  /** Starts with the viewport of the first full snapshot; earlier events have no page to apply to. */
  readonly events: readonly ReplayEvent[];
  /** Indexes in `events` of the viewports before full snapshots. */
  readonly #snapshots: readonly number[];
  /** The viewport at the first full snapshot. */
  readonly size: Size;

  constructor(events: readonly ReplayEvent[], snapshots: readonly number[], size: Size) {
    this.events = events;
    this.#snapshots = snapshots;
    this.size = size;
  }

  /** Epoch milliseconds of the event at that index; infinite beyond the last. */
  timeOf(index: number): number {
    return this.events[index]?.timestamp ?? Infinity;
  }

  /** The index of the first event at `time` or later. */
  indexAt(time: number): number {
    return partitionPoint(this.events.length, (index) => this.timeOf(index) < time);
  }

  /** The index of the last full snapshot before `time`; of the first where there is none. */
  snapshotBefore(time: number): number {
    const after = partitionPoint(
      this.#snapshots.length,
      (index) => this.timeOf((this.#snapshots[index] ?? 0) + 1) < time,
    );
    return this.#snapshots[Math.max(after - 1, 0)] ?? 0;
  }
}

/** Binary search: the first of `length` indexes that fails the test, which all indexes before it pass. */
function partitionPoint(length: number, passes: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (passes(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Undefined where there is no full snapshot. */
export function recordingOf(cleaned: ReplayEvent[]): Recording | undefined {
  if (cleaned.some(({ timestamp }, index) => timestamp < (cleaned[index - 1]?.timestamp ?? -Infinity))) {
    cleaned.sort((one, other) => one.timestamp - other.timestamp);
  }
  const events: ReplayEvent[] = [];
  const snapshots: number[] = [];
  let size = DEFAULT_SIZE;
  let firstSize: Size | undefined;
  let time = -Infinity;
  const add = (type: number, data: unknown, timestamp: number): void => {
    time = Math.max(timestamp, time + STEP_MS);
    events.push({ type, data, timestamp: time });
  };
  for (const { type, data, timestamp } of cleaned) {
    const newSize = viewportIn(type, data);
    size = newSize ?? size;
    if (type === FULL_SNAPSHOT) {
      firstSize ??= size;
      snapshots.push(events.length);
      add(META, { href: "", ...size }, timestamp);
    } else if (firstSize === undefined) {
      continue;
    }
    // A viewport without a snapshot is sent as a resize: the replayer would start a page at a meta
    // event.
    if (type === META) add(INCREMENTAL, { source: VIEWPORT_RESIZE, ...size }, timestamp);
    else add(type, data, timestamp);
  }
  return firstSize === undefined ? undefined : new Recording(events, snapshots, firstSize);
}

function viewportIn(type: number, data: unknown): Size | undefined {
  if (!isObject(data)) return undefined;
  return type === META || (type === INCREMENTAL && data["source"] === VIEWPORT_RESIZE) ? cleanSize(data) : undefined;
}
