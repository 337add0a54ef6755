// The servers of the page's live section: Socket.IO, GraphQL, MQTT and MessagePack.
import { Buffer } from "node:buffer";
import { fileURLToPath, URL } from "node:url";
import { build } from "esbuild";
import { WebSocketServer } from "ws";
import { startAccount } from "./account.js";
import { AUCTION_PATH, startAuction } from "./auction.js";
import { startColdStore } from "./cold-store.js";
import { startStock } from "./stock.js";

const starters = { "/graphql": startAccount, "/mqtt": startColdStore, "/ws/stock": startStock };
const subprotocols = { "/graphql": "graphql-transport-ws", "/mqtt": "mqtt" };

export function isLivePath(path) {
  return path in starters || path.startsWith(AUCTION_PATH);
}

export async function startLive(http) {
  const stops = [startAuction(http)];
  for (const [path, start] of Object.entries(starters)) {
    const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => subprotocols[path] ?? false });
    stops.push(await start(sockets));
    http.on("upgrade", (request, connection, head) => {
      if (new URL(request.url, "http://localhost").pathname !== path) return;
      sockets.handleUpgrade(request, connection, head, (socket) => sockets.emit("connection", socket, request));
    });
  }
  return async () => {
    for (const stop of stops) await stop();
  };
}

export async function bundleLivePage() {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("../page/live/main.js", import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2022",
    define: { global: "globalThis", "process.env.NODE_ENV": '"production"' },
    logLevel: "error",
  });
  return Buffer.from(outputFiles[0].contents);
}
