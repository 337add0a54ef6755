// The server of the pages in which the recorder's cost is measured.
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";

const downloadBytes = 200 * 1024 * 1024;

const answer = JSON.stringify({ items: Array.from({ length: 40 }, (_, id) => ({ id, name: `item ${id}` })) });

const large = JSON.stringify(
  Array.from({ length: 200_000 }, (_, id) => ({
    id,
    name: `item ${id}`,
    price: id / 8,
    tags: ["one", "other"],
    text: "x".repeat(30),
  })),
);

export interface Server {
  origin: string;
  stop(): Promise<void>;
}

export async function startServer(): Promise<Server> {
  const server = createServer(({ url }, response) => void respond(url, response));
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on("connection", (socket) => socket.on("message", (data: Buffer) => socket.send(data, { binary: false })));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function respond(url: string | undefined, response: ServerResponse): unknown {
  if (url === "/download") return download(response);
  if (url === "/")
    return response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>Bench</title>");
  return response.writeHead(200, { "Content-Type": "application/json" }).end(url === "/large" ? large : answer);
}

async function download(response: ServerResponse): Promise<void> {
  response.writeHead(200, { "Content-Type": "application/octet-stream", "Content-Length": downloadBytes });
  const chunk = Buffer.alloc(1024 * 1024, "0123456789abcdef");
  for (let sent = 0; sent < downloadBytes; sent += chunk.length)
    if (!response.write(chunk)) await new Promise((resolve) => response.once("drain", resolve));
  response.end();
}
