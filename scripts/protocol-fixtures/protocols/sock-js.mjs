// SockJS alone, and STOMP in SockJS.
export const fixtures = ["sock-js", "stomp-in-sock-js"];

export async function serve({ http, load, require }, fixture) {
  if (fixture === "stomp-in-sock-js") {
    const { startBroker } = await load("./protocols/stomp.mjs");
    return startBroker(require, { server: http, protocol: "sockjs" });
  }
  const echo = require("sockjs").createServer({ heartbeat_delay: 300, log: () => {} });
  echo.on("connection", (connection) => {
    connection.on("data", (text) => {
      const message = JSON.parse(text);
      if (message.type === "bye") return connection.close(3000, "Go away!");
      if (message.type === "ask") connection.write(JSON.stringify({ type: "answer", id: message.id }));
      if (message.type === "many") for (const n of [1, 2, 3]) connection.write(JSON.stringify({ type: "item", n }));
    });
  });
  echo.installHandlers(http, { prefix: "/echo" });
}

export async function page({ fixture, url, sleep }) {
  const { default: SockJS } = await import("sockjs-client");
  const open = (path) => new SockJS(`${url}${path}`, null, { transports: ["websocket"] });
  if (fixture === "stomp-in-sock-js") {
    const { converse } = await import("./stomp.mjs");
    return converse({ webSocketFactory: () => open("/stomp"), heartbeatOutgoing: 300 }, sleep);
  }
  const socket = open("/echo");
  const closed = new Promise((resolve) => (socket.onclose = resolve));
  await new Promise((resolve) => (socket.onopen = resolve));
  for (const id of [1, 2, 3]) {
    socket.send(JSON.stringify({ type: "ask", id }));
    await sleep(30);
  }
  socket.send(JSON.stringify({ type: "many" }));
  await sleep(900);
  socket.send(JSON.stringify({ type: "bye" }));
  await closed;
}
