// The stock of the stalls in MessagePack.
import { decode, encode } from "@msgpack/msgpack";

const byId = (id) => document.getElementById(id);

export function startStock() {
  const socket = new WebSocket(`ws://${location.host}/ws/stock`);
  socket.binaryType = "arraybuffer";
  const waiting = new Map();
  let calls = 0;
  const call = (method, params) => {
    calls += 1;
    socket.send(encode({ id: calls, method, params }));
    return new Promise((resolve) => waiting.set(calls, resolve));
  };
  const reserve = async (symbol, crates) => {
    const { result, error } = await call("stock.reserve", { symbol, crates });
    byId("stock").textContent = error?.message ?? `${result.reservation}: ${crates} crates of ${symbol}`;
  };
  socket.onopen = async () => {
    const { result } = await call("stock.list", { season: "autumn" });
    byId("stock").textContent = `${result.length} kinds in stock`;
  };
  socket.onmessage = ({ data }) => {
    const message = decode(data);
    if (message.event === "ping") socket.send(encode({ event: "pong" }));
    if (message.event === "stock.changed")
      byId("sold").textContent = `${message.crates} crates of ${message.symbol} left`;
    waiting.get(message.id)?.(message);
    waiting.delete(message.id);
  };
  // The quinces suffice, the figs are sold.
  byId("reserve").addEventListener("click", async () => {
    await reserve("QUINCE", 4);
    await reserve("FIG", 1);
  });
}
