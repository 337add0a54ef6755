// Packed texts: bytes in a string whose characters are all below 256, as rrweb's packer and PostHog
// write them.
import { Decompress } from "fflate";
import type { TimeSlicer } from "../time-slicer.ts";

/** Bytes of one packed text after decompression. */
export const MAX_UNPACKED = 64 * 1024 * 1024;

/** Bytes given to the decompressor at a time. DEFLATE expands 1,032 times at most, so that a bomb is detected early. */
const CHUNK_BYTES = 8 * 1024;

/** Decompresses zlib or gzip, detected by the first bytes. Throws `RangeError` where the data is damaged or too large. */
export async function inflate(packed: string, slicer: TimeSlicer): Promise<Uint8Array> {
  const bytes = latin1(packed);
  const parts: Uint8Array[] = [];
  let total = 0;
  let isComplete = false;
  const stream = new Decompress((part, isLast) => {
    total += part.length;
    if (total > MAX_UNPACKED) throw new RangeError("a packed text is too large");
    parts.push(part);
    isComplete ||= isLast;
  });
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
    stream.push(bytes.subarray(start, start + CHUNK_BYTES), start + CHUNK_BYTES >= bytes.length);
    await slicer.yieldIfDue();
  }
  if (!isComplete) throw new RangeError("a packed text is incomplete");
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : joined(parts, total);
}

function latin1(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 255) throw new RangeError("a packed text contains characters above U+00FF");
    bytes[index] = code;
  }
  return bytes;
}

function joined(parts: readonly Uint8Array[], total: number): Uint8Array {
  const bytes = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
