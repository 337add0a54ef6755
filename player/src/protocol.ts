// Messages between the app and the player, sent by `postMessage`. Times are milliseconds since the
// `origin` of `open`, fractions allowed. Both sides accept a message only from the other's window
// and origin.
import type { OmissionKind } from "./clean/omissions.ts";

/** Messages from the app. */
export type Request =
  | {
      type: "open";
      /** UTF-8, transferred: rrweb events as JSON texts one after the other, in order of time. */
      text: ArrayBuffer;
      /** A `Uint32Array`, transferred: where in `text` each event ends. The next begins there. */
      ends: ArrayBuffer;
      /** A `Float64Array`, transferred: the time of each event, epoch milliseconds, which take precedence over those in the text. */
      times: ArrayBuffer;
      /** A `Uint8Array`, transferred: the type of each event, likewise. */
      types: ArrayBuffer;
      /** The epoch milliseconds that all other times count from. */
      origin: number;
    }
  /** Seeks, and stays paused or playing. */
  | { type: "seek"; to: number }
  | { type: "play"; at: number }
  /** Without `at`, pauses at the current time. */
  | { type: "pause"; at?: number }
  /** 0.1 to 32; 1 is the recorded speed. */
  | { type: "speed"; value: number }
  /** Scale up to which the page is magnified to fill the pane; 1 by default. */
  | { type: "zoom"; value: number }
  /**
   * Marks the element with that ID of rrweb once the page is at its time, until the next seek, or no
   * element.
   */
  | { type: "highlight"; node: number | null }
  /** Answered by `pong` as soon as the thread is free. */
  | { type: "ping" };

/** Remote resources that the Content-Security-Policy blocked. */
export interface Blocked {
  /** Blocked URLs, each counted once. */
  count: number;
  kinds: { images: number; styles: number; fonts: number; media: number; others: number };
  /** The hosts they are on, the first 50. */
  hosts: string[];
}

/** Counts, by kind, of what a replay leaves out because it is too large or too complex. */
export type Omitted = Partial<Record<OmissionKind, number>>;

/**
 * `outside`: it is not in the visible part of the page. `hidden`: it has no size. `missing`: it is
 * not in the page.
 */
export type HighlightState = "shown" | "outside" | "hidden" | "missing";

/** Messages from the player. */
export type Report =
  /** The document is loaded and handles requests. */
  | { type: "ready" }
  /** `done` of `total` events are parsed. */
  | { type: "progress"; done: number; total: number }
  | {
      type: "opened";
      /** The first full snapshot: before it there is no page. */
      first: number;
      /** The last event. */
      last: number;
      /** Events that could be read, whether they change the page or not. */
      events: number;
      /** Events that are damaged. */
      dropped: number;
      omitted: Omitted;
      /** When the page first shows something: not before `first`, and `first` where it never does. */
      shows: number;
      /** The page's viewport at the first snapshot, in CSS pixels. */
      width: number;
      height: number;
    }
  | { type: "pong" }
  | { type: "seeking"; at: number }
  /** The page is built as it was then. A seek that a newer one replaced is not reported. */
  | { type: "seeked"; at: number }
  /** Whether the element of the last `highlight` is marked. */
  | { type: "highlighted"; node: number; state: HighlightState }
  /** Once for each frame that is painted while it plays. */
  | { type: "time"; at: number }
  | { type: "paused"; at: number }
  | { type: "ended" }
  /** The recorded viewport from here on, in CSS pixels. */
  | { type: "resized"; width: number; height: number }
  | ({ type: "blocked" } & Blocked)
  /** Nothing can be played; `reason` continues the sentence "The page cannot be replayed: …". */
  | { type: "failed"; reason: string };
