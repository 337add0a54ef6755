// Pusher Channels: the real client with a small server.
export const fixtures = ["pusher"];

export async function serve({ http, serveSockets }) {
  serveSockets("/app/fixture-key", (socket) => {
    const send = (event, data, channel) => socket.send(JSON.stringify({ event, data: JSON.stringify(data), channel }));
    send("pusher:connection_established", { socket_id: "123.456", activity_timeout: 1 });
    socket.on("message", (text) => {
      const { event, data, channel } = JSON.parse(text);
      if (event === "pusher:ping") send("pusher:pong", {});
      if (event === "client-typing") send("client-typing", data, channel);
      if (event !== "pusher:subscribe" || data.channel === "silent") return;
      send("pusher_internal:subscription_succeeded", {}, data.channel);
      send("price", { id: 1, amount: "12.50" }, data.channel);
      if (data.channel === "news") send("pusher:error", { code: 4301, message: "Rate limit exceeded" });
    });
  });
  http.prependListener("request", (request, response) => {
    if (request.url !== "/auth") return;
    const body = JSON.stringify({ auth: "fixture-key:0123456789abcdef" });
    response.writeHead(200, { "content-type": "application/json" }).end(body);
    response.writeHead = () => response;
    response.end = () => response;
  });
}

export async function page({ sleep }) {
  const { default: Pusher } = await import("pusher-js");
  const pusher = new Pusher("fixture-key", {
    wsHost: location.hostname,
    wsPort: location.port,
    cluster: "",
    forceTLS: false,
    enabledTransports: ["ws"],
    enableStats: false,
    activityTimeout: 500,
    channelAuthorization: { endpoint: "/auth", transport: "ajax" },
  });
  const subscribed = (name) =>
    new Promise((resolve) => {
      const channel = pusher.subscribe(name);
      channel.bind("pusher:subscription_succeeded", () => resolve(channel));
    });
  const room = await subscribed("private-room");
  room.trigger("client-typing", { user: 7 });
  await subscribed("news");
  pusher.subscribe("silent");
  pusher.unsubscribe("news");
  await sleep(2200);
  pusher.disconnect();
  await sleep(50);
}
