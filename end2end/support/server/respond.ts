// Sends one answer, with the faults its address asks for.
import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Address, Fault } from "./address.ts";
import { bufferContent, findContent, type Content, type Folders } from "./files.ts";
import type { Journal } from "./journal.ts";

/** What docs/deploy.md has a host send with every answer, but for the header that only means something over HTTPS. */
export const recommendedHeaders = {
  "Content-Security-Policy": "frame-ancestors 'self'",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
};

interface Answer {
  status: number;
  content: Content;
  encoding?: "gzip" | "br";
  /** Break the connection after so many bytes. */
  cut?: number;
  holds: { token: string; bytes: number }[];
}

export async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  address: Address,
  folders: Folders,
  journal: Journal,
): Promise<void> {
  const answer = await prepare(address, folders, journal);
  const { content } = answer;
  response.writeHead(answer.status, {
    ...recommendedHeaders,
    "Content-Type": content.type,
    "Content-Length": content.size,
    "Cache-Control": content.caching,
    ...(answer.encoding === undefined ? {} : { "Content-Encoding": answer.encoding }),
  });
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  await send(response, answer, journal);
}

async function prepare(address: Address, folders: Folders, journal: Journal): Promise<Answer> {
  const found = findContent(folders, address.path);
  let answer: Answer =
    found === undefined
      ? { status: 404, content: plainText(`404: there is no ${address.path} here\n`), holds: [] }
      : { status: 200, content: found, holds: [] };
  for (const fault of activeFaults(address, journal)) answer = await apply(fault, answer);
  return answer;
}

function activeFaults(address: Address, journal: Journal): Fault[] {
  const faults: Fault[] = [];
  for (const step of address.steps) {
    if (step.kind === "when") {
      if (!address.path.includes(step.text)) break;
    } else if (step.kind === "once") {
      if (!journal.first(step.token, address.path)) break;
    } else {
      faults.push(step);
    }
  }
  return faults;
}

async function apply(fault: Fault, answer: Answer): Promise<Answer> {
  const { content } = answer;
  switch (fault.kind) {
    case "status":
      return { ...answer, status: fault.code, content: plainText(`${fault.code}: as the address asked\n`) };
    case "html":
      return { ...answer, status: 200, content: bufferContent("text/html; charset=utf-8", Buffer.from(fallbackPage)) };
    case "cut":
      return { ...answer, cut: fault.bytes };
    case "short":
      return { ...answer, content: { ...content, size: Math.min(fault.bytes, content.size) } };
    case "hold":
      return { ...answer, holds: [...answer.holds, { token: fault.token, bytes: fault.bytes }] };
    case "encode": {
      const bytes = await buffer(content.read(0, content.size));
      const encoded = fault.encoding === "gzip" ? gzipSync(bytes) : brotliCompressSync(bytes);
      return {
        ...answer,
        encoding: fault.encoding,
        content: { ...bufferContent(content.type, encoded), caching: content.caching },
      };
    }
  }
}

async function send(response: ServerResponse, answer: Answer, journal: Journal): Promise<void> {
  const left = new AbortController();
  response.on("close", () => left.abort());
  const { content } = answer;
  const end = Math.min(answer.cut ?? content.size, content.size);
  let sent = 0;
  for (const { token, bytes } of answer.holds) {
    const stop = Math.min(Math.max(bytes, sent), end);
    // It counts as held before the client can see its first bytes, so that a test never asks too early.
    const released = journal.wait(token, left.signal);
    await sendPart(response, content, sent, stop);
    sent = stop;
    if (!(await released)) return;
  }
  await sendPart(response, content, sent, end);
  if (answer.cut === undefined) response.end();
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
  <body><p>The page a single-page app's host answers for every address.</p></body>
</html>
`;
