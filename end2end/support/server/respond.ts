// Sends a response, with the faults that its URL selects.
import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Address, Fault } from "./address.ts";
import { bufferContent, findContent, type Content, type Folders } from "./files.ts";
import type { Journal } from "./journal.ts";

/** The headers that docs/deploy.md recommends, except for the one that requires HTTPS. */
export const recommendedHeaders = {
  "Content-Security-Policy": "frame-ancestors 'self'",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
};

interface PreparedResponse {
  status: number;
  content: Content;
  encoding?: "gzip" | "br";
  /** Drop the connection after that many bytes. */
  dropAfter?: number;
  holds: { token: string; bytes: number }[];
}

export async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  address: Address,
  folders: Folders,
  journal: Journal,
): Promise<void> {
  const prepared = await prepare(address, folders, journal);
  const { content } = prepared;
  response.writeHead(prepared.status, {
    ...recommendedHeaders,
    "Content-Type": content.type,
    "Content-Length": content.size,
    "Cache-Control": content.cacheControl,
    ...(prepared.encoding === undefined ? {} : { "Content-Encoding": prepared.encoding }),
  });
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  await send(response, prepared, journal);
}

async function prepare(address: Address, folders: Folders, journal: Journal): Promise<PreparedResponse> {
  const found = findContent(folders, address.path);
  let prepared: PreparedResponse =
    found === undefined
      ? { status: 404, content: plainText(`404: ${address.path} not found\n`), holds: [] }
      : { status: 200, content: found, holds: [] };
  for (const fault of activeFaults(address, journal)) prepared = await apply(fault, prepared);
  return prepared;
}

function activeFaults(address: Address, journal: Journal): Fault[] {
  const faults: Fault[] = [];
  for (const step of address.steps) {
    if (step.kind === "when") {
      if (!address.path.includes(step.text)) break;
    } else if (step.kind === "once") {
      if (!journal.isFirst(step.token, address.path)) break;
    } else {
      faults.push(step);
    }
  }
  return faults;
}

async function apply(fault: Fault, prepared: PreparedResponse): Promise<PreparedResponse> {
  const { content } = prepared;
  switch (fault.kind) {
    case "status":
      return { ...prepared, status: fault.code, content: plainText(`${fault.code}: selected by the URL\n`) };
    case "html":
      return {
        ...prepared,
        status: 200,
        content: bufferContent("text/html; charset=utf-8", Buffer.from(fallbackPage)),
      };
    case "cut":
      return { ...prepared, dropAfter: fault.bytes };
    case "short":
      return { ...prepared, content: { ...content, size: Math.min(fault.bytes, content.size) } };
    case "hold":
      return { ...prepared, holds: [...prepared.holds, { token: fault.token, bytes: fault.bytes }] };
    case "encode": {
      const bytes = await buffer(content.read(0, content.size));
      const encoded = fault.encoding === "gzip" ? gzipSync(bytes) : brotliCompressSync(bytes);
      return {
        ...prepared,
        encoding: fault.encoding,
        content: { ...bufferContent(content.type, encoded), cacheControl: content.cacheControl },
      };
    }
  }
}

async function send(response: ServerResponse, prepared: PreparedResponse, journal: Journal): Promise<void> {
  const disconnected = new AbortController();
  response.on("close", () => disconnected.abort());
  const { content } = prepared;
  const end = Math.min(prepared.dropAfter ?? content.size, content.size);
  let sent = 0;
  for (const { token, bytes } of prepared.holds) {
    const stop = Math.min(Math.max(bytes, sent), end);
    // Marked as held before the client receives its first bytes, so that a test cannot query it too
    // early.
    const released = journal.waitForRelease(token, disconnected.signal);
    await sendPart(response, content, sent, stop);
    sent = stop;
    if (!(await released)) return;
  }
  await sendPart(response, content, sent, end);
  if (prepared.dropAfter === undefined) response.end();
  else response.socket?.end(() => response.destroy());
}

async function sendPart(response: ServerResponse, content: Content, start: number, end: number): Promise<void> {
  if (start === end) response.flushHeaders();
  else await pipeline(content.read(start, end), response, { end: false });
}

function plainText(text: string): Content {
  return bufferContent("text/plain; charset=utf-8", Buffer.from(text));
}

const fallbackPage = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>An app</title></head>
  <body><p>The page that a single-page app's host returns for every path.</p></body>
</html>
`;
