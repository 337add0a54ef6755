// WAMP in JSON, MessagePack and CBOR: the real client with a small router.
export const fixtures = ["wamp-json", "wamp-message-pack", "wamp-cbor"];

const encoding = (fixture) => ({ json: "json", pack: "msgpack", cbor: "cbor" })[fixture.split("-").at(-1)];
const serializer = (name) => ({ json: "JsonSerializer", msgpack: "MsgpackSerializer", cbor: "CborSerializer" })[name];

export async function serve({ load, serveSockets }, fixture) {
  const name = encoding(fixture);
  const codec = new (await load(`wampy/${serializer(name)}.js`))[serializer(name)]();
  serveSockets(
    "/ws",
    (socket) => {
      const router = { topics: new Map(), procedures: new Map(), calls: new Map(), next: 55 };
      const send = async (message) => socket.send(await codec.encode(message));
      socket.on("message", async (data, isBinary) => {
        const message = await codec.decode(isBinary ? new Uint8Array(data) : String(data));
        for (const reply of route(message, router)) await send(reply);
      });
    },
    `wamp.2.${name}`,
  );
}

/** What the router sends for a message of its only client. */
function route([code, id, details, uri, values], router) {
  const { topics, procedures, calls } = router;
  if (code === 1) return [[2, 4711, { roles: { broker: {}, dealer: {} } }]];
  if (code === 6) return [[6, {}, "wamp.close.goodbye_and_out"]];
  if (code === 32) return [[33, id, topics.set(uri, router.next++).get(uri)]];
  if (code === 34) return [[35, id]];
  if (code === 64) return [[65, id, procedures.set(uri, router.next++).get(uri)]];
  if (code === 16) {
    const event = topics.has(uri) ? [[36, topics.get(uri), 9, {}, values]] : [];
    return details.acknowledge ? [[17, id, 9], ...event] : event;
  }
  if (code === 70) return [[50, calls.get(id), {}, uri]];
  if (code !== 48 || uri === "com.app.never") return [];
  if (uri === "com.app.add") return [[50, id, {}, [values[0] + values[1]]]];
  if (!procedures.has(uri)) return [[8, 48, id, {}, "wamp.error.no_such_procedure"]];
  calls.set(1, id);
  return [[68, 1, procedures.get(uri), {}, values]];
}

export async function page({ fixture, url, sleep }) {
  const { Wampy } = await import("wampy");
  const serializers = {
    ...(await import("wampy/JsonSerializer.js")),
    ...(await import("wampy/MsgpackSerializer.js")),
    ...(await import("wampy/CborSerializer.js")),
  };
  const wampy = new Wampy(`${url.replace("http", "ws")}/ws`, {
    realm: "realm1",
    serializer: new serializers[serializer(encoding(fixture))](),
    autoReconnect: false,
  });
  await wampy.connect();
  await wampy.subscribe("com.app.news", () => undefined);
  await wampy.publish("com.app.news", ["hi"], { exclude_me: false });
  await wampy.publish("com.app.other", [{ n: 1 }]);
  await wampy.call("com.app.add", [2, 3]);
  await wampy.call("com.app.missing", [1]).catch(() => undefined);
  await wampy.register("com.app.echo", ({ argsList }) => ({ argsList }));
  await wampy.call("com.app.echo", [new Uint8Array([0, 255, 16]).length, "x"]);
  void wampy.call("com.app.never", []).catch(() => undefined);
  await sleep(50);
  await wampy.unsubscribe("com.app.news");
  void wampy.disconnect();
  await sleep(100);
}
