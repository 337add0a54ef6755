// Packed texts: bytes in a string whose characters are all below 256, as rrweb's packer and PostHog write them.
import { Decompress } from "fflate";
import type { Slices } from "../slices.ts";

/** Bytes that one packed text may have when unpacked. */
export const MAX_UNPACKED = 64 * 1024 * 1024;

/** Bytes given to the decompressor at a time. Deflate packs 1 to 1,032 at most, so that a bomb is noticed in time. */
const PIECE = 8 * 1024;

/** Zlib or gzip, told by its first bytes. Throws where the bytes are damaged or too many. */
export async function inflate(packed: string, slices: Slices): Promise<Uint8Array> {
  const bytes = latin1(packed);
  const parts: Uint8Array[] = [];
  let total = 0;
  let isComplete = false;
  const stream = new Decompress((part, isLast) => {
    total += part.length;
    if (total > MAX_UNPACKED) throw new RangeError("more than a packed text may hold");
    parts.push(part);
    isComplete ||= isLast;
  });
  for (let start = 0; start < bytes.length; start += PIECE) {
    stream.push(bytes.subarray(start, start + PIECE), start + PIECE >= bytes.length);
    if (slices.isUsedUp) await slices.rest();
  }
  if (!isComplete) throw new RangeError("packed text without an end");
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : joined(parts, total);
}

function latin1(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 255) throw new RangeError("no bytes in a packed text");
    bytes[index] = code;
  }
  return bytes;
}

function joined(parts: readonly Uint8Array[], total: number): Uint8Array {
  const whole = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
