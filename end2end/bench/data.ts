// Generates the files of the bench: a HAR with a number of requests, and a session with one socket
// with a number of messages. The same numbers give the same bytes; existing files are reused.
import { createWriteStream, existsSync } from "node:fs";
import { mkdir, rename, stat, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** Start of the generated sessions, in ms since 1970. */
export const start = Date.UTC(2026, 0, 15, 9, 0, 0);

/** Every URL and payload contains one of ten lots, so that the result of a filter is known: a tenth of all. */
export const lots = 10;

export interface DataFile {
  /** Relative to the data folder. */
  path: string;
  bytes: number;
}

export async function harFile(folder: string, requests: number): Promise<DataFile> {
  return generateFile(folder, `requests-${requests}.har`, function* () {
    yield `{"log":{"version":"1.2","creator":{"name":"replayscope-bench","version":"1"},"pages":[],"entries":[\n`;
    for (let index = 0; index < requests; index += 1) {
      yield (index === 0 ? "" : ",\n") + JSON.stringify(harEntry(index));
    }
    yield "\n]}}\n";
  });
}

export interface MessagesFiles {
  /** The session to open. */
  session: DataFile;
  /** Its messages file, fetched when the socket is opened. */
  messages: DataFile;
  /** The same messages as one JSON array, for the baseline. */
  array: DataFile;
}

export async function messagesFiles(folder: string, count: number): Promise<MessagesFiles> {
  const name = `messages-${count}`;
  const messages = await generateFile(folder, `${name}/sockets/ws-1.jsonl`, function* () {
    for (let index = 0; index < count; index += 1) yield JSON.stringify(message(index)) + "\n";
  });
  const array = await generateFile(folder, `${name}/array.json`, function* () {
    for (let index = 0; index < count; index += 1) yield (index === 0 ? "[" : ",\n") + JSON.stringify(message(index));
    yield "]\n";
  });
  const url = "wss://shop.example.test/feed";
  const session = await sessionFolder(folder, name, start + count * 5 + 1000, [{ id: "ws-1", url, messages }]);
  return { session, messages, array };
}

/** Sockets of the session in which all messages are searched. */
export const searchedSockets = 20;

/** A session with {@link searchedSockets} sockets that have `count` messages each. */
export async function socketsSession(folder: string, count: number): Promise<DataFile> {
  const name = `sockets-${count}`;
  const ids = Array.from({ length: searchedSockets }, (_, index) => `ws-${index + 1}`);
  const sockets: RecordedSocket[] = [];
  for (const id of ids) {
    const messages = await generateFile(folder, `${name}/sockets/${id}.jsonl`, function* () {
      for (let index = 0; index < count; index += 1) yield JSON.stringify(message(index)) + "\n";
    });
    sockets.push({ id, url: `wss://shop.example.test/feed/${id}`, messages });
  }
  return sessionFolder(folder, name, start + count * 5 + 1000, sockets);
}

export interface RecordedSocket {
  id: string;
  url: string;
  /** In the session's folder. */
  messages: DataFile;
}

/** A session with these sockets, which are open from its start to its end. */
export async function sessionFolder(
  folder: string,
  name: string,
  end: number,
  sockets: RecordedSocket[],
): Promise<DataFile> {
  const resources = await generateFile(folder, `${name}/resources.jsonl`, function* () {
    for (const { id, url } of sockets) {
      const socket = { initiatorType: "websocket", socketId: id, name: url };
      yield JSON.stringify({ ...socket, type: "open", startTimeAbs: start + 100, openedTimeAbs: start + 140 }) + "\n";
      const close = { type: "close", responseEndAbs: end, code: 1000, reason: "", wasClean: true };
      yield JSON.stringify({ ...socket, ...close }) + "\n";
    }
  });
  const files = sockets.map(
    ({ id, messages: { path, bytes } }) => [id, { path: relative(name, path), bytes }] as const,
  );
  return generateFile(folder, `${name}/session.json`, function* () {
    yield JSON.stringify({
      format: "replayscope/1",
      id: name,
      startedAt: start,
      endedAt: end,
      pages: [{ id: "1", url: "https://shop.example.test/", startedAt: start, timeOrigin: start }],
      recorder: { name: "replayscope-bench", version: "1" },
      capture: { headersAndBodies: false, webSockets: true, workers: false, dom: false, console: false },
      files: {
        resources: { path: "resources.jsonl", bytes: resources.bytes, count: 2 * sockets.length },
        sockets: Object.fromEntries(files),
      },
    });
  });
}

/** An empty page of the same origin, in which the baseline is measured. */
export async function blankPage(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "blank.html"), "<!doctype html><title>Baseline</title>\n");
  return "blank.html";
}

export async function generateFile(folder: string, path: string, text: () => Iterable<string>): Promise<DataFile> {
  const file = join(folder, path);
  if (!existsSync(file)) {
    await mkdir(join(file, ".."), { recursive: true });
    // Renamed when complete, so that an interrupted run leaves no partial file.
    await pipeline(Readable.from(inChunks(text())), createWriteStream(`${file}.part`));
    await rename(`${file}.part`, file);
  }
  return { path, bytes: (await stat(file)).size };
}

/** Joins lines to chunks of about 64 KiB. */
function* inChunks(lines: Iterable<string>): Iterable<string> {
  let chunk = "";
  for (const line of lines) {
    chunk += line;
    if (chunk.length > 1 << 16) {
      yield chunk;
      chunk = "";
    }
  }
  yield chunk;
}

const kinds = [
  { type: "fetch", mime: "application/json", path: "api/prices" },
  { type: "image", mime: "image/webp", path: "pictures" },
  { type: "script", mime: "text/javascript", path: "chunks" },
  { type: "stylesheet", mime: "text/css", path: "styles" },
  { type: "xhr", mime: "application/json", path: "api/stock" },
] as const;

function harEntry(index: number): object {
  const kind = kinds[index % kinds.length] ?? kinds[0];
  const url = `https://shop.example.test/${kind.path}/lot${index % lots}/item-${index}?v=${(index * 7919) % 10007}`;
  const wait = 5 + ((index * 31) % 240);
  const receive = (index * 17) % 40;
  const size = 200 + ((index * 104729) % 60000);
  const status = index % 97 === 0 ? 404 : 200;
  return {
    startedDateTime: new Date(start + index * 25).toISOString(),
    time: wait + receive + 1,
    request: {
      method: index % 11 === 0 ? "POST" : "GET",
      url,
      httpVersion: "h2",
      headers: [
        { name: "accept", value: "*/*" },
        { name: "accept-language", value: "en-GB,en;q=0.9" },
        {
          name: "user-agent",
          value:
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
        },
      ],
      queryString: [{ name: "v", value: String((index * 7919) % 10007) }],
      cookies: [],
      headersSize: -1,
      bodySize: 0,
    },
    response: {
      status,
      statusText: "",
      httpVersion: "h2",
      headers: [
        { name: "content-type", value: kind.mime },
        { name: "content-length", value: String(size) },
        { name: "cache-control", value: "max-age=600" },
      ],
      cookies: [],
      content: { size, mimeType: kind.mime },
      redirectURL: "",
      headersSize: -1,
      bodySize: -1,
      _transferSize: size + 80,
    },
    cache: {},
    timings: { blocked: 1, dns: -1, connect: -1, ssl: -1, send: 0, wait, receive },
    _resourceType: kind.type,
  };
}

/** About 250 bytes in the file. */
function message(index: number): object {
  const payload = JSON.stringify({
    type: "offer",
    lot: `lot${index % lots}`,
    sequence: index,
    price: ((index * 7919) % 100000) / 100,
    stock: { warehouse: index % 31, left: (index * 13) % 500 },
    note: index % 50 === 0 ? 'dernière pièce — "réservée"' : "in the usual place",
  });
  return {
    type: "received",
    timeStamp: start + 150 + index * 5 + (index % 8) / 8,
    size: Buffer.byteLength(payload),
    opcode: 1,
    message: payload,
  };
}
