// A message of a socket or an event source as a line of its file.
import { epoch } from "../clock.ts";
import type { Context } from "../context.ts";
import { socketFile } from "../session/manifest.ts";
import { keptPayload, type Payload } from "./payload.ts";
import type { Ready } from "./queue.ts";

export interface Message {
  type: "sent" | "received";
  time: number;
  payload: Ready;
  /** Of an event source: the name of the event, where it has one of its own. */
  event?: string;
}

export function addMessage(context: Context, { id, name }: { id: string; name: string }, { type, time, payload: ready, event }: Message): void {
  const payload = payloadOf(ready, context.settings.bodyLimit);
  const clean = cleanText(context, { id, name, type }, payload);
  if (clean === "dropped") return;
  const { size, isBinary, isCut } = payload;
  const inBase64 = isBinary && clean.text !== undefined && !/[^\0-\xff]/.test(clean.text);
  const record = {
    type,
    timeStamp: epoch(time),
    size,
    opcode: isBinary ? 2 : 1,
    event,
    encoding: inBase64 ? "base64" : undefined,
    truncated: isCut,
    message: inBase64 ? btoa(clean.text ?? "") : clean.text?.toWellFormed(),
  };
  context.journal.add(socketFile(id), record, { [type]: 1 });
}

function payloadOf(ready: Ready, limit: number): Payload {
  if (typeof ready !== "string" && ready.bytes === undefined) return { size: ready.size, isBinary: true };
  return keptPayload(ready, limit);
}

/** A sanitizer sees a message as the body of a request where it was sent, of a response where it was received. */
function cleanText(
  { sanitize, redactor, settings }: Context,
  { id, name, type }: { id: string; name: string; type: Message["type"] },
  { text, size }: Payload,
): { text?: string } | "dropped" {
  if (text === undefined) return {};
  if (settings.sanitizer === undefined) return { text: redactor.text(text) };
  const [asked, answered] = type === "sent" ? [{ body: text }, {}] : [{}, { body: text, size }];
  const pair = sanitize({
    request: { id, verb: "GET", url: name, headers: {}, ...asked },
    response: { status: 101, headers: {}, ...answered },
    urlBlocked: false,
  });
  if (pair === undefined) return "dropped";
  const { body } = type === "sent" ? pair.request : pair.response;
  return typeof body === "string" ? { text: redactor.text(body) } : {};
}
