// DDP: the client simpleddp with a small server.
export const fixtures = ["ddp"];

export async function serve({ serveSockets }) {
  serveSockets("/websocket", (socket) => {
    const send = (message) => socket.send(JSON.stringify(message));
    const pings = setInterval(() => send({ msg: "ping" }), 300);
    socket.on("close", () => clearInterval(pings));
    send({ server_id: "0" });
    socket.on("message", (text) => repliesTo(JSON.parse(text)).forEach(send));
  });
}

function repliesTo({ msg, id, method, params, name }) {
  const ready = [
    { msg: "added", collection: "tasks", id: "t1", fields: { text: "buy milk" } },
    { msg: "ready", subs: [id] },
    { msg: "changed", collection: "tasks", id: "t1", fields: { done: true } },
    { msg: "removed", collection: "tasks", id: "t1" },
  ];
  if (msg === "connect") return [{ msg: "connected", session: "s1" }];
  if (msg === "ping") return [{ msg: "pong", id }];
  if (msg === "sub") return name === "secret" ? [{ msg: "nosub", id, error: { error: 403, message: "No" } }] : ready;
  if (msg === "unsub") return [{ msg: "nosub", id }];
  if (msg !== "method" || method === "never") return [];
  const result = method === "add" ? { result: params[0] + params[1] } : { error: { error: 404, message: "Not found" } };
  return [
    { msg: "result", id, ...result },
    { msg: "updated", methods: [id] },
  ];
}

export async function page({ url, sleep }) {
  const { default: SimpleDDP } = await import("simpleddp");
  const options = { endpoint: `${url.replace("http", "ws")}/websocket`, SocketConstructor: WebSocket };
  const server = new SimpleDDP({ ...options, autoReconnect: false });
  await server.connect();
  await server.call("add", 1, 2);
  await server.call("missing").catch(() => undefined);
  const tasks = server.subscribe("tasks");
  await tasks.ready();
  await server
    .subscribe("secret")
    .ready()
    .catch(() => undefined);
  void server.call("never").catch(() => undefined);
  await sleep(700);
  await tasks.stop();
  await server.disconnect();
  await sleep(50);
}
