// What every part of the recorder is given, and what it gives back.
import type { NetworkSettings, Settings } from "./options.ts";
import type { Redactor } from "./privacy/redact.ts";
import type { Sanitize } from "./privacy/sanitize.ts";
import type { Sink } from "./session/journal.ts";

export interface Context {
  settings: NetworkSettings;
  redactor: Redactor;
  sanitize: Sanitize;
  journal: Sink;
  /** Of this page, to tell its records and ids from those of other pages of the session. */
  pageId: string;
  /** Whether the recording tells how the page loaded, too. */
  isFromStart: boolean;
}

export interface Part {
  /** Resolves once what has been seen so far stands in the journal. */
  settle?(): Promise<void> | void;
  /** Adds what is still under way, as it stands. */
  report?(journal: Sink): void;
  /** The page is being left: what is under way ends here. */
  leave?(): void;
  /** The browser has brought the page back as it was. */
  stay?(): void;
  /** Listens again, where it does not: a page that writes itself anew with `document.open` loses all listeners. */
  listen?(): void;
  stop(): void;
}

export type Start = (context: Context, settings: Settings) => Part;
