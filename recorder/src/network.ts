// The network part alone: requests and sockets, handed line by line to whoever keeps them.
import { recordRequests } from "./capture/resources.ts";
import { recordSockets } from "./capture/websocket.ts";
import type { Context, Part } from "./context.ts";
import { networkSettings, type NetworkRecordingOptions } from "./options.ts";
import { redactor } from "./privacy/redact.ts";
import { sanitizer } from "./privacy/sanitize.ts";
import type { Sink } from "./session/journal.ts";

export type { NetworkRecordingOptions, RequestResponsePair } from "./options.ts";

export interface NetworkRecorder {
  /** Resolves when a line was written for all that has happened. */
  flush(): Promise<void>;
  stop(): void;
}

/**
 * Records requests and sockets. `write` gets each line, and the file of a session folder that it belongs to:
 * `resources.jsonl`, `sockets/<socketId>.jsonl`. Without a line, that the file is there.
 */
export function recordNetwork(
  options: NetworkRecordingOptions,
  write: (file: string, line?: string) => void,
): NetworkRecorder {
  const settings = networkSettings(options);
  const journal: Sink = {
    touch: write,
    add: (file, record) => write(file, JSON.stringify(record)),
    addText: write,
  };
  const context: Context = {
    settings,
    journal,
    redactor: redactor(settings),
    sanitize: sanitizer(settings),
    pageId: "page-1",
    isFromStart: true,
  };
  const parts: Part[] = [];
  if (settings.sockets) parts.push(recordSockets(context));
  if (settings.requests) parts.push(recordRequests(context));
  return {
    flush: async () => void (await Promise.all(parts.map(async (part) => part.settle?.()))),
    stop: () => parts.forEach((part) => part.stop()),
  };
}
