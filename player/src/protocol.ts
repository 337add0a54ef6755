// What the app and the player say to each other by `postMessage`. Times are milliseconds since the origin that `open`
// names, fractions allowed. Both sides take a message only from the other's window and from its origin.
import type { OmissionKind } from "./clean/omissions.ts";

/** What the app asks for. */
export type Request =
  | {
      type: "open";
      /** UTF-8, transferred: rrweb events as JSON texts one after the other, in order of time. */
      text: ArrayBuffer;
      /** A `Uint32Array`, transferred: where in `text` each event ends. The next begins there. */
      ends: ArrayBuffer;
      /** A `Float64Array`, transferred: the time of each event, epoch milliseconds, whatever its text says about that. */
      times: ArrayBuffer;
      /** A `Uint8Array`, transferred: the type of each event, likewise. */
      types: ArrayBuffer;
      /** The epoch milliseconds that all other times count from. */
      origin: number;
    }
  /** Goes there, and goes on as it was: standing or playing. */
  | { type: "seek"; to: number }
  | { type: "play"; at: number }
  /** Without `at`, where it is. */
  | { type: "pause"; at?: number }
  /** 0.1 to 32; 1 is as fast as it was. */
  | { type: "speed"; value: number }
  /** How far the page may be magnified to fill the pane: 1, its own size, unless this says otherwise. */
  | { type: "zoom"; value: number }
  /** Asks whether the player responds. */
  | { type: "ping" };

/** How much did not come from the network, since nobody allowed it. */
export interface Blocked {
  /** Addresses that were not fetched, each counted once. */
  count: number;
  kinds: { images: number; styles: number; fonts: number; media: number; others: number };
  /** The hosts they are on, the first 50. */
  hosts: string[];
}

/** Counts, by kind, of what a replay leaves out because it is too large or too complex. */
export type Omitted = Partial<Record<OmissionKind, number>>;

/** What the player tells. */
export type Report =
  /** The document stands and takes requests. */
  | { type: "ready" }
  /** Of the events that `open` brought, so many are parsed. */
  | { type: "progress"; done: number; total: number }
  | {
      type: "opened";
      /** The first full snapshot: before it there is no page. */
      first: number;
      /** The last event. */
      last: number;
      /** Events that could be read, whether they change the page or not. */
      events: number;
      /** Events that made no sense. */
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
  /** The page stands as it was then. Where a newer seek took over, only that one is reported. */
  | { type: "seeked"; at: number }
  /** Once for each frame that is painted while it plays. */
  | { type: "time"; at: number }
  | { type: "paused"; at: number }
  | { type: "ended" }
  /** The recorded viewport from here on, in CSS pixels. */
  | { type: "resized"; width: number; height: number }
  | ({ type: "blocked" } & Blocked)
  /** Nothing can be played; `reason` is a sentence. */
  | { type: "failed"; reason: string };
