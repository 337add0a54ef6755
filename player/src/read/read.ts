// Bytes to a recording, in slices.
import type { ReplayEvent } from "@rrweb/replay";
import { cleanEvent } from "../clean/events.ts";
import { Tree } from "../clean/tree.ts";
import { isObject } from "../clean/values.ts";
import type { Omitted } from "../protocol.ts";
import { Left, type Slices } from "../slices.ts";
import { recordingOf, type Recording } from "./recording.ts";
import { readEvent } from "./unpack.ts";

export interface Read {
  /** Undefined where there is no full snapshot. */
  recording: Recording | undefined;
  /** Events that made sense. */
  events: number;
  /** Events that did not. */
  dropped: number;
  /** Epoch milliseconds of the latest event that made sense. */
  last: number;
  omitted: Omitted;
  /** Epoch milliseconds at which the page first shows something; undefined where it never does. */
  shows: number | undefined;
}

/** The events of a recording, as the app gives them. */
export interface Given {
  text: Uint8Array;
  /** Where in `text` each event ends. */
  ends: Uint32Array;
  /** Epoch milliseconds of each event. */
  times: Float64Array;
  /** The type of each event. */
  types: Uint8Array;
}

/** Reads the events that end at `ends`; `tell` hears how many were read, once for each slice. */
export async function readEvents(
  { text, ends, times, types }: Given,
  slices: Slices,
  tell: (done: number) => void,
): Promise<Read> {
  const tree = new Tree();
  const kept: ReplayEvent[] = [];
  let [dropped, last, start] = [0, -Infinity, 0];
  let shows: number | undefined;
  for (const [index, end] of ends.entries()) {
    const event = await readOne(text, start, end, slices);
    const timestamp = times[index];
    // The app has read these two for its tables: the replay takes them as they are there.
    const cleaned = isObject(event) ? cleanEvent({ ...event, timestamp, type: types[index] }, tree) : undefined;
    if (cleaned === undefined || timestamp === undefined) dropped += 1;
    else last = Math.max(last, timestamp);
    if (typeof cleaned === "object") kept.push(cleaned);
    if (tree.hasShown && timestamp !== undefined) shows ??= timestamp;
    start = Math.max(start, end);
    if (slices.isUsedUp) {
      tell(index + 1);
      await slices.rest();
    }
  }
  tell(ends.length);
  return {
    recording: recordingOf(kept),
    events: ends.length - dropped,
    dropped,
    last,
    omitted: tree.budget.omissions.counts,
    shows,
  };
}

/** Undefined where the event is damaged. */
async function readOne(text: Uint8Array, start: number, end: number, slices: Slices): Promise<unknown> {
  if (end <= start || end > text.length) return undefined;
  try {
    return await readEvent(text.subarray(start, end), slices);
  } catch (error) {
    if (error instanceof Left) throw error;
    return undefined;
  }
}
