// Request bodies, of every type that scripts may send.
import type { BodyRead } from "./exchanges.ts";
import type { BufferOrView } from "./socket-hook.ts";
import { bytesPayload, readBlob, textPayload } from "./payload.ts";

/** Reads a body, synchronously where possible, since a page may reuse its buffers. Throws where a page's object does. */
export function bodyPayload(body: unknown, limit: number, contentType?: string | null): BodyRead {
  if (isFullRecorder && typeof body === "string") return textPayload(body, limit);
  // Objects of other frames are recognized by their tag.
  const tag = tagOf(body);
  // Reading a stream would consume it.
  if (body === undefined || body === null || tag === "ReadableStream") return undefined;
  if (/^(Blob|File)$/.test(tag))
    return readBlob(body as Blob, limit).then((copy) => bytesPayload(copy, limit, (body as Blob).type));
  const bytes = viewOf(body, tag);
  if (bytes) return bytesPayload({ size: bytes.length, bytes }, limit, contentType);
  if (tag === "FormData")
    return textPayload(isFullRecorder ? formText(body as FormData) : `${new URLSearchParams(body as never)}`, limit);
  if (/Document$/.test(tag))
    return isFullRecorder ? textPayload(new XMLSerializer().serializeToString(body as Document), limit) : undefined;
  // An object of the page's own is converted once, before the browser reads it.
  return isOwnObject(tag) ? undefined : textPayload(`${body as string}`, limit);
}

/** The bytes of an ArrayBuffer or a view, not copied; undefined for anything else. */
export function viewOf(data: unknown, tag = tagOf(data)): Uint8Array<ArrayBuffer> | undefined {
  if (tag !== "ArrayBuffer" && !ArrayBuffer.isView(data)) return undefined;
  const { buffer = data, byteOffset, byteLength } = data as BufferOrView;
  // A transferred buffer has length 0 and cannot be viewed.
  return new Uint8Array((byteLength && buffer) as ArrayBuffer, byteOffset, byteLength);
}

const tagOf = (value: unknown): string => ({}).toString.call(value).slice(8, -1);

const isOwnObject = (tag: string): boolean => /^(Object|Array|Date|Error)$/.test(tag);

/** An object of the page's own as the text that the browser would make of it; anything else as it is. */
export const textOnce = (body: unknown): unknown =>
  // Most are text already.
  typeof body !== "string" && isOwnObject(tagOf(body)) ? `${body as string}` : body;

/** A form as URL-encoded fields; a file is represented by its name and size. */
function formText(form: FormData): string {
  const fields = new URLSearchParams();
  for (const [name, value] of form)
    fields.append(name, typeof value === "string" ? value : `(file ${value.name}, ${value.size} bytes)`);
  return fields.toString();
}
