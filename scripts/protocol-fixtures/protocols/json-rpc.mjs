// JSON-RPC 2.0 with rpc-websockets.
export const fixtures = ["json-rpc"];

export async function serve({ load, port }) {
  const { Server } = await load("rpc-websockets");
  const server = new Server({ host: "127.0.0.1", port });
  await new Promise((resolve) => server.once("listening", resolve));
  server.register("sum", ([a, b]) => a + b);
  server.register("fail", () => {
    throw new Error("Not allowed");
  });
  server.register("never", () => new Promise(() => {}));
  server.event("price");
  server.register("publish", () => {
    server.emit("price", { amount: 12.5 });
    return true;
  });
  return { stop: () => server.close() };
}

export async function page({ serverPort, sleep }) {
  const { Client } = await import("rpc-websockets");
  const client = new Client(`ws://127.0.0.1:${serverPort}/`, { reconnect: false });
  await new Promise((resolve) => client.once("open", resolve));
  await client.call("sum", [1, 2]);
  await Promise.all([client.call("sum", [3, 4]), client.call("sum", [5, 6])]);
  await client.call("fail").catch(() => undefined);
  await client.call("missing").catch(() => undefined);
  await client.subscribe("price");
  await client.call("publish");
  client.notify("sum", [7, 8]);
  void client.call("never").catch(() => undefined);
  await sleep(100);
  client.close();
  await sleep(50);
}
