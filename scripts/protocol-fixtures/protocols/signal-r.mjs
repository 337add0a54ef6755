// SignalR. In MessagePack the server is aiosignalr (Python; PYTHON names an interpreter that has it). It sends the JSON
// protocol in binary messages, which the real client refuses: there the server is a small one of our own.
export const fixtures = ["signal-r-json", "signal-r-message-pack"];

export async function serve({ port, serveSockets, start }, fixture) {
  if (fixture === "signal-r-json") serveSockets("/hub", answerJson);
  else await start(process.env.PYTHON ?? "python3", ["protocols/signal-r.py", String(port)]);
}

/** Ends a message of the JSON protocol. */
const END = "\x1e";

function answerJson(socket) {
  const send = (...messages) => socket.send(messages.map((message) => JSON.stringify(message) + END).join(""));
  const pings = setInterval(() => send({ type: 6 }), 300);
  socket.on("close", () => clearInterval(pings));
  socket.on("message", (text) => {
    for (const message of String(text).split(END).filter(Boolean)) answerOne(JSON.parse(message), send);
  });
}

function answerOne({ type, protocol, invocationId, target, arguments: values }, send) {
  const done = (result) => ({ type: 3, invocationId, ...result });
  if (protocol) send({}, { type: 6 });
  if (type === 4) send(...[0, 1, 2].map((item) => ({ type: 2, invocationId, item })), done());
  if (type !== 1) return;
  if (target === "Add") send(done({ result: values[0] + values[1] }));
  if (target === "Fail") send(done({ error: "Not allowed" }));
  if (target !== "Send") return;
  const replies = invocationId ? [done({ result: null })] : [];
  send({ type: 1, target: "Message", arguments: values }, ...replies);
}

export async function page({ fixture, url, serverPort, sleep }) {
  const signalR = await import("@microsoft/signalr");
  const { MessagePackHubProtocol } = await import("@microsoft/signalr-protocol-msgpack");
  const isBinary = fixture.endsWith("message-pack");
  const connection = new signalR.HubConnectionBuilder()
    .withUrl(`${isBinary ? `http://127.0.0.1:${serverPort}` : url}/hub`, {
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
  await new Promise((resolve) => connection.stream("Counter", 3).subscribe({ next() {}, error: resolve, complete: resolve }));
  connection.invoke("Never").catch(() => undefined);
  await sleep(700);
  await connection.stop();
  await sleep(50);
}
