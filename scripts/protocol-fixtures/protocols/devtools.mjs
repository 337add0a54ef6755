// The DevTools protocol: a page that speaks to a Chromium of its own.
export const fixtures = ["cdp"];

export async function serve({ folder, port, start }) {
  const profile = await folder();
  await start(process.env.CHROMIUM ?? "/usr/bin/chromium", [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    `--user-data-dir=${profile}`,
    `--remote-debugging-port=${port}`,
    "--remote-allow-origins=*",
    "about:blank",
  ]);
  const { webSocketDebuggerUrl } = await (await fetch(`http://127.0.0.1:${port}/json/version`)).json();
  const path = new URL(webSocketDebuggerUrl).pathname;
  return { page: `http://127.0.0.1:40100/?${path}` };
}

export async function page({ serverPort, sleep }) {
  const socket = new WebSocket(`ws://127.0.0.1:${serverPort}${location.search.slice(1)}`);
  await new Promise((resolve) => (socket.onopen = resolve));
  let id = 0;
  const call = (method, params, sessionId) =>
    new Promise((resolve) => {
      const sent = ++id;
      socket.addEventListener("message", ({ data }) => {
        const message = JSON.parse(data);
        if (message.id === sent) resolve(message.result ?? {});
      });
      socket.send(JSON.stringify({ id: sent, method, params, sessionId }));
    });
  await call("Target.setDiscoverTargets", { discover: true });
  const { targetId } = await call("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await call("Target.attachToTarget", { targetId, flatten: true });
  await call("Page.enable", {}, sessionId);
  await call("Runtime.enable", {}, sessionId);
  await call("Runtime.evaluate", { expression: "console.log('hello'), 1 + 1" }, sessionId);
  await call("Page.navigate", { url: "data:text/html,<p>hello" }, sessionId);
  await call("Page.missing", {}, sessionId);
  void call("Runtime.evaluate", { expression: "new Promise(() => {})", awaitPromise: true }, sessionId);
  await sleep(100);
  socket.close();
  await sleep(50);
}
