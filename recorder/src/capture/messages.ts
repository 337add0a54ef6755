// A message of a socket or an event source as a line of its file.
import { epoch } from "../clock.ts";
import type { Context } from "../context.ts";
import { createPair } from "../options.ts";
import type { Redactor } from "../privacy/redact.ts";
import { socketFile } from "../session/manifest.ts";
import { bytesPayload, encodeBody, textPayload, type Payload } from "./payload.ts";
import type { ResolvedPayload } from "./queue.ts";

export interface Message {
  type: "sent" | "received";
  /** Page time in milliseconds. */
  time_: number;
  payload_: ResolvedPayload;
  /** The event name of an event source's message, unless it is `message`. */
  event?: string | undefined;
}

export function addMessage(
  { settings_, redactor_, sanitize_, journal_ }: Context,
  { id, name }: { id: string; name: string },
  { type, time_, payload_: resolved, event }: Message,
): void {
  const payload = toPayload(resolved, settings_.bodyLimit_);
  if (isFullRecorder && !settings_.sanitizer_)
    return journal_.addJson_?.(socketFile(id), lineOf(redactor_, type, time_, payload, event), type);
  // A sanitizer receives a sent message as a request's body, and a received one as a response's.
  const part = type === "sent" ? "request" : "response";
  const pair = createPair(id, "GET", name, 101, false);
  Object.assign(pair[part], { body: payload.text_, size: payload.size });
  const sanitized = sanitize_(pair);
  if (!sanitized) return;
  const { text_, encoding, isTruncated_ } = encodeBody(redactor_, sanitized[part].body, payload);
  const record = {
    type,
    timeStamp: epoch(time_),
    size: payload.size,
    opcode: payload.isBinary_ ? 2 : 1,
    ...(isFullRecorder && { event: event && redactor_.text_(event) }),
    encoding,
    truncated: isTruncated_,
    message: text_,
  };
  journal_.add_(socketFile(id), record);
}

/** The same record as JSON text: a page may have thousands of messages a second. */
function lineOf(redactor: Redactor, type: Message["type"], time: number, payload: Payload, event?: string): string {
  const { text_, encoding, isTruncated_ } = encodeBody(redactor, payload.text_, payload);
  return (
    `{"type":"${type}","timeStamp":${epoch(time)},"size":${payload.size},"opcode":${payload.isBinary_ ? 2 : 1}` +
    (event ? `,"event":${JSON.stringify(redactor.text_(event))}` : "") +
    (encoding ? `,"encoding":"${encoding}"` : "") +
    (isTruncated_ ? `,"truncated":true` : "") +
    (text_ === undefined ? "}" : `,"message":${JSON.stringify(text_)}}`)
  );
}

function toPayload(resolved: ResolvedPayload, limit: number): Payload {
  if (typeof resolved === "string") return textPayload(resolved, limit);
  return resolved.bytes === undefined ? { size: resolved.size, isBinary_: true } : bytesPayload(resolved, limit);
}
