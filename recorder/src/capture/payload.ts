// Bodies and messages as they are written to a file.
import type { Redactor } from "../privacy/redact.ts";
import { ignoreErrors } from "../ignore-errors.ts";
import type { CopiedBytes } from "./socket-hook.ts";

/** A body or message: its total size in bytes, where known, and its text, possibly truncated. */
export interface Payload {
  size?: number | undefined;
  /** Binary payloads have one character per byte, so that credentials in them are found too. */
  text_?: string;
  isBinary_?: boolean;
  isTruncated_?: boolean;
}

/** What has been read of a body in parts. */
export interface Chunks {
  /** Copies of the first bytes, up to the body limit. */
  chunks_: Uint8Array[];
  /** Bytes read. */
  size_: number;
  /** Whether it has been read to its end. */
  isClosed_?: boolean;
  /** What has read it, in the network part. */
  owner_?: unknown;
}

const encoder = new TextEncoder();

export function textPayload(text: string, limit: number): Payload {
  // Most text is ASCII, which need not be encoded to know its size.
  const size = /[^\0-\x7f]/.test(text) ? encoder.encode(text).length : text.length;
  return { size, text_: text.slice(0, limit), isTruncated_: text.length > limit };
}

/** Content types whose bodies are text, if their bytes are. */
const textType = /^text\/|[/+.-](?:json|xml|yaml|toml|sql|sh|\w*script|urlencoded|graphql|ndjson|jsonl)\b/i;

/** Binary where the content type is not one of text, or where the bytes are not valid text of its charset. */
export function bytesPayload({ size, bytes }: CopiedBytes, limit: number, contentType?: string | null): Payload {
  const head = bytes.subarray(0, limit);
  const isTruncated_ = head.length < size;
  const text = contentType && textType.test(contentType) ? decode(head, contentType, isTruncated_) : undefined;
  return { size, text_: text ?? latin1(head), isBinary_: text === undefined, isTruncated_ };
}

/** Keeps no state between bodies that are complete. */
const strictDecoder = /* @__PURE__ */ new TextDecoder("utf-8", { fatal: true });

function decode(bytes: Uint8Array, contentType: string, stream: boolean): string | undefined {
  const decodeAs = (label?: string): string | undefined =>
    ignoreErrors(() =>
      isFullRecorder && !label && !stream
        ? strictDecoder.decode(bytes)
        : new TextDecoder(label, { fatal: true }).decode(bytes, { stream }),
    );
  // The network part records text of other charsets as bytes.
  const charset = isFullRecorder && /charset="?([^\s";]+)/i.exec(contentType)?.[1];
  const text = (charset ? decodeAs(charset) : undefined) ?? decodeAs();
  return text?.includes("\0") ? undefined : text;
}

/** What has been read of a body that has not been read to its end is truncated. */
export function chunksPayload(
  { chunks_, size_, isClosed_ }: Chunks,
  limit: number,
  contentType: string | null | undefined,
): Payload {
  const bytes = new Uint8Array(Math.min(size_, limit));
  let at = 0;
  for (const chunk of chunks_) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  const payload = bytesPayload({ size: isClosed_ ? size_ : Infinity, bytes }, limit, contentType);
  if (!isClosed_) delete payload.size;
  return payload;
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
