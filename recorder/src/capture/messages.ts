// A message of a socket or an event source as a line of its file.
import { epoch } from "../clock.ts";
import type { Context } from "../context.ts";
import { pairOf } from "../options.ts";
import { socketFile } from "../session/manifest.ts";
import { bytesPayload, textPayload, written, type Payload } from "./payload.ts";
import type { Ready } from "./queue.ts";

export interface Message {
  type: "sent" | "received";
  time: number;
  payload: Ready;
  /** Of an event source: the name of the event, where it has one of its own. */
  event?: string | undefined;
}

export function addMessage(
  { settings, redactor, sanitize, journal }: Context,
  { id, name }: { id: string; name: string },
  { type, time, payload: ready, event }: Message,
): void {
  const payload = payloadOf(ready, settings.bodyLimit);
  // A sanitizer sees a message as the body of a request where it was sent, of a response where it was received.
  const part = type === "sent" ? "request" : "response";
  const pair = pairOf(id, "GET", name, 101, false);
  Object.assign(pair[part], { body: payload.text, size: payload.size });
  const clean = sanitize(pair);
  if (!clean) return;
  const { body, encoding, isCut } = written(redactor, clean[part].body, payload);
  const record = {
    type,
    timeStamp: epoch(time),
    size: payload.size,
    opcode: payload.isBinary ? 2 : 1,
    event,
    encoding,
    truncated: isCut,
    message: body,
  };
  journal.add(socketFile(id), record);
}

function payloadOf(ready: Ready, limit: number): Payload {
  if (typeof ready === "string") return textPayload(ready, limit);
  return ready.bytes === undefined ? { size: ready.size, isBinary: true } : bytesPayload(ready, limit);
}
