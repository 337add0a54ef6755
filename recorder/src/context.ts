// What every capture receives, and the interface that it implements.
//
// Properties that end with `_` are internal: the build shortens them in the network part
// (`mangleProps` in build.mjs). Properties that are part of the public API, the session format or
// the stub's hook have plain names.
import type { NetworkSettings, Settings } from "./options.ts";
import type { Redactor } from "./privacy/redact.ts";
import type { Sanitize } from "./privacy/sanitize.ts";
import type { Sink } from "./session/journal.ts";
import type { SessionState } from "./session/state.ts";

export interface Context {
  settings_: NetworkSettings;
  redactor_: Redactor;
  sanitize_: Sanitize;
  journal_: Sink;
  /** Id of this page, which distinguishes its records from those of other pages of the session. */
  pageId_: string;
  /** Whether the recording includes what happened since navigation start. */
  isFromStart_?: boolean;
  /** The session that a reload continues. */
  state_?: SessionState;
}

/** A running capture of one kind of activity. */
export interface Capture {
  /** Resolves when everything captured so far is in the journal. */
  flush_?(): Promise<void> | void;
  /** Adds what is still in progress in its current state. */
  reportPending_?(journal: Sink): void;
  /** The page is unloading: what is in progress ends now. */
  onPageHide_?(): void;
  /** The browser has restored the page from its back/forward cache. */
  onPageShow_?(): void;
  /** Adds event listeners that are missing: `document.open` removes all listeners of a page. */
  attachListeners_?(): void;
  stop_(): void;
}

export type NetworkCapture = Required<Pick<Capture, "flush_" | "stop_">>;

export type StartCapture = (context: Context, settings: Settings) => Capture;
