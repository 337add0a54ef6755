// The market's WebSockets: each has different traffic and ends differently.
import type { WebSocket } from "ws";
import { Market, products } from "./prices.ts";

type SocketHandler = (socket: WebSocket) => void;

/** Handlers by path; the handshake for any other path is rejected. */
export function socketHandlers(): Record<string, SocketHandler> {
  let ordersConnections = 0;
  return {
    "/ws/ticker": ticker,
    "/ws/chat": chat,
    "/ws/notifications": notifications,
    "/ws/courier": courier,
    "/ws/scale": scale,
    "/ws/orders": (socket) => {
      ordersConnections += 1;
      orders(socket, ordersConnections);
    },
  };
}

const sendJson = (socket: WebSocket, value: unknown): void => {
  if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(value));
};

/** Repeats until the socket closes. */
function every(milliseconds: number, socket: WebSocket, action: (count: number) => void): void {
  let count = 0;
  const timer = setInterval(() => action((count += 1)), milliseconds);
  socket.on("close", () => clearInterval(timer));
}

/** Runs once, unless the socket has closed by then. */
function after(milliseconds: number, socket: WebSocket, action: () => void): void {
  const timer = setTimeout(action, milliseconds);
  socket.on("close", () => clearTimeout(timer));
}

function onText(socket: WebSocket, listener: (text: string) => void): void {
  socket.on("message", (data: Buffer, isBinary) => {
    if (!isBinary) listener(data.toString("utf8"));
  });
}

/** About a hundred trades per second after a numbered request to subscribe; heartbeats as plain text. */
function ticker(socket: WebSocket): void {
  const market = new Market();
  onText(socket, (text) => {
    if (!text.startsWith("{")) return;
    const { id, method } = JSON.parse(text) as { id: number; method: string };
    sendJson(socket, { id, result: { method, ok: true, symbols: products.length } });
    if (method !== "subscribe") return;
    every(10, socket, (count) => sendJson(socket, count % 250 === 0 ? market.book("QUINCE") : market.trade()));
  });
  every(4000, socket, () => socket.send("ping"));
}

const gossip = [
  { from: "Stall 4", text: "Morning! Fog on the river, vans are late 🌫️" },
  { from: "Stall 9", text: "ありがとう、りんご二箱お願いします 🍎" },
  { from: "Stall 12", text: "هل بقي شيء من التين؟" },
  { from: "Stall 4", text: 'Figs are gone, <b>quinces</b> are "cheap" today \\o/' },
  { from: "Porter", text: "Gate east is blocked\nuse gate north\tplease" },
  { from: "Stall 9", text: "Zoë från stånd 9: kvitten är slut 👩‍🌾" },
];

function chat(socket: WebSocket): void {
  sendJson(socket, {
    type: "welcome",
    room: "traders",
    members: ["Stall 4", "Stall 9", "Stall 12", "Porter"],
    history: [],
  });
  every(2600, socket, (count) => {
    const line = gossip[(count - 1) % gossip.length];
    sendJson(socket, { type: "typing", from: line?.from });
    sendJson(socket, { type: "message", id: 500 + count, ...line });
  });
  onText(socket, (text) => {
    const { id } = JSON.parse(text) as { id: string };
    sendJson(socket, { type: "delivered", id, seenBy: 3 });
  });
}

/** Stays open to the end: heartbeats, plain text, an empty message and a long one. */
function notifications(socket: WebSocket): void {
  socket.send("hello buyer-17");
  every(3000, socket, () => socket.send("ping"));
  after(3500, socket, () => sendJson(socket, { kind: "price-alert", symbol: "FIG", below: 9, urgent: false }));
  after(6200, socket, () => socket.send(""));
  after(8000, socket, () => sendJson(socket, digest()));
  after(14000, socket, () => socket.send("The market closes at noon today — le marché ferme à midi"));
}

/** The day's digest: about 20 kB of JSON. */
function digest(): unknown {
  const lines = Array.from({ length: 150 }, (_, index) => {
    const { symbol = "", name = "" } = products[index % products.length] ?? {};
    return {
      lot: 7000 + index,
      symbol,
      name,
      grower: { farm: `Farm ${(index * 7) % 31}`, miles: ((index * 13) % 400) / 10 },
      checked: index % 3 === 0,
      notes: ["washed", "crate of twelve"],
      sold: null,
    };
  });
  return { kind: "digest", title: "Everything on the floor this morning", lines };
}

/** A van that drives into a tunnel: the connection is dropped without a close frame. */
function courier(socket: WebSocket): void {
  every(700, socket, (count) => {
    sendJson(socket, {
      van: "LS-07",
      position: { lat: 51.5 + count / 1000, lon: -0.09 - count / 2000 },
      speed: 28 + (count % 5),
      parcels: ["LS-20388", "LS-20402"],
    });
  });
  after(9000, socket, () => socket.terminate());
}

/** A weighing scale: readings as binary frames, its settings as JSON. */
function scale(socket: WebSocket): void {
  sendJson(socket, {
    device: "scale-3",
    unit: "g",
    firmware: "2.4.1",
    frame: ["u8 command", "u8 flags", "u16 counter", "f32 grams"],
  });
  let counter = 0;
  socket.on("message", (data: Buffer, isBinary) => {
    if (!isBinary) {
      sendJson(socket, { device: "scale-3", acknowledged: JSON.parse(data.toString("utf8")) as unknown });
      return;
    }
    const pieces = data[1] ?? 1;
    for (let step = 0; step < 4; step += 1) {
      counter += 1;
      const reading = Buffer.alloc(8);
      reading.writeUInt8(0x81, 0);
      reading.writeUInt8(step === 3 ? 1 : 0, 1);
      reading.writeUInt16BE(counter, 2);
      reading.writeFloatBE(pieces * 182.5 + (3 - step) * 1.75, 4);
      socket.send(reading);
    }
  });
}

/** The first connection is closed for an expired session; the next one continues. */
function orders(socket: WebSocket, connection: number): void {
  sendJson(socket, { type: "ready", connection, resumeFrom: connection === 1 ? null : 3 });
  const states = ["received", "picking", "packed", "at gate east"];
  every(4200, socket, (count) => {
    const state = states[(connection - 1) * 2 + count - 1];
    if (state !== undefined) sendJson(socket, { type: "order", order: "LS-20388", state, step: count });
  });
  if (connection === 1) after(11000, socket, () => socket.close(4001, "session expired"));
}
