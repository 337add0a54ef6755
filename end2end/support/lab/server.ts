// The other side of what recorder tests record: pages, an API with answers of every kind, and sockets.
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { text } from "node:stream/consumers";
import { answerApi } from "./api.ts";
import { Collector } from "./collector.ts";
import { upgrader } from "./sockets.ts";

export interface Lab {
  /** `http://127.0.0.1:<port>` */
  origin: string;
  /** The same under `ws:`. */
  sockets: string;
  /** Serves a page of its own at an address of its own. */
  page(html: string): string;
  collector: Collector;
  stop(): Promise<void>;
}

/** Answers what has `by-worker` in its address itself; hands on what has `through-worker`; leaves the rest to the browser. */
const worker = `
self.oninstall = () => self.skipWaiting();
self.onactivate = (event) => event.waitUntil(self.clients.claim());
self.onfetch = (event) => {
  const { url } = event.request;
  if (url.includes("by-worker")) event.respondWith(new Response("of the worker", { headers: { "Content-Type": "text/plain", "X-Worker": "yes" } }));
  else if (url.includes("through-worker")) event.respondWith(fetch(event.request));
};
`;

const dist = new URL("../../../recorder/dist/", import.meta.url);

export async function startLab(): Promise<Lab> {
  const pages: string[] = [];
  const collector = new Collector();
  const server = createServer((request, response) => {
    answer(request, response, pages, collector).catch(() => response.destroy());
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
        // A server does not count the connections of its sockets among its own.
        for (const connection of connections) connection.destroy();
      }),
  };
}

async function answer(
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
  } else if (top === "worker.js") {
    response.writeHead(200, { "Content-Type": "text/javascript; charset=utf-8" }).end(worker);
  } else if (top === "collect") {
    collector.take(request, response, await text(request));
  } else if (!(await answerApi(request, response, url))) {
    response.writeHead(404, { "Content-Type": "text/plain" }).end("Not in this lab\n");
  }
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
}
