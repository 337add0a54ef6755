// Unpacks events that rrweb or PostHog packed.
import { arrayOf, isObject, type Fields } from "../clean/values.ts";
import type { TimeSlicer } from "../time-slicer.ts";
import { inflate, MAX_UNPACKED } from "./inflate.ts";

/** Fields of an incremental event that PostHog packs one by one. */
const packedFields = ["texts", "attributes", "removes", "adds"] as const;

/** How PostHog marks packed events since October 2024. */
const POSTHOG_PACKED = "2024-10";

const decoder = new TextDecoder();

/** Reads one event, given as the bytes of its JSON text. Throws where it is damaged. */
export async function readEvent(bytes: Uint8Array, slicer: TimeSlicer): Promise<unknown> {
  if (bytes.length > MAX_UNPACKED) throw new RangeError("an event is too large");
  const value = JSON.parse(decoder.decode(bytes)) as unknown;
  if (typeof value === "string") return fromPacked(value, slicer);
  if (isObject(value) && value["cv"] === POSTHOG_PACKED) return fromPostHog(value, slicer);
  return value;
}

/** A string as rrweb's packer makes it holds the zlib stream of an event. */
async function fromPacked(packed: string, slicer: TimeSlicer): Promise<unknown> {
  return JSON.parse(decoder.decode(await inflate(packed, slicer))) as unknown;
}

async function fromPostHog(event: Fields, slicer: TimeSlicer): Promise<Fields> {
  if (typeof event["data"] === "string") return { ...event, data: await fromPacked(event["data"], slicer) };
  if (!isObject(event["data"])) return event;
  const data: Fields = { ...event["data"] };
  for (const field of packedFields) {
    const packed = data[field];
    if (typeof packed === "string") data[field] = packed === "" ? [] : arrayOf(await fromPacked(packed, slicer));
  }
  return { ...event, data };
}
