import assert from "node:assert/strict";
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { gunzipSync, gzipSync } from "node:zlib";
import { startServers, type Servers } from "./server.ts";

let folder: string;
let servers: Servers;

const manifest = `{"format":"replayscope/1"}`;
const messages = Array.from({ length: 200 }, (_, index) => `{"type":"sent","timeStamp":${index}}\n`).join("");

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "replayscope-server-"));
  await mkdir(join(folder, "app"));
  await mkdir(join(folder, "fixtures", "a", "sockets"), { recursive: true });
  await writeFile(join(folder, "app", "index.html"), "<!doctype html><title>app</title>");
  await writeFile(join(folder, "app", "app-0123456789abcdef_bg.wasm"), "wasm");
  await writeFile(join(folder, "fixtures", "a", "session.json"), manifest);
  await writeFile(join(folder, "fixtures", "a", "sockets", "1.jsonl"), messages);
  await writeFile(join(folder, "fixtures", "b.har.gz"), gzipSync("{}"));
  await writeFile(join(folder, "secret.txt"), "outside every served folder");
  servers = await startServers({ app: join(folder, "app"), data: { fixtures: join(folder, "fixtures") } });
});

after(async () => {
  await servers.stop();
  await rm(folder, { recursive: true });
});

const get = (path: string, init?: RequestInit): Promise<Response> => fetch(servers.origin + path, init);
const getJson = async (path: string): Promise<unknown> => (await get(path)).json();

test("the app is served at / and /session, at the root and under a sub-path, and nowhere else", async () => {
  for (const path of ["/", "/session", "/session?src=x", "/sub/path/", "/sub/path/session"]) {
    const response = await get(path);
    assert.equal(response.status, 200, path);
    assert.match(response.headers.get("content-type") ?? "", /^text\/html/);
    await response.text();
  }
  const missing = await get("/sessions/none/session.json");
  assert.equal(missing.status, 404);
  assert.match(missing.headers.get("content-type") ?? "", /^text\/plain/);
  assert.match(await missing.text(), /^404/);
});

test("files have their content type, and only those with a hash in their name are cached", async () => {
  const wasm = await get("/app-0123456789abcdef_bg.wasm");
  assert.equal(wasm.headers.get("content-type"), "application/wasm");
  assert.match(wasm.headers.get("cache-control") ?? "", /immutable/);
  const data = await get("/fixtures/a/session.json");
  assert.equal(data.headers.get("cache-control"), "no-store");
  assert.equal(await data.text(), manifest);
});

test("a .gz file is served unchanged", async () => {
  const response = await get("/fixtures/b.har.gz");
  assert.equal(response.headers.get("content-type"), "application/gzip");
  assert.equal(response.headers.get("content-encoding"), null);
  assert.equal(gunzipSync(Buffer.from(await response.arrayBuffer())).toString(), "{}");
});

test("files outside the served folders are not reachable", async () => {
  for (const path of ["/fixtures/..%2fsecret.txt", "/%2e%2e/secret.txt", "/fixtures/a/..%5c..%5csecret.txt", "/%zz"]) {
    assert.notEqual((await get(path)).status, 200, path);
  }
});

test("status and html faults replace the response", async () => {
  assert.equal((await get("/fault/status/404/fixtures/a/session.json")).status, 404);
  assert.equal((await get("/fault/status/500/fixtures/a/session.json")).status, 500);
  const html = await get("/fault/html/fixtures/a/session.json");
  assert.equal(html.status, 200);
  assert.match(html.headers.get("content-type") ?? "", /^text\/html/);
  await html.text();
});

test("a cut response announces its full length and drops the connection", async () => {
  const response = await get("/fault/cut/100/fixtures/a/sockets/1.jsonl");
  assert.equal(Number(response.headers.get("content-length")), messages.length);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  let received = 0;
  await assert.rejects(async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      received += value.length;
    }
  });
  assert.equal(received, 100);
});

test("a short response is truncated with a matching length", async () => {
  const response = await get("/fault/short/100/fixtures/a/sockets/1.jsonl");
  assert.equal(response.headers.get("content-length"), "100");
  assert.equal(await response.text(), messages.slice(0, 100));
});

test("an encoded response is decoded by the client", async () => {
  for (const encoding of ["gzip", "br"]) {
    const response = await get(`/fault/encode/${encoding}/fixtures/a/sockets/1.jsonl`);
    assert.equal(response.headers.get("content-encoding"), encoding);
    assert.equal(await response.text(), messages);
  }
});

test("a held response waits for its release", async () => {
  const response = await get("/fault/hold/h1/50/fixtures/a/sockets/1.jsonl");
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const first = await reader.read();
  assert.equal(first.value?.length, 50);
  assert.deepEqual(await getJson("/held/h1"), { waiting: true, aborted: false });
  assert.equal((await get("/release/h1", { method: "POST" })).status, 204);
  let rest = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) rest += part.value.length;
  assert.equal(rest, messages.length - 50);
  assert.deepEqual(await getJson("/held/h1"), { waiting: false, aborted: false });
});

test("the server detects that a client disconnected from a held response", async () => {
  const client = new AbortController();
  await get("/fault/hold/h2/0/fixtures/a/sockets/1.jsonl", { signal: client.signal });
  assert.deepEqual(await getJson("/held/h2"), { waiting: true, aborted: false });
  client.abort();
  for (let attempt = 0; attempt < 100 && !servers.journal.held("h2").aborted; attempt += 1) await pause(10);
  assert.deepEqual(await getJson("/held/h2"), { waiting: false, aborted: true });
});

test("faults can be limited to some files, and to the first request", async () => {
  const only = "/when/sockets/fault/status/500/fixtures/a/";
  assert.equal((await get(only + "session.json")).status, 200);
  assert.equal((await get(only + "sockets/1.jsonl")).status, 500);
  const once = "/once/o1/fault/status/500/fixtures/a/session.json";
  assert.deepEqual([(await get(once)).status, (await get(once)).status], [500, 200]);
});

test("requests are counted by tag, regardless of other prefixes", async () => {
  await get("/tag/t1/fixtures/a/session.json");
  await get("/tag/t1/fault/short/3/fixtures/a/sockets/1.jsonl");
  await get("/fault/short/3/tag/t1/fixtures/a/sockets/1.jsonl");
  await get("/tag/t2/fixtures/a/session.json");
  assert.deepEqual(await getJson("/count/t1"), { "/fixtures/a/session.json": 1, "/fixtures/a/sockets/1.jsonl": 2 });
  assert.deepEqual(await getJson("/count/none"), {});
  const log = servers.journal.entries();
  assert.deepEqual(await getJson(`/log?since=${log.length - 1}`), log.slice(-1));
});

test("one other origin allows CORS requests, the other does not", async () => {
  const allowed = async (origin: string): Promise<string | null> =>
    (await fetch(origin + "/fixtures/a/session.json")).headers.get("access-control-allow-origin");
  assert.equal(await allowed(servers.openOrigin), "*");
  assert.equal(await allowed(servers.closedOrigin), null);
  assert.equal(await allowed(servers.origin), null);
});
