// Records the protocol fixtures: starts the server of each protocol, opens its page in Chromium,
// and writes the WebSockets of Playwright's HAR to
// `crates/session/tests/fixtures/protocols/NAME.har`. `node record.mjs` records all,
// `node record.mjs NAME…` those.
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { build } from "esbuild";
import { WebSocketServer } from "ws";

const here = fileURLToPath(new URL(".", import.meta.url));
const into = fileURLToPath(new URL("../../crates/session/tests/fixtures/protocols/", import.meta.url));
const { chromium } = createRequire(new URL("../../end2end/package.json", import.meta.url))("@playwright/test");

/** Ports of the page (and of servers that share it), and of servers of their own: fixed, so that fixtures are stable. */
const PAGE_PORT = 40100;
export const SERVER_PORT = 40101;
/** The time at which every recording begins. */
const START = Date.parse("2026-01-01T00:00:00.000Z");
const LONGEST_PAGE_MS = 20_000;
const MAX_FIXTURE_BYTES = 30_000;

const tooLong = () => {
  throw new Error("The page did not finish");
};
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The page's script: the `page` function of a protocol's file with its client. */
async function bundle(file, protocol, fixture) {
  const contents = `
    import { page } from ${JSON.stringify(file)};
    const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const serverPort = ${SERVER_PORT};
    window.finished = page({ fixture: ${JSON.stringify(fixture)}, url: location.origin, sleep, serverPort });
    window.finished.catch((error) => console.error(error));`;
  const result = await build({
    stdin: { contents, resolveDir: here },
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    define: { global: "globalThis", "process.env.NODE_ENV": '"production"' },
    external: protocol.external ?? [],
    logLevel: "error",
  });
  return result.outputFiles[0].text;
}

async function listen(script) {
  const http = createServer((request, response) => {
    const isScript = request.url === "/page.js";
    const isPage = new URL(request.url, "http://localhost").pathname === "/";
    response.writeHead(isScript || isPage ? 200 : 204, { "content-type": isScript ? "text/javascript" : "text/html" });
    response.end(isScript ? script : isPage ? '<script type="module" src="/page.js"></script>' : "");
  });
  const connections = new Set();
  http.on("connection", (connection) => connections.add(connection));
  await new Promise((resolve) => http.listen(PAGE_PORT, "127.0.0.1", resolve));
  const stop = () =>
    new Promise((resolve) => {
      http.close(resolve);
      for (const connection of connections) connection.destroy();
    });
  return { http, stop };
}

/** What a protocol's `serve` may use. Packages are loaded through `load`, so that pages do not bundle them. */
function tools(http, stops) {
  return {
    http,
    sleep,
    port: SERVER_PORT,
    load: (name) => import(name),
    require: createRequire(import.meta.url),
    /** Calls `onSocket` with each WebSocket at `path`; `protocol` is the subprotocol to select. */
    serveSockets(path, onSocket, protocol) {
      const sockets = new WebSocketServer({
        noServer: true,
        perMessageDeflate: false,
        handleProtocols: () => protocol ?? false,
      });
      http.on("upgrade", (request, socket, head) => {
        if (new URL(request.url, "http://localhost").pathname !== path) return;
        sockets.handleUpgrade(request, socket, head, (opened) => onSocket(opened, request));
      });
      return sockets;
    },
    /** Starts a program that listens on the server port; it is stopped after the recording. */
    async start(command, commandArguments) {
      const child = spawn(command, commandArguments, { stdio: "ignore" });
      const ended = new Promise((resolve) => child.once("exit", resolve));
      stops.push(() => child.kill() && ended);
      for (let attempt = 0; attempt < 100; attempt++) {
        const isOpen = await new Promise((resolve) => {
          const socket = connect(SERVER_PORT, "127.0.0.1", () => resolve(true) ?? socket.destroy());
          socket.on("error", () => resolve(false));
        });
        if (isOpen) return;
        await sleep(100);
      }
      throw new Error(`${command} does not listen on ${SERVER_PORT}`);
    },
    /** A folder that is removed after the recording. */
    async folder() {
      const folder = await mkdtemp(join(tmpdir(), "protocol-fixture-"));
      stops.push(() => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
      return folder;
    },
  };
}

async function record(file, protocol, fixture, browser) {
  const { http, stop } = await listen(protocol.page ? await bundle(file, protocol, fixture) : "");
  const stops = [stop];
  const folder = await mkdtemp(join(tmpdir(), "protocol-har-"));
  stops.push(() => rm(folder, { recursive: true }));
  const path = join(folder, "page.har");
  try {
    const served = await protocol.serve(tools(http, stops), fixture);
    if (served?.stop) stops.push(served.stop);
    const context = await browser.newContext({ recordHar: { path, mode: "full", content: "embed" } });
    stops.push(() => context.close());
    const page = await context.newPage();
    page.on("console", (message) => message.type() === "error" && console.error(fixture, message.text()));
    page.on("pageerror", (error) => console.error(fixture, String(error)));
    await page.goto(served?.page ?? `http://127.0.0.1:${PAGE_PORT}/`);
    if (served?.whenLoaded) await served.whenLoaded(page);
    else await Promise.race([page.evaluate(() => window.finished), sleep(LONGEST_PAGE_MS).then(tooLong)]);
    await context.close();
    const har = socketsOf(JSON.parse(await readFile(path, "utf8")));
    const text = `${JSON.stringify(har, null, 1)}\n`;
    if (text.length > MAX_FIXTURE_BYTES) console.error(`${fixture}: ${text.length} bytes is too large`);
    await writeFile(join(into, `${fixture}.har`), text);
    const counts = har.log.entries.map((entry) => entry._webSocketMessages?.length);
    console.log(`${fixture}: ${counts} messages, ${text.length} bytes`);
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

/** The sockets of a HAR, with what describes them. Times are relative to `START`, and payloads do not name this folder. */
function socketsOf({ log }) {
  const sockets = log.entries.filter((entry) => entry._resourceType === "websocket");
  const first = Math.min(...sockets.map((entry) => Date.parse(entry.startedDateTime)));
  const moved = (ms) => Math.round(ms - first + START);
  const named = (headers) => headers.filter(({ name }) => name.toLowerCase() === "sec-websocket-protocol");
  const entries = sockets.map((entry) => ({
    startedDateTime: new Date(moved(Date.parse(entry.startedDateTime))).toISOString(),
    time: Math.round(entry.time),
    request: { ...entry.request, headers: named(entry.request.headers), headersSize: -1 },
    response: { ...entry.response, headers: named(entry.response.headers), headersSize: -1, _transferSize: -1 },
    cache: {},
    timings: entry.timings,
    _resourceType: "websocket",
    _webSocketMessages: entry._webSocketMessages?.map((message) => ({
      ...message,
      time: moved(message.time),
      data: message.opcode === 1 ? message.data.replaceAll(here, "/fixtures/") : message.data,
    })),
  }));
  return { log: { version: log.version, creator: log.creator, browser: log.browser, pages: [], entries } };
}

await mkdir(into, { recursive: true });
const wanted = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
});
for (const name of (await readdir(join(here, "protocols"))).filter((name) => name.endsWith(".mjs")).sort()) {
  const file = join(here, "protocols", name);
  const protocol = await import(pathToFileURL(file).href);
  for (const fixture of protocol.fixtures) {
    if (wanted.length > 0 && !wanted.includes(fixture)) continue;
    await record(file, protocol, fixture, browser).catch((error) => {
      console.error(`${fixture}: ${error.stack}`);
      process.exitCode = 1;
    });
  }
}
await browser.close();
process.exit();
