// Temperatures of the cold store over MQTT.
import mqtt from "mqtt";

const byId = (id) => document.getElementById(id);

export function startColdStore() {
  const client = mqtt.connect(`ws://${location.host}/mqtt`, {
    clientId: "market-page-17",
    username: "buyer-17",
    password: "lantern-and-fog",
    keepalive: 5,
    reschedulePings: false,
    // Timers of a worker would need a policy that allows scripts of blobs.
    timerVariant: "native",
    will: { topic: "market/buyers/17", payload: "gone", qos: 0, retain: false },
  });
  const rooms = new Map();
  client.on("connect", async () => {
    await client.subscribeAsync(["market/cold-store/+/temperature", "market/cold-store/+/state"]);
    await client.subscribeAsync("market/gates/#", { qos: 2 });
    // Buyers may not: the broker answers with a failure code.
    await client.subscribeAsync("market/staff/rota").catch(({ message }) => console.warn("Cold store:", message));
  });
  client.on("message", (topic, payload) => {
    const value = JSON.parse(payload.toString());
    if (topic.endsWith("/temperature")) rooms.set(value.room, value.celsius.toFixed(1));
    if (topic.includes("/gates/")) byId("gate").textContent = `Gate ${value.gate} ${value.open ? "open" : "closed"}`;
    byId("rooms").textContent = [...rooms.values()].map((celsius) => `${celsius} °C`).join(" · ");
  });
  byId("cool").addEventListener("click", () =>
    client.publishAsync("market/cold-store/2/target", JSON.stringify({ celsius: 3.5 }), { qos: 1 }),
  );
}
