// Bodies of requests, of every kind that scripts may send.
import { binaryPayload, latin1, readBlob, textPayload, type Payload } from "./payload.ts";

const textType = /^text\/|json|javascript|xml|x-www-form-urlencoded|graphql/i;

export const isTextType = (contentType: string): boolean => textType.test(contentType);

/** What a body holds: at once where that is possible, so that a page may reuse its buffers. */
export function requestPayload(body: unknown, limit: number): Payload | Promise<Payload> | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === "string") return textPayload(body, limit);
  if (body instanceof URLSearchParams) return textPayload(body.toString(), limit);
  if (body instanceof FormData) return textPayload(formText(body), limit);
  if (body instanceof Blob) return blobPayload(body, limit);
  if (body instanceof ArrayBuffer) return bytesPayload(new Uint8Array(body), limit);
  if (ArrayBuffer.isView(body)) return bytesPayload(new Uint8Array(body.buffer, body.byteOffset, body.byteLength), limit);
  if (body instanceof Document) return textPayload(new XMLSerializer().serializeToString(body), limit);
  // A stream belongs to the page; what else there is becomes a string.
  return body instanceof ReadableStream ? undefined : textPayload(`${body as string}`, limit);
}

export async function blobPayload(blob: Blob, limit: number): Promise<Payload> {
  const { size, bytes } = await readBlob(blob, limit);
  return isTextType(blob.type) ? decodedPayload(bytes, size) : binaryPayload({ size, bytes }, limit);
}

/** Bytes of which `size` is the whole. */
export function decodedPayload(bytes: Uint8Array, size: number): Payload {
  const text = new TextDecoder().decode(bytes, { stream: bytes.length < size });
  return { size, text, ...(bytes.length < size ? { isCut: true } : {}) };
}

export function bytesPayload(bytes: Uint8Array, limit: number): Payload {
  const kept = bytes.subarray(0, limit);
  return { size: bytes.length, text: latin1(kept), isBinary: true, ...(kept.length < bytes.length ? { isCut: true } : {}) };
}

/** A form as its fields; of a file, its name and size. */
function formText(form: FormData): string {
  const fields = [...form].map(([name, value]) => {
    const text = typeof value === "string" ? value : `(file ${value.name}, ${value.size} bytes)`;
    return `${encodeURIComponent(name)}=${encodeURIComponent(text)}`;
  });
  return fields.join("&");
}
