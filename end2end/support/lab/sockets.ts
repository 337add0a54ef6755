// Sockets that do what their address says.
//
//   /echo                    says back what it is told, text as text and bytes as bytes
//   /close?code=…&reason=…   closes as soon as it is open
//   /push?count=…            says so many things, numbered from 1, then "done"
//   /drop                    ends the connection without a close frame at the first message
//   /refuse                  refuses the handshake
//   /hold                    never answers the handshake
//
// Of the subprotocols offered the first is chosen; `?protocol=…` chooses that one.
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";

type Talk = (socket: WebSocket, query: URLSearchParams) => void;

const talks: Record<string, Talk> = {
  "/echo": (socket) => {
    socket.on("message", (data: Buffer, isBinary) => {
      if (!isBinary && String(data).startsWith("close ")) closeAs(socket, String(data));
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

/** `close 4001 bye` */
function closeAs(socket: WebSocket, text: string): void {
  const [, code, ...reason] = text.split(" ");
  socket.close(Number(code), reason.join(" "));
}

export function upgrader(): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: true,
    handleProtocols: (offered, request) => {
      const wanted = new URL(request.url ?? "/", "http://127.0.0.1").searchParams.get("protocol");
      return wanted ?? offered.values().next().value ?? false;
    },
  });
  return (request, socket, head) => {
    // A page that is closed resets what it left open.
    socket.on("error", () => socket.destroy());
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const talk = talks[url.pathname];
    if (url.pathname === "/hold") return;
    if (talk === undefined) {
      socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    sockets.handleUpgrade(request, socket, head, (opened) => talk(opened, url.searchParams));
  };
}
