// WebSockets whose URL selects their behavior.
//
//   /echo                    echoes each message, text as text and binary as binary
//   /close?code=…&reason=…   closes as soon as it is open
//   /push?count=…            sends that many messages, numbered from 1, then "done"
//   /drop                    drops the connection without a close frame at the first message
//   /refuse                  rejects the handshake
//   /hold                    never responds to the handshake
//
// The first offered subprotocol is selected; `?protocol=…` selects that one, offered or not.
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";

type SocketHandler = (socket: WebSocket, query: URLSearchParams) => void;

const handlers: Record<string, SocketHandler> = {
  "/echo": (socket) => {
    socket.on("message", (data: Buffer, isBinary) => {
      if (!isBinary && String(data).startsWith("close ")) closeWith(socket, String(data));
      else socket.send(data, { binary: isBinary });
    });
  },
  "/close": (socket, query) => {
    const code = query.get("code");
    if (code === null) socket.close();
    else socket.close(Number(code), query.get("reason") ?? "");
  },
  "/push": (socket, query) => {
    for (let number = 1; number <= Number(query.get("count")); number += 1)
      socket.send(JSON.stringify({ number, text: "é – 🍐" }));
    socket.send("done");
  },
  "/drop": (socket) => {
    socket.on("message", () => socket.terminate());
  },
};

/** Closes as a message such as `close 4001 bye` says. */
function closeWith(socket: WebSocket, text: string): void {
  const [, code, ...reason] = text.split(" ");
  socket.close(Number(code), reason.join(" "));
}

export function upgrader(): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: true,
    handleProtocols: (offered, request) => {
      const selected = new URL(request.url ?? "/", "http://127.0.0.1").searchParams.get("protocol");
      return selected ?? offered.values().next().value ?? false;
    },
  });
  return (request, socket, head) => {
    // A closed page resets its connections.
    socket.on("error", () => socket.destroy());
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const handler = handlers[url.pathname];
    if (url.pathname === "/hold") return;
    if (handler === undefined) {
      socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    sockets.handleUpgrade(request, socket, head, (opened) => handler(opened, url.searchParams));
  };
}
