// Yjs: y-websocket, and Hocuspocus.
export const fixtures = ["y-websocket", "hocuspocus"];

export async function serve({ load, serveSockets }, fixture) {
  if (fixture === "y-websocket") {
    const { setupWSConnection } = await load("@y/websocket-server/utils");
    serveSockets("/room-7", (socket, request) => setupWSConnection(socket, request));
    return;
  }
  const { Hocuspocus } = await load("@hocuspocus/server");
  const server = new Hocuspocus({
    quiet: true,
    timeout: 1000,
    onAuthenticate: async ({ token, documentName }) => {
      if (documentName === "closed" || token !== "secret") throw new Error("Not allowed");
    },
    onStateless: async ({ payload, document }) => document.broadcastStateless(`echo of ${payload}`),
  });
  serveSockets("/collaboration", (socket, request) => {
    const { url, headers } = request;
    const connection = server.handleConnection(socket, new Request(new URL(url, "http://127.0.0.1"), { headers }));
    if (!connection?.handleMessage) return;
    socket.on("message", (data) => connection.handleMessage(new Uint8Array(data)));
    socket.on("close", (code, reason) => connection.handleClose({ code, reason: String(reason) }));
  });
}

export async function page({ fixture, url, sleep }) {
  const Y = await import("yjs");
  const address = url.replace("http", "ws");
  const document = new Y.Doc();
  document.clientID = 7;
  if (fixture === "y-websocket") {
    const { WebsocketProvider } = await import("y-websocket");
    const provider = new WebsocketProvider(address, "room-7", document, { disableBc: true });
    await new Promise((resolve) => provider.once("sync", resolve));
    await edit(document, provider.awareness, sleep);
    provider.destroy();
    return;
  }
  const { HocuspocusProvider, HocuspocusProviderWebsocket } = await import("@hocuspocus/provider");
  const websocketProvider = new HocuspocusProviderWebsocket({ url: `${address}/collaboration` });
  const provider = new HocuspocusProvider({ websocketProvider, name: "notes", token: "secret", document });
  provider.attach();
  await new Promise((resolve) => provider.on("synced", resolve));
  await edit(document, provider.awareness, sleep);
  provider.sendStateless("hello");
  const closed = new HocuspocusProvider({ websocketProvider, name: "closed", token: "wrong" });
  closed.attach();
  await sleep(300);
  provider.destroy();
  websocketProvider.destroy();
  await sleep(50);
}

async function edit(document, awareness, sleep) {
  awareness.setLocalState({ user: { name: "Ada", color: "#ff0000" } });
  const text = document.getText("notes");
  for (const word of ["Hello", " ", "world"]) {
    text.insert(text.length, word);
    await sleep(20);
  }
  text.delete(0, 5);
  await sleep(100);
  awareness.setLocalState(null);
  await sleep(50);
}
