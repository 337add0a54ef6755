// The whole recorder: requests, sockets, console and the page itself.
import { recordConsole } from "./capture/console.ts";
import { recordDom } from "./capture/dom.ts";
import type { Options } from "./options.ts";
import { record, type Recorder } from "./recording.ts";

export type { ConsoleMethod, NetworkRecordingOptions, Options, RequestResponsePair } from "./options.ts";
export type { Recorder } from "./recording.ts";

/** Starts recording; while a recording runs, returns the one that runs. */
export function start(options: Options = {}): Recorder {
  return record(options, [recordConsole, recordDom]);
}
