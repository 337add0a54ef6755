// Firebase Realtime Database: the real client with a small server.
export const fixtures = ["firebase"];

export async function serve({ http, serveSockets }) {
  const host = `127.0.0.1:${http.address().port}`;
  serveSockets("/.ws", (socket) => {
    const send = (t, d) => socket.send(JSON.stringify({ t, d }));
    send("c", { t: "h", d: { ts: 1767225600000, v: "5", h: host, s: "session" } });
    let pieces = { count: 0, text: "" };
    socket.on("message", (data) => {
      const text = String(data);
      if (text === "0") return;
      if (/^\d+$/.test(text)) return (pieces = { count: Number(text), text: "" });
      pieces.text += text;
      if (--pieces.count > 0) return;
      const { t, d } = JSON.parse(pieces.text);
      pieces = { count: 0, text: "" };
      if (t === "d") answer(d, send);
    });
  });
}

function answer({ r, a, b }, send) {
  const reply = (s, d) => send("d", { r, b: { s, d } });
  if (a === "p" && b.p === "/closed") return reply("permission_denied", "Permission denied");
  if (a === "q") send("d", { a: "d", b: { p: b.p.slice(1), d: { text: "hello" } } });
  if (a === "g") return reply("ok", { text: "hello" });
  if (b.p !== "/never") reply("ok", a === "q" ? {} : "");
}

export async function page({ url, sleep }) {
  const { initializeApp } = await import("@firebase/app");
  const database = await import("@firebase/database");
  const app = initializeApp({ databaseURL: `${url}/?ns=fixture`, projectId: "fixture" });
  const db = database.getDatabase(app);
  const { hostname, port } = location;
  database.connectDatabaseEmulator(db, hostname, Number(port), { mockUserToken: "owner" });
  const at = (path) => database.ref(db, path);
  await new Promise((resolve) => database.onValue(at("messages"), resolve));
  await database.set(at("messages/1"), { text: "hi" });
  await database.update(at("messages/1"), { read: true });
  await database.set(at("closed"), 1).catch(() => undefined);
  await database.set(at("large"), "x".repeat(17_000));
  await database.get(at("other"));
  void database.set(at("never"), 1).catch(() => undefined);
  await sleep(200);
  database.goOffline(db);
  await sleep(50);
}
