// The events as the replayer gets them: in order, no two at one time, and each full snapshot with its viewport before it.
import type { ReplayEvent } from "@rrweb/replay";
import { cleanSize, FULL_SNAPSHOT, INCREMENTAL, META, VIEWPORT_RESIZE } from "../clean/events.ts";
import { isObject } from "../clean/values.ts";

export interface Size {
  width: number;
  height: number;
}

/** Milliseconds that events at one time are put apart; the replayer cuts between times, never within one. */
const STEP = 0.001;

/** Where no event tells of a viewport. */
const USUAL_SIZE: Size = { width: 1024, height: 768 };

export class Recording {
  /** The first is the viewport of the first full snapshot: what was before it changed a page that is not there. */
  readonly events: readonly ReplayEvent[];
  /** Where in `events` a full snapshot and its viewport begin. */
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
    return firstNot(this.events.length, (index) => this.timeOf(index) < time);
  }

  /** The index of the last full snapshot before `time`; of the first where there is none. */
  snapshotBefore(time: number): number {
    const after = firstNot(this.#snapshots.length, (index) => this.timeOf((this.#snapshots[index] ?? 0) + 1) < time);
    return this.#snapshots[Math.max(after - 1, 0)] ?? 0;
  }
}

/** How many of `length` things, of which the first so many pass the test, pass it. */
function firstNot(length: number, passes: (index: number) => boolean): number {
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
  let size = USUAL_SIZE;
  let firstSize: Size | undefined;
  let time = -Infinity;
  const add = (type: number, data: unknown, timestamp: number): void => {
    time = Math.max(timestamp, time + STEP);
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
    // A viewport without a snapshot is a resize: the replayer takes the event for the start of a page.
    if (type === META) add(INCREMENTAL, { source: VIEWPORT_RESIZE, ...size }, timestamp);
    else add(type, data, timestamp);
  }
  return firstSize === undefined ? undefined : new Recording(events, snapshots, firstSize);
}

function viewportIn(type: number, data: unknown): Size | undefined {
  if (!isObject(data)) return undefined;
  return type === META || (type === INCREMENTAL && data["source"] === VIEWPORT_RESIZE) ? cleanSize(data) : undefined;
}
