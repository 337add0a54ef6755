// HTTP API of the lab, with responses of every kind.
//
//   /api/echo             the request as JSON: method, headers, body
//   /api/status/<code>    that status
//   /api/text?size=…      text of that many characters
//   /api/bytes?size=…     that many bytes, 0 to 255 repeatedly
//   /api/never            no response
//   /api/break            the beginning of a response, then the connection is dropped
//   /api/stream           three lines, the second and third on POST /api/next
//   /api/trickle          a chunk of 10 bytes each 10 ms, without end
//   /api/as?type=…        the request's body, as a response of that content type
//   /api/events           an event stream of three messages, one with an event name
//   /api/moved            302 to /api/echo
import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer, text } from "node:stream/consumers";

type Handler = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void> | void;

const streams = new Set<() => void>();

const handlers: Record<string, Handler> = {
  echo: async (request, response) => {
    const body = await text(request);
    json(response, 200, { method: request.method, headers: request.headers, body });
  },
  status: (_, response, url) => {
    const status = Number(url.pathname.split("/")[3]);
    if (status === 204) response.writeHead(204).end();
    else json(response, status, { status });
  },
  text: (_, response, url) => {
    response
      .writeHead(200, { "Content-Type": "text/plain; charset=utf-8" })
      .end("x".repeat(Number(url.searchParams.get("size"))));
  },
  bytes: (_, response, url) => {
    const bytes = Buffer.from(Array.from({ length: Number(url.searchParams.get("size")) }, (__, index) => index & 255));
    response.writeHead(200, { "Content-Type": "application/octet-stream" }).end(bytes);
  },
  never: () => undefined,
  break: (_, response) => {
    response.writeHead(200, { "Content-Type": "text/plain", "Content-Length": "1000" });
    response.write("the beginning", () => response.destroy());
  },
  stream: (_, response) => {
    response.writeHead(200, { "Content-Type": "text/plain" });
    let line = 0;
    const next = (): void => {
      line += 1;
      response.write(`line ${line}\n`);
      if (line < 3) return;
      streams.delete(next);
      response.end();
    };
    response.on("close", () => streams.delete(next));
    streams.add(next);
    next();
  },
  next: (_, response) => {
    for (const next of streams) next();
    response.writeHead(204).end();
  },
  trickle: (_, response) => {
    response.writeHead(200, { "Content-Type": "text/plain" });
    const timer = setInterval(() => response.write("0123456789"), 10);
    response.on("close", () => clearInterval(timer));
  },
  as: async (request, response, url) => {
    const body = await buffer(request);
    response.writeHead(200, { "Content-Type": url.searchParams.get("type") ?? "", "X-Lab": "yes" }).end(body);
  },
  events: (_, response) => {
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.write("data: one\n\n");
    response.write("event: tick\ndata: two\n\n");
    response.write("data: three – 🍐\n\n");
  },
  moved: (_, response) => void response.writeHead(302, { Location: "/api/echo" }).end(),
  picture: (_, response) => {
    response
      .writeHead(200, { "Content-Type": "image/svg+xml" })
      .end('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>');
  },
};

/** Responds to a request of the API; returns false for other requests. */
export async function respondToApi(request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> {
  const [, top, name = ""] = url.pathname.split("/");
  const handler = top === "api" && Object.hasOwn(handlers, name) ? handlers[name] : undefined;
  if (handler === undefined) return false;
  await handler(request, response, url);
  return true;
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "Content-Type": "application/json", "X-Lab": "yes" }).end(JSON.stringify(value));
}
