// Bodies and messages as they are written to a file.
import type { Copied, Kept } from "./socket-hook.ts";

/** Of a body or a message: bytes of the whole, and its text or the beginning of it. */
export interface Payload {
  size: number;
  text?: string;
  isBinary?: boolean;
  isCut?: boolean;
}

const encoder = new TextEncoder();

/** Bytes in UTF-8. */
export function utf8Size(text: string): number {
  // Nearly every message is short and plain; counting those beats encoding them.
  if (text.length > 4096) return encoder.encode(text).length;
  let size = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) size += code > 0x7ff && !isHalfOfPair(text, index, code) ? 2 : 1;
  }
  return size;
}

/** A pair of surrogates is 4 bytes, two for each half; a half alone becomes U+FFFD, which is 3. */
function isHalfOfPair(text: string, index: number, code: number): boolean {
  const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
  const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;
  return (isHigh(code) && isLow(text.charCodeAt(index + 1))) || (isLow(code) && isHigh(text.charCodeAt(index - 1)));
}

export function textPayload(text: string, limit: number): Payload {
  const size = utf8Size(text);
  if (text.length <= limit) return { size, text };
  return { size, text: text.slice(0, limit), isCut: true };
}

/** The bytes one character each; `base64` follows once what must not be recorded has been taken out. */
export function binaryPayload({ size, bytes }: Copied, limit: number): Payload {
  const kept = bytes.subarray(0, limit);
  return { size, text: latin1(kept), isBinary: true, ...(kept.length < size ? { isCut: true } : {}) };
}

export function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let from = 0; from < bytes.length; from += 8192) text += String.fromCharCode(...bytes.subarray(from, from + 8192));
  return text;
}

export async function readBlob(blob: Blob, limit: number): Promise<Copied> {
  return { size: blob.size, bytes: new Uint8Array(await blob.slice(0, limit).arrayBuffer()) };
}

export function keptPayload(kept: Exclude<Kept, Blob>, limit: number): Payload {
  return typeof kept === "string" ? textPayload(kept, limit) : binaryPayload(kept, limit);
}
