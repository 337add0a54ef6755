// SignalR in JSON and in MessagePack: the real client with a small server.
export const fixtures = ["signal-r-json", "signal-r-message-pack"];

export async function serve({ require, serveSockets }, fixture) {
  const codec = fixture === "signal-r-json" ? json : messagePack(require("@msgpack/msgpack"));
  serveSockets("/hub", (socket) => {
    const send = (...messages) => socket.send(codec.encode(messages));
    const pings = setInterval(() => send({ type: 6 }), 300);
    socket.on("close", () => clearInterval(pings));
    socket.once("message", () => {
      socket.send(`{}${END}`);
      socket.on("message", (data) => codec.decode(data).forEach((message) => answer(message, send)));
    });
  });
}

/** Ends a message of the JSON protocol, and the handshake. */
const END = "\x1e";

const json = {
  encode: (messages) => messages.map((message) => JSON.stringify(message) + END).join(""),
  decode: (data) =>
    String(data)
      .split(END)
      .filter(Boolean)
      .map((text) => JSON.parse(text)),
};

/** Messages are arrays, each after its length. */
function messagePack({ encode, decode }) {
  const fields = {
    1: ["headers", "invocationId", "target", "arguments"],
    2: ["headers", "invocationId", "item"],
    3: ["headers", "invocationId", "kind", "result"],
    4: ["headers", "invocationId", "target", "arguments"],
  };
  const withLength = (bytes) => {
    const length = bytes.length < 128 ? [bytes.length] : [(bytes.length & 127) | 128, bytes.length >> 7];
    return Buffer.concat([Buffer.from(length), bytes]);
  };
  const toArray = (message) => {
    const kind = message.error ? 1 : message.result === undefined ? 2 : 3;
    const { type, error, result } = { ...message };
    const values = { headers: {}, invocationId: null, kind, ...message, result: error ?? result };
    const array = [type, ...(fields[type] ?? []).map((name) => values[name])];
    return type === 3 && kind === 2 ? array.slice(0, -1) : array;
  };
  return {
    encode: (messages) => Buffer.concat(messages.map((message) => withLength(encode(toArray(message))))),
    decode(data) {
      const messages = [];
      for (let at = 0; at < data.length;) {
        let length = 0;
        for (let shift = 0, byte = 128; byte & 128; shift += 7) length |= ((byte = data[at++]) & 127) << shift;
        const [type, ...values] = decode(data.subarray(at, (at += length)));
        const named = (fields[type] ?? []).map((name, nth) => [name, values[nth]]);
        messages.push({ type, ...Object.fromEntries(named) });
      }
      return messages;
    },
  };
}

function answer({ type, invocationId, target, arguments: values }, send) {
  const done = (result) => ({ type: 3, invocationId, ...result });
  if (type === 4) send(...[0, 1, 2].map((item) => ({ type: 2, invocationId, item })), done());
  if (type !== 1) return;
  if (target === "Add") send(done({ result: values[0] + values[1] }));
  if (target === "Echo") send(done({ result: values[0] }));
  if (target === "Fail") send(done({ error: "Not allowed" }));
  if (target !== "Send") return;
  send({ type: 1, target: "Message", arguments: values }, ...(invocationId ? [done()] : []));
}

export async function page({ fixture, url, sleep }) {
  const signalR = await import("@microsoft/signalr");
  const { MessagePackHubProtocol } = await import("@microsoft/signalr-protocol-msgpack");
  const isBinary = fixture.endsWith("message-pack");
  const connection = new signalR.HubConnectionBuilder()
    .withUrl(`${url}/hub`, {
      skipNegotiation: true,
      transport: signalR.HttpTransportType.WebSockets,
    })
    .withHubProtocol(isBinary ? new MessagePackHubProtocol() : new signalR.JsonHubProtocol())
    .withKeepAliveInterval(300)
    .configureLogging(signalR.LogLevel.None)
    .build();
  connection.on("Message", () => undefined);
  await connection.start();
  await connection.invoke("Add", 1, 2);
  await Promise.all([connection.invoke("Add", 3, 4), connection.invoke("Send", "x".repeat(200))]);
  await connection.send("Send", "no reply expected");
  await connection.invoke("Fail").catch(() => undefined);
  if (isBinary) await connection.invoke("Echo", new Uint8Array([0, 255, 16]));
  await new Promise((resolve) =>
    connection.stream("Counter", 3).subscribe({ next() {}, error: resolve, complete: resolve }),
  );
  connection.invoke("Never").catch(() => undefined);
  await sleep(700);
  await connection.stop();
  await sleep(50);
}
