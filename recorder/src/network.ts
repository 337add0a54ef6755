// The network part: requests and sockets, passed to the caller line by line.
import { createRedactor } from "./privacy/redact.ts";
import { createSanitizer } from "./privacy/sanitize.ts";
import type { Context, NetworkCapture } from "./context.ts";
import { recordNetworkSockets } from "./capture/network-sockets.ts";
import { networkSettings, type NetworkRecordingOptions } from "./options.ts";
import { recordNetworkRequests } from "./capture/network-resources.ts";
import type { Sink } from "./session/journal.ts";

export type { NetworkRecordingOptions, RequestResponsePair } from "./options.ts";

export interface NetworkRecorder {
  /** Resolves when a line has been written for everything that has happened. */
  flush(): Promise<void>;
  stop(): void;
}

/**
 * Records requests and sockets. `write` receives the path of a file in a session folder
 * (`resources.jsonl`, `sockets/<socketId>.jsonl`) and a line to append to it; without a line, the
 * file exists and may be empty.
 */
export function recordNetwork(
  options: NetworkRecordingOptions,
  write: (file: string, line?: string) => void,
): NetworkRecorder {
  const settings = networkSettings(options);
  const journal: Sink = {
    touch_: write,
    add_: (file, record) => write(file, JSON.stringify(record)),
  };
  const context: Context = {
    settings_: settings,
    journal_: journal,
    redactor_: createRedactor(settings),
    sanitize_: createSanitizer(settings),
    pageId_: "page-1",
  };
  const captures: NetworkCapture[] = [];
  if (settings.sockets_) captures.push(recordNetworkSockets(context));
  if (settings.requests_) captures.push(recordNetworkRequests(context));
  return {
    flush: async () => void (await Promise.all(captures.map(async ({ flush_ }) => flush_()))),
    stop: () => captures.forEach((capture) => capture.stop_()),
  };
}
