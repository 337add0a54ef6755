// Phoenix channels: the real client with a small server, in the framing of its serializer (text and
// binary).
export const fixtures = ["phoenix"];

export async function serve({ serveSockets }) {
  serveSockets("/socket/websocket", (socket) => {
    const send = (message) => socket.send(JSON.stringify(message));
    socket.on("message", (data, isBinary) => {
      if (isBinary) return answerBinary(data, socket);
      const [joinRef, ref, topic, event, payload] = JSON.parse(data);
      const reply = (status, response) => send([joinRef, ref, topic, "phx_reply", { status, response }]);
      if (event === "phx_join" && topic === "room:closed") return reply("error", { reason: "closed" });
      if (event === "unanswered") return;
      reply("ok", {});
      if (event === "new_msg") send([null, null, topic, "new_msg", payload]);
      if (event === "phx_leave") send([joinRef, joinRef, topic, "phx_close", {}]);
    });
  });
}

/** Replies to a binary push with its payload, then broadcasts it. */
function answerBinary(data, socket) {
  const [, joinSize, refSize, topicSize, eventSize] = data;
  let at = 5;
  const next = (size) => data.subarray(at, (at += size));
  const [joinRef, ref, topic, event] = [next(joinSize), next(refSize), next(topicSize), next(eventSize)];
  const payload = data.subarray(at);
  const ok = Buffer.from("ok");
  const sizes = Buffer.from([1, joinSize, refSize, topicSize, ok.length]);
  socket.send(Buffer.concat([sizes, joinRef, ref, topic, ok, payload]));
  socket.send(Buffer.concat([Buffer.from([2, topicSize, eventSize]), topic, event, payload]));
}

export async function page({ url, sleep }) {
  const { Socket } = await import("phoenix");
  const answered = (push) =>
    new Promise((resolve) => {
      for (const status of ["ok", "error", "timeout"]) push.receive(status, resolve);
    });
  const params = { token: "secret" };
  const socket = new Socket(`${url.replace("http", "ws")}/socket`, { params, heartbeatIntervalMs: 300 });
  socket.connect();
  const room = socket.channel("room:7", { name: "a" });
  await answered(room.join());
  await answered(room.push("new_msg", { body: "hi" }));
  await answered(room.push("upload", new Uint8Array([0, 255, 16]).buffer));
  const closed = socket.channel("room:closed", {});
  await answered(closed.join());
  closed.leave();
  room.push("unanswered", {});
  await sleep(800);
  await answered(room.leave());
  socket.disconnect();
  await sleep(50);
}
