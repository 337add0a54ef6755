// STOMP over WebSocket.
export const fixtures = ["stomp"];

export async function serve({ http, require }) {
  startBroker(require, { server: http });
}

/**
 * The broker never sends a message back to the client that sent it: the server publishes some of its own. Its
 * content-length counts characters, so that a message with others than ASCII is malformed.
 */
export function startBroker(require, options) {
  const StompServer = require("stomp-broker-js");
  const broker = new StompServer({ path: "/stomp", heartbeat: [300, 300], ...options });
  const price = options.protocol === "sockjs" ? "1 EUR" : "1 €";
  broker.on("subscribe", ({ topic }) => {
    broker.send(topic, { "content-type": "application/json" }, JSON.stringify({ price }));
    setTimeout(() => broker.send(topic, {}, Buffer.from([97, 0, 98])), 60);
  });
}

export async function page({ url, sleep }) {
  await converse({ brokerURL: `${url.replace("http", "ws")}/stomp`, heartbeatOutgoing: 300 }, sleep);
}

/** The same conversation over whatever opens the socket. */
export async function converse(transport, sleep) {
  const { Client } = await import("@stomp/stompjs");
  const client = new Client({ heartbeatIncoming: 300, reconnectDelay: 0, ...transport });
  await new Promise((resolve) => {
    client.onConnect = resolve;
    client.activate();
  });
  const received = [];
  const subscription = client.subscribe("/topic/a:b", (message) => received.push(message), { receipt: "r-1" });
  await sleep(50);
  client.publish({ destination: "/topic/a:b", body: '{"text":"é"}', headers: { note: "a:b" } });
  client.publish({ destination: "/topic/a:b", body: "second", headers: { receipt: "r-2" } });
  await sleep(50);
  if (transport.brokerURL) client.publish({ destination: "/topic/a:b", binaryBody: new Uint8Array([97, 0, 98]) });
  await sleep(800);
  subscription.unsubscribe();
  client.publish({ destination: "/topic/other", body: "nobody subscribed" });
  await sleep(50);
  await client.deactivate();
}
