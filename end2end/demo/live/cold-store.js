// The cold store, over MQTT 3.1.1: temperatures, commands that are acknowledged, and a topic that
// buyers may not subscribe to.
import { setInterval, setTimeout } from "node:timers";
import { Aedes } from "aedes";
import { createWebSocketStream } from "ws";

const rooms = [
  { room: 1, celsius: 2.1, target: 2 },
  { room: 2, celsius: 6.4, target: 6 },
  { room: 3, celsius: -17.9, target: -18 },
];

export async function startColdStore(sockets) {
  const broker = await Aedes.createBroker({
    authorizeSubscribe: (_, subscription, done) =>
      done(null, subscription.topic.startsWith("market/staff/") ? null : subscription),
  });
  const publish = (topic, value, options) =>
    broker.publish({ topic, payload: JSON.stringify(value), qos: 0, retain: false, ...options }, () => undefined);
  broker.on("publish", ({ topic, payload }, client) => {
    const room = /^market\/cold-store\/(\d)\/target$/.exec(topic)?.[1];
    const found = rooms.find((each) => String(each.room) === room);
    if (client === null || found === undefined) return;
    found.target = JSON.parse(payload.toString()).celsius;
    setTimeout(() => publish(`market/cold-store/${room}/state`, { room: found.room, state: "cooling" }), 140);
  });
  publish("market/gates/north", { gate: "north", open: true }, { retain: true });
  sockets.on("connection", (socket, request) => broker.handle(createWebSocketStream(socket), request));
  let count = 0;
  const measuring = setInterval(() => {
    const room = rooms[(count += 1) % rooms.length];
    room.celsius = Math.round((room.celsius + (room.target - room.celsius) * 0.3 + (count % 5) * 0.04) * 100) / 100;
    publish(`market/cold-store/${room.room}/temperature`, { ...room, sensor: `T${room.room}`, seq: count });
    if (count === 10) publish("market/gates/east", { gate: "east", open: false, reason: "van unloading" }, { qos: 2 });
  }, 900);
  return () => {
    measuring.close();
    return new Promise((resolve) => broker.close(resolve));
  };
}
