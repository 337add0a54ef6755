// The full recorder: requests, sockets, console and DOM.
import { recordConsole } from "./capture/console.ts";
import { recordDom } from "./capture/dom.ts";
import type { Options } from "./options.ts";
import { record, type Recorder } from "./recording.ts";

export type { AssetOptions, ConsoleMethod, NetworkRecordingOptions, Options, RequestResponsePair } from "./options.ts";
export type { Recorder } from "./recording.ts";

/** Starts recording; while a recording is running, returns that one and ignores `options`. */
export function start(options: Options = {}): Recorder {
  return record(options, [recordConsole, recordDom]);
}
