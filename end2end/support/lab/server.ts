// The server of the recorder's tests: pages, an HTTP API, sockets, and a collector of batches.
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { strokeFont } from "../stroke-font.ts";
import { respondToApi } from "./api.ts";
import { Collector } from "./collector.ts";
import { upgrader } from "./sockets.ts";

export interface Lab {
  /** `http://127.0.0.1:<port>` */
  origin: string;
  /** The same under `ws:`. */
  sockets: string;
  /** Serves a page at a new URL, which it returns. */
  page(html: string): string;
  collector: Collector;
  stop(): Promise<void>;
}

/** Responds to URLs with `by-worker` itself, forwards those with `through-worker`, and ignores all others. */
const serviceWorker = `
self.oninstall = () => self.skipWaiting();
self.onactivate = (event) => event.waitUntil(self.clients.claim());
self.onfetch = (event) => {
  const { url } = event.request;
  if (url.includes("by-worker")) event.respondWith(new Response("of the worker", { headers: { "Content-Type": "text/plain", "X-Worker": "yes" } }));
  else if (url.includes("through-worker")) event.respondWith(fetch(event.request));
};
`;

/** A square of the color in the query; `comment` is the number of characters that it is longer. */
function imageOf({ searchParams }: URL): string {
  const comment = "x".repeat(Number(searchParams.get("comment") ?? 0));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><!--${comment}-->
    <rect width="20" height="20" fill="${searchParams.get("color") ?? "red"}"/></svg>`;
}

/** `/assets/image.svg` and `/assets/font.ttf`, which caches may keep, unless the query says otherwise. */
function respondWithAsset(response: ServerResponse, url: URL): void {
  const isFont = url.pathname.endsWith(".ttf");
  response.writeHead(200, {
    "Content-Type": isFont ? "font/ttf" : "image/svg+xml",
    "Cache-Control": url.searchParams.get("cache") ?? "max-age=60",
    "Access-Control-Allow-Origin": "*",
  });
  response.end(isFont ? strokeFont("Strokes") : imageOf(url));
}

const dist = new URL("../../../recorder/dist/", import.meta.url);

export async function startLab(): Promise<Lab> {
  const pages: string[] = [];
  const collector = new Collector();
  const server = createServer((request, response) => {
    respond(request, response, pages, collector).catch(() => response.destroy());
  });
  server.on("upgrade", upgrader());
  const connections = new Set<Socket>();
  server.on("connection", (connection) => {
    connections.add(connection);
    connection.on("close", () => connections.delete(connection));
  });
  await listen(server);
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin: `http://${host}`,
    sockets: `ws://${host}`,
    page: (html) => `http://${host}/pages/${pages.push(html)}`,
    collector,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // `server.close` does not close upgraded connections.
        for (const connection of connections) connection.destroy();
      }),
  };
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  pages: string[],
  collector: Collector,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const [, top = "", name = ""] = url.pathname.split("/");
  if (top === "pages") {
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end(pages[Number(name) - 1]);
  } else if (top === "recorder") {
    response
      .writeHead(200, { "Content-Type": "text/javascript; charset=utf-8" })
      .end(await readFile(new URL(name, dist)));
  } else if (top === "assets") {
    respondWithAsset(response, url);
  } else if (top === "worker.js") {
    response.writeHead(200, { "Content-Type": "text/javascript; charset=utf-8" }).end(serviceWorker);
  } else if (top === "collect" || url.pathname === "/v1/batches") {
    collector.take(request, response, await buffer(request));
  } else if (!(await respondToApi(request, response, url))) {
    response.writeHead(404, { "Content-Type": "text/plain" }).end("Not found\n");
  }
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
}
