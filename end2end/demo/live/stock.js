// The stock of the stalls, in MessagePack: numbered calls, pushed changes with timestamps, and
// heartbeats.
import { setInterval, setTimeout } from "node:timers";
import { decode, encode } from "@msgpack/msgpack";

const crates = new Map([
  ["APPLE", 64],
  ["QUINCE", 12],
  ["FIG", 0],
  ["LEEK", 38],
  ["SQUASH", 21],
  ["FENNEL", 9],
]);

const methods = {
  "stock.list": () => ({
    result: [...crates].map(([symbol, count]) => ({
      symbol,
      crates: count,
      stalls: [4, 9],
      isOrganic: count % 2 === 0,
    })),
  }),
  "stock.reserve": ({ symbol, crates: wanted }) => {
    const left = crates.get(symbol) ?? 0;
    if (left < wanted) {
      return { error: { code: "OUT_OF_STOCK", message: `${left} crates of ${symbol} are left`, left, wanted } };
    }
    crates.set(symbol, left - wanted);
    return {
      result: { reservation: `R-${700 + left}`, symbol, crates: wanted, until: new Date(Date.now() + 900_000) },
    };
  },
};

export function startStock(sockets) {
  sockets.on("connection", (socket) => {
    const send = (value) => {
      if (socket.readyState === socket.OPEN) socket.send(encode(value));
    };
    socket.on("message", (data) => {
      const { id, method, params } = decode(data);
      const respond = methods[method];
      if (respond !== undefined) setTimeout(() => send({ id, ...respond(params) }), 30 + id * 11);
    });
    let count = 0;
    const selling = setInterval(() => {
      const [symbol, before] = [...crates].filter(([, left]) => left > 0)[(count += 1) % 4];
      crates.set(symbol, before - 1);
      send({ event: "stock.changed", symbol, crates: before - 1, change: -1, at: new Date(), till: count % 3 });
    }, 1300);
    const heartbeat = setInterval(() => send({ event: "ping" }), 5000);
    socket.on("close", () => [selling, heartbeat].forEach((timer) => timer.close()));
  });
  return () => sockets.close();
}
