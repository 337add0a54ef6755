// Request bodies, of every type that scripts may send.
import type { BodyRead } from "./exchanges.ts";
import type { BufferOrView } from "./socket-hook.ts";
import { bytesPayload, readBlob, textPayload } from "./payload.ts";

/** Reads a body, synchronously where possible, since a page may reuse its buffers. Throws where a page's object does. */
export function bodyPayload(body: unknown, limit: number): BodyRead {
  // Reading a stream would consume it.
  if (body === undefined || body === null || body instanceof ReadableStream) return undefined;
  if (body instanceof Blob) return readBlob(body, limit).then((copy) => bytesPayload(copy, limit, body.type));
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) {
    const { buffer = body, byteOffset, byteLength: size } = body as BufferOrView;
    return bytesPayload({ size, bytes: new Uint8Array(buffer as ArrayBuffer, byteOffset, size) }, limit);
  }
  if (body instanceof FormData) return textPayload(formText(body), limit);
  if (body instanceof Document) return textPayload(new XMLSerializer().serializeToString(body), limit);
  return textPayload(`${body as string}`, limit);
}

/** A form as URL-encoded fields; a file is represented by its name and size. */
function formText(form: FormData): string {
  const fields = new URLSearchParams();
  for (const [name, value] of form)
    fields.append(name, typeof value === "string" ? value : `(file ${value.name}, ${value.size} bytes)`);
  return fields.toString();
}
