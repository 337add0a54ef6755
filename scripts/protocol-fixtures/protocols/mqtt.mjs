// MQTT 3.1.1 with the broker aedes; MQTT 5, which aedes does not speak, with a small server on
// mqtt-packet.
export const fixtures = ["mqtt-3", "mqtt-5"];

export async function serve({ serveSockets, load }, fixture) {
  const { createWebSocketStream } = await load("ws");
  if (fixture === "mqtt-3") {
    const { Aedes } = await load("aedes");
    const broker = await Aedes.createBroker();
    serveSockets("/mqtt", (socket, request) => broker.handle(createWebSocketStream(socket), request), "mqtt");
    return { stop: () => new Promise((resolve) => broker.close(resolve)) };
  }
  const { default: codec } = await load("mqtt-packet");
  serveSockets(
    "/mqtt",
    (socket) => {
      const options = { protocolVersion: 5 };
      const send = (packet) => socket.send(codec.generate(packet, options));
      const parser = codec.parser(options);
      socket.on("message", (data) => parser.parse(data));
      parser.on("packet", (packet) => answer(packet, send));
    },
    "mqtt",
  );
}

function answer(packet, send) {
  const { cmd, messageId, topic, payload, properties = {} } = packet;
  if (cmd === "connect") send({ cmd: "connack", reasonCode: 0, properties: { topicAliasMaximum: 10 } });
  if (cmd === "subscribe") send({ cmd: "suback", messageId, granted: [1] });
  if (cmd === "unsubscribe") send({ cmd: "unsuback", messageId, granted: [0] });
  if (cmd === "pingreq") send({ cmd: "pingresp" });
  if (cmd !== "publish") return;
  if (packet.qos === 1) send({ cmd: "puback", messageId, reasonCode: topic === "refused" ? 0x87 : 0 });
  if (!properties.responseTopic) return;
  const { correlationData } = properties;
  send({ cmd: "publish", topic: properties.responseTopic, payload, qos: 0, properties: { correlationData } });
  send({ cmd: "publish", topic: "news", payload: "first", qos: 0, properties: { topicAlias: 1 } });
  send({ cmd: "publish", topic: "", payload: "second", qos: 0, properties: { topicAlias: 1 } });
  send({ cmd: "disconnect", reasonCode: 0x8e });
}

export async function page({ fixture, url, sleep }) {
  const { default: mqtt } = await import("mqtt");
  const isFive = fixture === "mqtt-5";
  const client = await mqtt.connectAsync(`${url.replace("http", "ws")}/mqtt`, {
    clientId: "fixture",
    keepalive: 1,
    reconnectPeriod: 0,
    protocolVersion: isFive ? 5 : 4,
    will: { topic: "status/fixture", payload: "gone", qos: 1 },
    ...(isFive ? { properties: { sessionExpiryInterval: 60 } } : { username: "user", password: "secret" }),
  });
  await client.subscribeAsync("sensors/#", { qos: 1 });
  await client.publishAsync("sensors/a", JSON.stringify({ celsius: 21.5 }), { qos: 1 });
  await client.publishAsync("sensors/b", new Uint8Array([0, 255, 16]), { qos: 0, retain: true });
  await client.publishAsync("elsewhere", "no reply", { qos: 0 });
  if (!isFive) await client.publishAsync("sensors/c", "exactly once", { qos: 2 });
  await client.unsubscribeAsync("sensors/#");
  await sleep(1600);
  if (isFive) {
    await client.publishAsync("refused", "x", { qos: 1 }).catch(() => undefined);
    const properties = { responseTopic: "replies", correlationData: new Uint8Array([1, 2]), contentType: "text/plain" };
    client.publish("requests", "question", { qos: 0, properties });
    await sleep(100);
  }
  await client.endAsync();
  await sleep(50);
}
