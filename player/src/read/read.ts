// Bytes to a recording, in slices.
import type { ReplayEvent } from "@rrweb/replay";
import { cleanEvent } from "../clean/events.ts";
import { Tree } from "../clean/tree.ts";
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
}

/** Reads the events that end at `ends`; `tell` hears how many were read, once for each slice. */
export async function readEvents(
  text: Uint8Array,
  ends: Uint32Array,
  slices: Slices,
  tell: (done: number) => void,
): Promise<Read> {
  const tree = new Tree();
  const kept: ReplayEvent[] = [];
  let [dropped, last, start] = [0, -Infinity, 0];
  for (const [index, end] of ends.entries()) {
    const event = await readOne(text, start, end, slices);
    const cleaned = cleanEvent(event, tree);
    if (cleaned === undefined) dropped += 1;
    else last = Math.max(last, (event as ReplayEvent).timestamp);
    if (typeof cleaned === "object") kept.push(cleaned);
    start = Math.max(start, end);
    if (slices.isUsedUp) {
      tell(index + 1);
      await slices.rest();
    }
  }
  tell(ends.length);
  return { recording: recordingOf(kept), events: ends.length - dropped, dropped, last };
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
