// The static server of the tests: the built app, the test data, and every way a host can go wrong.
// See server/address.ts for the prefixes that ask for a fault.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { parseAddress } from "./server/address.ts";
import type { Folders } from "./server/files.ts";
import { Journal } from "./server/journal.ts";
import { respond } from "./server/respond.ts";

export interface Servers {
  /** The app and the data, one origin. */
  origin: string;
  /** The same under another origin that allows no other to read. */
  closedOrigin: string;
  /** The same under another origin that allows every other to read. */
  openOrigin: string;
  journal: Journal;
  stop(): Promise<void>;
}

/**
 * The folders a test run is served from. `REPLAYSCOPE_CORPUS` adds recordings of one's own as `/corpus/`,
 * `REPLAYSCOPE_CASES` small inputs with known right results as `/cases/`; `REPLAYSCOPE_APP` names another built app
 * than `dist`.
 */
export function usualFolders(): Folders {
  const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
  const { REPLAYSCOPE_APP: app = "", REPLAYSCOPE_CORPUS: corpus = "", REPLAYSCOPE_CASES: cases = "" } = process.env;
  const data: Record<string, string> = { fixtures: here("../fixtures") };
  if (corpus !== "") data["corpus"] = corpus;
  if (cases !== "") data["cases"] = cases;
  return { app: app === "" ? here("../../dist") : app, data };
}

/** Starts the three listeners on free ports of the loopback interface. */
export async function startServers(folders: Folders = usualFolders()): Promise<Servers> {
  const journal = new Journal();
  const listeners = await Promise.all([false, false, true].map((open) => listen(folders, journal, open)));
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

function listen(folders: Folders, journal: Journal, open: boolean): Promise<Server> {
  const server = createServer((request, response) => {
    if (open) allowOtherOrigins(response);
    handle(request, response, folders, journal).catch((error: unknown) => {
      // A client that leaves in the middle is what some tests are about, not a failure of the server.
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
  if (control(request, response, url, journal)) return;
  const address = parseAddress(url.pathname);
  if (address === undefined) {
    response.writeHead(400, { "Content-Type": "text/plain; charset=utf-8" }).end("400: this address makes no sense\n");
    return;
  }
  if (request.method === "OPTIONS") {
    response.writeHead(204).end();
    return;
  }
  journal.record(request.method ?? "GET", address.path, address.tags, request.headers.referer);
  await respond(request, response, address, folders, journal);
}

/** Answers the addresses by which a test speaks to the server itself. */
function control(request: IncomingMessage, response: ServerResponse, url: URL, journal: Journal): boolean {
  const [, word, name = ""] = url.pathname.split("/");
  if (request.method === "POST" && word === "release") {
    journal.release(decodeURIComponent(name));
    response.writeHead(204).end();
    return true;
  }
  if (request.method !== "GET") return false;
  const answers: Record<string, () => unknown> = {
    count: () => journal.count(decodeURIComponent(name)),
    held: () => journal.held(decodeURIComponent(name)),
    log: () => journal.entries(Number(url.searchParams.get("since") ?? 0)),
  };
  const answer = word === undefined || !Object.hasOwn(answers, word) ? undefined : answers[word];
  if (answer === undefined) return false;
  response.writeHead(200, { "Content-Type": "application/json", "Cache-Control": "no-store" });
  response.end(JSON.stringify(answer()));
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
