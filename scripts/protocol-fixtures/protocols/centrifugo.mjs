// Centrifugo in JSON: the real client with a small server.
export const fixtures = ["centrifugo"];

export async function serve({ serveSockets }) {
  serveSockets("/connection/websocket", (socket) => {
    const pings = setInterval(() => socket.send("{}"), 1000);
    socket.on("close", () => clearInterval(pings));
    socket.on("message", (text) => {
      const replies = String(text)
        .split("\n")
        .filter(Boolean)
        .flatMap((line) => repliesTo(JSON.parse(line)));
      if (replies.length > 0) socket.send(replies.map((reply) => JSON.stringify(reply)).join("\n"));
    });
  });
}

function repliesTo({ id, connect, subscribe, publish, rpc, unsubscribe }) {
  if (connect) return [{ id, connect: { client: "c1", version: "6.0.0", ping: 1, pong: true } }];
  if (subscribe?.channel === "closed") return [{ id, error: { code: 103, message: "permission denied" } }];
  if (subscribe) return [{ id, subscribe: {} }];
  if (publish) return [{ id, publish: {} }, { push: { channel: publish.channel, pub: { data: publish.data } } }];
  if (rpc && rpc.method !== "never") return [{ id, rpc: { data: rpc.data } }];
  return unsubscribe ? [{ id, unsubscribe: {} }] : [];
}

export async function page({ url, sleep }) {
  const { Centrifuge } = await import("centrifuge");
  const client = new Centrifuge(`${url.replace("http", "ws")}/connection/websocket`, { token: "secret" });
  client.connect();
  await client.ready();
  const news = client.newSubscription("news");
  news.subscribe();
  await news.ready();
  await client.rpc("echo", { n: 1 });
  await Promise.all([news.publish({ text: "hi" }), client.rpc("echo", { n: 2 })]);
  const closed = client.newSubscription("closed");
  closed.subscribe();
  await sleep(50);
  closed.unsubscribe();
  void client.rpc("never", {}).catch(() => undefined);
  await sleep(2300);
  news.unsubscribe();
  await sleep(20);
  client.disconnect();
  await sleep(50);
}
