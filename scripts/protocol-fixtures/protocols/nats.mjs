// NATS: nats-server (NATS_SERVER names another) with nats.ws.
export const fixtures = ["nats"];
/** Required in code for Node alone. */
export const external = ["crypto"];

export async function serve({ folder, port, start, load }) {
  const { writeFile } = await load("node:fs/promises");
  const config = `${await folder()}/nats.conf`;
  const authorization = "authorization { token: secret }";
  await writeFile(
    config,
    `port: -1\nhost: 127.0.0.1\nping_interval: "300ms"\nping_max: 5\n${authorization}
websocket { listen: "127.0.0.1:${port}", no_tls: true, compression: false }\n`,
  );
  await start(process.env.NATS_SERVER ?? "nats-server", ["-c", config, "-l", `${config}.log`]);
}

export async function page({ serverPort, sleep }) {
  const { connect, StringCodec, headers } = await import("nats.ws");
  const { encode } = StringCodec();
  const nats = await connect({
    servers: `ws://127.0.0.1:${serverPort}`,
    token: "secret",
    name: "fixture",
    pingInterval: 300,
    maxPingOut: 5,
    reconnect: false,
  });
  nats.subscribe("prices.*", { callback() {} });
  nats.subscribe("sum", { callback: (_, message) => message.respond(encode("3")) });
  await nats.flush();
  nats.publish("prices.a", encode('{"amount":12.5}'));
  nats.publish("prices.b", new Uint8Array([0, 255, 16]));
  const named = headers();
  named.append("Trace", "t-1");
  nats.publish("prices.c", encode("with headers"), { headers: named });
  await nats.request("sum", encode("1 2"), { timeout: 1000 });
  await nats.request("missing", encode(""), { timeout: 200 }).catch(() => undefined);
  nats.subscribe("unanswered", { callback() {} });
  await nats.request("unanswered", encode("?"), { timeout: 200 }).catch(() => undefined);
  await sleep(700);
  await nats.close();
  await sleep(50);
}
