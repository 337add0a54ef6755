// The network part alone: requests and sockets, handed line by line to whoever keeps them.
import { recordRequests } from "./capture/resources.ts";
import { recordSockets } from "./capture/websocket.ts";
import type { Context, Part } from "./context.ts";
import { settingsFrom, type NetworkRecordingOptions } from "./options.ts";
import { redactor } from "./privacy/redact.ts";
import { sanitizer } from "./privacy/sanitize.ts";
import type { Journal } from "./session/journal.ts";

export type { NetworkRecordingOptions, RequestResponsePair } from "./options.ts";

export function recordNetwork(options: NetworkRecordingOptions, journal: Journal): Part[] {
  const settings = settingsFrom({ networkRecording: options });
  const context: Context = { settings, journal, redactor: redactor(settings), sanitize: sanitizer(settings), pageId: "page-1", isFromStart: true };
  return [recordSockets(context), recordRequests(context)];
}
