// The static server of the tests: the built app, the test data, and simulated faults of a host.
// See server/address.ts for the URL prefixes that select a fault.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { parseAddress } from "./server/address.ts";
import type { Folders } from "./server/files.ts";
import { Journal } from "./server/journal.ts";
import { respond } from "./server/respond.ts";

export interface Servers {
  /** Origin of the app and the data. */
  origin: string;
  /** Another origin with the same files, without CORS. */
  closedOrigin: string;
  /** Another origin with the same files, which allows every origin by CORS. */
  openOrigin: string;
  journal: Journal;
  stop(): Promise<void>;
}

/**
 * The folders served to tests. `REPLAYSCOPE_CORPUS` adds a folder of recordings as `/corpus/`,
 * `REPLAYSCOPE_CASES` one of small inputs with expected results as `/cases/`; `REPLAYSCOPE_APP`
 * replaces `dist` as the folder of the built app.
 */
export function defaultFolders(): Folders {
  const resolve = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
  const { REPLAYSCOPE_APP: app = "", REPLAYSCOPE_CORPUS: corpus = "", REPLAYSCOPE_CASES: cases = "" } = process.env;
  const data: Record<string, string> = { fixtures: resolve("../fixtures") };
  if (corpus !== "") data["corpus"] = corpus;
  if (cases !== "") data["cases"] = cases;
  return { app: app === "" ? resolve("../../dist") : app, data };
}

/** Starts the three listeners on free ports of the loopback interface. */
export async function startServers(folders: Folders = defaultFolders()): Promise<Servers> {
  const journal = new Journal();
  const listeners = await Promise.all(
    (["no CORS", "no CORS", "CORS"] as const).map((policy) => listen(folders, journal, policy)),
  );
  const [origin = "", closedOrigin = "", openOrigin = ""] = listeners.map(originOf);
  return {
    origin,
    closedOrigin,
    openOrigin,
    journal,
    stop: async () => {
      await Promise.all(listeners.map(close));
    },
  };
}

function listen(folders: Folders, journal: Journal, policy: "CORS" | "no CORS"): Promise<Server> {
  const server = createServer((request, response) => {
    if (policy === "CORS") allowOtherOrigins(response);
    handle(request, response, folders, journal).catch((error: unknown) => {
      // Some tests abort a request on purpose; that is not a failure of the server.
      response.destroy(error instanceof Error ? error : undefined);
    });
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
}

function allowOtherOrigins(response: ServerResponse): void {
  response.setHeader("Access-Control-Allow-Origin", "*");
  response.setHeader("Access-Control-Allow-Headers", "*");
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  folders: Folders,
  journal: Journal,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  if (handleControl(request, response, url, journal)) return;
  const address = parseAddress(url.pathname);
  if (address === undefined) {
    response.writeHead(400, { "Content-Type": "text/plain; charset=utf-8" }).end("400: invalid URL\n");
    return;
  }
  if (request.method === "OPTIONS") {
    response.writeHead(204).end();
    return;
  }
  journal.record(request.method ?? "GET", address.path, address.tags, request.headers.referer);
  await respond(request, response, address, folders, journal);
}

/** Responds to control URLs, which tests use to inspect and control the server; returns false for others. */
function handleControl(request: IncomingMessage, response: ServerResponse, url: URL, journal: Journal): boolean {
  const [, command, name = ""] = url.pathname.split("/");
  if (request.method === "POST" && command === "release") {
    journal.release(decodeURIComponent(name));
    response.writeHead(204).end();
    return true;
  }
  if (request.method !== "GET") return false;
  const results: Record<string, () => unknown> = {
    count: () => journal.count(decodeURIComponent(name)),
    held: () => journal.held(decodeURIComponent(name)),
    log: () => journal.entries(Number(url.searchParams.get("since") ?? 0)),
  };
  const result = command === undefined || !Object.hasOwn(results, command) ? undefined : results[command];
  if (result === undefined) return false;
  response.writeHead(200, { "Content-Type": "application/json", "Cache-Control": "no-store" });
  response.end(JSON.stringify(result()));
  return true;
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
