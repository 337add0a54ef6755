// Everything that the recorder writes to the page's console.

export type Warning =
  | { kind: "capture-failed"; error: unknown }
  | { kind: "storage-full" }
  | { kind: "session-limit-reached"; bytes: number }
  | { kind: "batch-rejected"; url: string; sequence: number; status: number }
  | { kind: "endpoint-gone"; url: string }
  | { kind: "options-unreadable"; error: unknown };

export type Warn = (warning: Warning) => void;

/** Why sockets are not recorded: the option that excludes them. */
export type SocketsExcludedBy = "networkRecording" | "recordHeadersAndBody" | "disableWebSocketEventRecordings";

const prefix = "Replayscope: ";

export function warningText(warning: Warning): string {
  return prefix + describe(warning);
}

function describe(warning: Warning): string {
  switch (warning.kind) {
    case "capture-failed":
      return `part of the page is not recorded: ${String(warning.error)}`;
    case "storage-full":
      return "the browser's storage is full; further batches are kept in memory until the page unloads.";
    case "session-limit-reached":
      return `the session has reached ${warning.bytes} bytes; the recording has stopped.`;
    case "batch-rejected":
      return `${warning.url} rejected batch ${warning.sequence} with status ${warning.status}.`;
    case "endpoint-gone":
      return `${warning.url} accepts no more batches; the recording has stopped.`;
    case "options-unreadable":
      return `nothing is recorded: data-replayscope is not a JSON object of options: ${String(warning.error)}`;
  }
}

const excludedSockets: Record<SocketsExcludedBy, string> = {
  networkRecording: "requests and WebSockets are not recorded: networkRecording is switched off.",
  recordHeadersAndBody:
    "WebSockets, headers and bodies are not recorded; set networkRecording.recordHeadersAndBody: true to record them.",
  disableWebSocketEventRecordings:
    "WebSockets are not recorded: networkRecording.disableWebSocketEventRecordings is set.",
};

export const socketsExcludedText = (reason: SocketsExcludedBy): string => prefix + excludedSockets[reason];
