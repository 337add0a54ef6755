// Socket.IO 2 over Engine.IO 3.
export const fixtures = ["socket-io-2"];

export async function serve({ http, require }) {
  const io = require("sio2")(http, { pingInterval: 300, pingTimeout: 1000 });
  io.on("connection", (socket) => {
    socket.emit("hello", { version: 2 });
    socket.on("add", (a, b, reply) => reply(a + b));
    socket.on("upload", (file, reply) => {
      socket.emit("stored", { name: file.name, data: file.data });
      reply(file.data.length);
    });
    socket.on("unanswered", () => {});
  });
  io.of("/chat").on("connection", (socket) => socket.emit("joined", socket.handshake.query.room));
  return { stop: () => io.close() };
}

export async function page({ url, sleep }) {
  const { default: io } = await import("sio2-client");
  const options = { transports: ["websocket"] };
  const once = (socket, event) => new Promise((resolve) => socket.once(event, resolve));
  const call = (socket, ...values) => new Promise((resolve) => socket.emit(...values, resolve));
  const socket = io(url, options);
  await once(socket, "hello");
  await sleep(400);
  await call(socket, "add", 1, 2);
  await call(socket, "upload", { name: "a.bin", data: new Uint8Array([0, 255, 16]).buffer });
  socket.emit("unanswered", () => {});
  const chat = io(`${url}/chat?room=7`, options);
  await once(chat, "joined");
  const missing = io(`${url}/missing`, options);
  await once(missing, "error");
  chat.close();
  await sleep(400);
  socket.close();
  await sleep(50);
}
