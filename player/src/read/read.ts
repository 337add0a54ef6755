// Bytes to a recording, in slices.
import type { ReplayEvent } from "@rrweb/replay";
import { cleanEvent } from "../clean/events.ts";
import { Tree } from "../clean/tree.ts";
import { isObject } from "../clean/values.ts";
import type { Omitted } from "../protocol.ts";
import { Canceled, type TimeSlicer } from "../time-slicer.ts";
import { recordingOf, type Recording } from "./recording.ts";
import { readEvent } from "./unpack.ts";

export interface ReadResult {
  /** Undefined where there is no full snapshot. */
  recording: Recording | undefined;
  /** Number of valid events. */
  events: number;
  /** Number of damaged events. */
  dropped: number;
  /** Epoch milliseconds of the latest valid event. */
  last: number;
  omitted: Omitted;
  /** Epoch milliseconds at which the page first shows something; undefined where it never does. */
  shows: number | undefined;
}

/** The events of a recording, as the app sends them. */
export interface EncodedEvents {
  text: Uint8Array;
  /** Where in `text` each event ends. */
  ends: Uint32Array;
  /** Epoch milliseconds of each event. */
  times: Float64Array;
  /** The type of each event. */
  types: Uint8Array;
}

/** Reads the events; calls `onProgress` with their number once for each time slice. */
export async function readEvents(
  { text, ends, times, types }: EncodedEvents,
  slicer: TimeSlicer,
  onProgress: (done: number) => void,
): Promise<ReadResult> {
  const tree = new Tree();
  await readAssets(text, ends, tree, slicer);
  const kept: ReplayEvent[] = [];
  let [dropped, last, start] = [0, -Infinity, 0];
  let shows: number | undefined;
  for (const [index, end] of ends.entries()) {
    const event = await readOne(text, start, end, slicer);
    const timestamp = times[index];
    // The time and the type that the tables show: both sides have to agree.
    const cleaned = isObject(event) ? cleanEvent({ ...event, timestamp, type: types[index] }, tree) : undefined;
    if (cleaned === undefined || timestamp === undefined) dropped += 1;
    else last = Math.max(last, timestamp);
    if (typeof cleaned === "object") kept.push(cleaned);
    if (tree.hasShown && timestamp !== undefined) shows ??= timestamp;
    start = Math.max(start, end);
    if (slicer.isDue) {
      onProgress(index + 1);
      await slicer.yieldNow();
    }
  }
  onProgress(ends.length);
  return {
    recording: recordingOf(kept),
    events: ends.length - dropped,
    dropped,
    last,
    omitted: tree.budget.omissions.counts,
    shows,
  };
}

/** The files of a recording come after the nodes that show them. */
async function readAssets(text: Uint8Array, ends: Uint32Array, tree: Tree, slicer: TimeSlicer): Promise<void> {
  let start = 0;
  for (const end of ends) {
    if (end > start && end <= text.length) tree.assets.read(text.subarray(start, end));
    start = Math.max(start, end);
    if (slicer.isDue) await slicer.yieldNow();
  }
}

/** Undefined where the event is damaged. */
async function readOne(text: Uint8Array, start: number, end: number, slicer: TimeSlicer): Promise<unknown> {
  if (end <= start || end > text.length) return undefined;
  try {
    return await readEvent(text.subarray(start, end), slicer);
  } catch (error) {
    if (error instanceof Canceled) throw error;
    return undefined;
  }
}
