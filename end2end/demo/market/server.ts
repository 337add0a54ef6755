// The server of the demo page: files, API and WebSockets on a free port of the loopback interface.
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { bundleLivePage, isLivePath, startLive } from "../live/servers.js";
import { respondToApi } from "./api.ts";
import { findAsset, type Asset } from "./assets.ts";
import { socketHandlers } from "./sockets.ts";

export interface MarketServer {
  /** `127.0.0.1:<port>` */
  host: string;
  /** A host and port of the loopback interface on which nothing listens. */
  deadHost: string;
  stop(): Promise<void>;
}

const pageFiles: Record<string, string> = {
  "/": "index.html",
  "/market.css": "market.css",
  "/scripts/market.js": "market.js",
  "/scripts/prices.js": "prices.js",
  "/scripts/chat.js": "chat.js",
  "/scripts/counter.js": "counter.js",
};

const pageTypes: Record<string, string> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
};

export async function startMarket(): Promise<MarketServer> {
  const deadHost = await unusedHost();
  const server = createServer((request, response) => {
    respond(request, response, deadHost).catch(() => response.destroy());
  });
  server.on("upgrade", upgrader());
  const stopLive = await startLive(server);
  await listen(server);
  return {
    host: hostOf(server),
    deadHost,
    stop: async () => {
      await stopLive();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function respond(request: IncomingMessage, response: ServerResponse, deadHost: string): Promise<void> {
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  if (await respondToApi(request, response, url)) return;
  const asset = findAsset(url.pathname) ?? (await pageFile(url.pathname, deadHost));
  if (asset === undefined) {
    response.writeHead(404, { "Content-Type": "text/plain; charset=utf-8" }).end("Not on this market\n");
    return;
  }
  response.writeHead(200, {
    "Content-Type": asset.type,
    "Content-Length": asset.bytes.length,
    "Cache-Control": "max-age=60",
  });
  response.end(asset.bytes);
}

async function pageFile(path: string, deadHost: string): Promise<Asset | undefined> {
  if (path === "/scripts/live.js") return { type: pageTypes.js ?? "", bytes: await bundleLivePage() };
  const name = pageFiles[path];
  if (name === undefined) return undefined;
  const text = await readFile(new URL(`../page/${name}`, import.meta.url), "utf8");
  const type = pageTypes[name.slice(name.lastIndexOf(".") + 1)] ?? "text/plain";
  return { type, bytes: Buffer.from(text.replace("{metrics}", `http://${deadHost}`)) };
}

function upgrader(): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  const handlers = socketHandlers();
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: true,
    handleProtocols: (offered) => offered.values().next().value ?? false,
  });
  return (request, socket, head) => {
    const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
    if (isLivePath(pathname)) return;
    const handler = handlers[pathname];
    if (handler === undefined) {
      socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    sockets.handleUpgrade(request, socket, head, handler);
  };
}

async function unusedHost(): Promise<string> {
  const server = createServer();
  await listen(server);
  const host = hostOf(server);
  await new Promise((resolve) => server.close(resolve));
  return host;
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
}

function hostOf(server: Server): string {
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
