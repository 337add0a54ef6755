// Bodies and messages as they are written to a file.
import type { Redactor } from "../privacy/redact.ts";
import type { CopiedBytes } from "./socket-hook.ts";

/** A body or message: its total size in bytes, where known, and its text, possibly truncated. */
export interface Payload {
  size?: number | undefined;
  /** Binary payloads have one character per byte, so that credentials in them are found too. */
  text_?: string;
  isBinary_?: boolean;
  isTruncated_?: boolean;
}

const encoder = new TextEncoder();

export function textPayload(text: string, limit: number): Payload {
  return { size: encoder.encode(text).length, text_: text.slice(0, limit), isTruncated_: text.length > limit };
}

/** A missing content type counts as binary: no alternative matches "null" or "undefined". */
const isTextType = (contentType: string | null | undefined): boolean =>
  /text|json|script|xml|urlencoded|graphql/i.test(contentType as string);

/** Text where the content type is one of text, otherwise binary. */
export function bytesPayload({ size, bytes }: CopiedBytes, limit: number, contentType?: string | null): Payload {
  const head = bytes.subarray(0, limit);
  const isTruncated_ = head.length < size;
  const isText = isTextType(contentType);
  const text_ = isText ? new TextDecoder().decode(head, { stream: isTruncated_ }) : latin1(head);
  return { size, text_, isBinary_: !isText, isTruncated_ };
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let from = 0; from < bytes.length; from += 8192)
    text += String.fromCharCode(...bytes.subarray(from, from + 8192));
  return text;
}

export async function readBlob(blob: Blob, limit: number): Promise<CopiedBytes> {
  return { size: blob.size, bytes: new Uint8Array(await blob.slice(0, limit).arrayBuffer()) };
}

/** Redacts a body and encodes it for JSON: binary as base64, unless a sanitizer has replaced it with text. */
export function encodeBody(
  redactor: Redactor,
  body: unknown,
  { isBinary_, isTruncated_ }: Payload = {},
): { text_?: string; encoding?: "base64" | undefined; isTruncated_?: true | undefined } {
  if (typeof body !== "string") return {};
  const redacted = redactor.text_(body);
  const isBytes = isBinary_ && !/[^\0-\xff]/.test(redacted);
  return {
    text_: isBytes ? btoa(redacted) : redacted.toWellFormed(),
    encoding: isBytes ? "base64" : undefined,
    isTruncated_: isTruncated_ || undefined,
  };
}
