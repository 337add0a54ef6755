// Action Cable: the real client with a small server.
export const fixtures = ["action-cable"];

export async function serve({ serveSockets }) {
  serveSockets(
    "/cable",
    (socket) => {
      const send = (message) => socket.send(JSON.stringify(message));
      const now = () => Math.floor(Date.now() / 1000);
      const pings = setInterval(() => send({ type: "ping", message: now() }), 300);
      socket.on("close", () => clearInterval(pings));
      send({ type: "welcome" });
      socket.on("message", (text) => {
        const { command, identifier, data } = JSON.parse(text);
        const { channel } = JSON.parse(identifier);
        const isKnown = channel === "ChatChannel";
        if (command === "subscribe" && channel !== "SilentChannel") {
          send({ identifier, type: isKnown ? "confirm_subscription" : "reject_subscription" });
        }
        if (command !== "message") return;
        const message = JSON.parse(data);
        send({ identifier, message: { body: message.body } });
        if (message.action === "leave") send({ type: "disconnect", reason: "remote", reconnect: false });
      });
    },
    "actioncable-v1-json",
  );
}

export async function page({ url, sleep }) {
  const { createConsumer } = await import("@rails/actioncable");
  const consumer = createConsumer(`${url.replace("http", "ws")}/cable`);
  const subscribe = (name) =>
    new Promise((resolve) => {
      const settled = () => resolve(subscription);
      const subscription = consumer.subscriptions.create(name, { connected: settled, rejected: settled });
    });
  const chat = await subscribe({ channel: "ChatChannel", room: 7 });
  chat.perform("speak", { body: "hi" });
  chat.send({ body: "without an action" });
  await subscribe({ channel: "SecretChannel" });
  void subscribe({ channel: "SilentChannel" });
  await sleep(800);
  chat.perform("leave", { body: "bye" });
  await sleep(50);
  chat.unsubscribe();
  consumer.disconnect();
}
