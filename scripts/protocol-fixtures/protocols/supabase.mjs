// Supabase Realtime: the real client with a small server that speaks Phoenix with Supabase's binary
// kinds.
export const fixtures = ["supabase"];

export async function serve({ serveSockets }) {
  serveSockets("/realtime/v1/websocket", (socket) => {
    const send = (message) => socket.send(JSON.stringify(message));
    socket.on("message", (data, isBinary) => {
      if (isBinary) return socket.send(broadcast("realtime:room", "cursor", '{"x":1}'));
      const [joinRef, ref, topic, event] = JSON.parse(data);
      const isRefused = topic === "realtime:closed";
      const status = isRefused ? "error" : "ok";
      const changes =
        topic === "realtime:room" && event === "phx_join" ? [{ id: 1, event: "*", schema: "public" }] : [];
      const response = isRefused ? { reason: "Unauthorized" } : { postgres_changes: changes };
      send([joinRef, ref, topic, "phx_reply", { status, response }]);
      if (event === "phx_join" && !isRefused) {
        send([joinRef, null, topic, "presence_state", {}]);
        const data = { type: "INSERT", schema: "public", table: "tasks", columns: [], record: { id: 1 } };
        send([joinRef, null, topic, "postgres_changes", { ids: [1], data }]);
      }
    });
  });
}

/** A broadcast of the server: kind 4, sizes of topic, event and metadata, encoding 1 (JSON). */
function broadcast(topic, event, payload) {
  const sizes = Buffer.from([4, topic.length, event.length, 0, 1]);
  return Buffer.concat([sizes, Buffer.from(topic + event + payload)]);
}

export async function page({ url, sleep }) {
  const { RealtimeClient } = await import("@supabase/realtime-js");
  const client = new RealtimeClient(`${url.replace("http", "ws")}/realtime/v1`, {
    params: { apikey: "secret" },
    vsn: "2.0.0",
    heartbeatIntervalMs: 300,
  });
  const subscribed = (channel) => new Promise((resolve) => channel.subscribe((status) => resolve(status)));
  const room = client.channel("room", { config: { broadcast: { self: true } } });
  room.on("broadcast", { event: "cursor" }, () => undefined);
  room.on("postgres_changes", { event: "*", schema: "public" }, () => undefined);
  await subscribed(room);
  await room.send({ type: "broadcast", event: "cursor", payload: { x: 1 } });
  await room.send({ type: "broadcast", event: "cursor", payload: new Uint8Array([0, 255, 16]).buffer });
  await room.track({ name: "Ada" });
  await subscribed(client.channel("closed"));
  await sleep(800);
  await room.unsubscribe();
  await client.disconnect();
  await sleep(50);
}
