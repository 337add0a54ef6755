// Bodies and messages as they are written to a file.
import type { Redactor } from "../privacy/redact.ts";
import type { Copied } from "./socket-hook.ts";

/** Of a body or a message: bytes of the whole, where they are known, and its text or the beginning of it. */
export interface Payload {
  size?: number | undefined;
  /** Of binary payloads, a character for each byte: what must not be recorded is found there too. */
  text?: string;
  isBinary?: boolean;
  isCut?: boolean;
}

const encoder = new TextEncoder();

export function textPayload(text: string, limit: number): Payload {
  return { size: encoder.encode(text).length, text: text.slice(0, limit), isCut: text.length > limit };
}

export function bytesPayload({ size, bytes }: Copied, limit: number, isText = false): Payload {
  const kept = bytes.subarray(0, limit);
  const isCut = kept.length < size;
  const text = isText ? new TextDecoder().decode(kept, { stream: isCut }) : latin1(kept);
  return { size, text, isBinary: !isText, isCut };
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let from = 0; from < bytes.length; from += 8192)
    text += String.fromCharCode(...bytes.subarray(from, from + 8192));
  return text;
}

export async function readBlob(blob: Blob, limit: number): Promise<Copied> {
  return { size: blob.size, bytes: new Uint8Array(await blob.slice(0, limit).arrayBuffer()) };
}

/** What is written of a text, if there is one: what a sanitizer made of a binary payload may be no bytes. */
export function written(
  redactor: Redactor,
  text: unknown,
  { isBinary, isCut }: Payload = {},
): { body?: string; encoding?: "base64" | undefined; isCut?: true | undefined } {
  if (typeof text !== "string") return {};
  const body = redactor.text(text);
  const isBytes = isBinary && !/[^\0-\xff]/.test(body);
  return {
    body: isBytes ? btoa(body) : body.toWellFormed(),
    encoding: isBytes ? "base64" : undefined,
    isCut: isCut || undefined,
  };
}
