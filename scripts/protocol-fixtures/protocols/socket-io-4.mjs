// Socket.IO 4 over Engine.IO 4: over WebSocket alone, upgraded from polling, and with the
// MessagePack parser.
export const fixtures = ["socket-io-4", "socket-io-4-upgrade", "socket-io-4-msgpack"];

export async function serve({ http, load }, fixture) {
  const { Server } = await load("socket.io");
  const parser = fixture.endsWith("msgpack") ? { parser: (await load("socket.io-msgpack-parser")).default } : {};
  const io = new Server(http, { pingInterval: 300, pingTimeout: 1000, ...parser });
  io.on("connection", (socket) => {
    socket.emit("hello", { version: 4 });
    socket.on("add", (a, b, reply) => reply(a + b));
    socket.on("upload", (file, reply) => {
      socket.emit("stored", { name: file.name, parts: [file.data, Buffer.from([9])] });
      reply(file.data.byteLength);
    });
    socket.on("unanswered", () => {});
  });
  const admin = io.of("/admin");
  admin.use((socket, next) => next(socket.handshake.auth.token === "t1" ? undefined : new Error("Not allowed")));
  admin.on("connection", (socket) => socket.on("leave", () => socket.disconnect()));
  return { stop: () => io.close() };
}

export async function page({ fixture, url, sleep }) {
  const { io } = await import("socket.io-client");
  const parser = fixture.endsWith("msgpack") ? { parser: await import("socket.io-msgpack-parser") } : {};
  const transports = fixture.endsWith("upgrade") ? {} : { transports: ["websocket"] };
  const once = (socket, event) => new Promise((resolve) => socket.once(event, resolve));
  const socket = io(url, { ...parser, ...transports, forceNew: false });
  await once(socket, "hello");
  await sleep(400);
  await socket.emitWithAck("add", 1, 2);
  await Promise.all([socket.emitWithAck("add", 3, 4), socket.emitWithAck("add", 5, 6)]);
  await socket.emitWithAck("upload", { name: "a.bin", data: new Uint8Array([0, 255, 16]).buffer });
  socket.emit("note", "no reply expected");
  socket.emit("unanswered", () => {});
  const refused = io(`${url}/admin`, { ...parser, ...transports, auth: { token: "wrong" } });
  await once(refused, "connect_error");
  refused.auth = { token: "t1" };
  refused.connect();
  await once(refused, "connect");
  refused.emit("leave");
  await once(refused, "disconnect");
  await sleep(400);
  socket.disconnect();
  await sleep(50);
}
