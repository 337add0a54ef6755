// Receives batches as documented in docs/record.md: orders them and rebuilds the files of the
// session.
import type { IncomingMessage, ServerResponse } from "node:http";
import { gunzipSync } from "node:zlib";
import { SessionFiles } from "./session-files.ts";

interface BatchHead {
  session: string;
  sequence: number;
  page: string;
  sentAt: number;
  final?: true;
  manifest: {
    id: string;
    endedAt?: number;
    pages: { id: string; url: string }[];
    user?: string;
    tags?: string[];
    release?: string;
  };
}

export interface ReceivedBatch {
  head: BatchHead;
  lines: { file: string; record?: unknown }[];
  headers: IncomingMessage["headers"];
  /** Path that it was posted to. */
  path: string;
}

export class Collector {
  /** Every accepted batch, including repeated ones. */
  readonly received: ReceivedBatch[] = [];
  /** Responses to the next batches, before all succeed again: a failure status, with headers or without, or none to an accepted batch. */
  readonly failures: (number | { status: number; headers: Record<string, string> } | "no-response")[] = [];
  /** Headers of the responses to accepted batches. */
  headers: Record<string, string> = {};
  /** Responds with 415 to compressed batches, as servers and proxies that do not know them. */
  rejectsGzip = false;

  take(request: IncomingMessage, response: ServerResponse, bytes: Buffer): void {
    const isGzip = request.headers["content-encoding"] === "gzip";
    const failure = isGzip && this.rejectsGzip ? 415 : this.failures.shift();
    if (typeof failure === "number") return void response.writeHead(failure).end();
    if (typeof failure === "object") return void response.writeHead(failure.status, failure.headers).end();
    const [head, ...lines] = (isGzip ? gunzipSync(bytes) : bytes)
      .toString()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
    this.received.push({
      head: head as BatchHead,
      lines: lines as ReceivedBatch["lines"],
      headers: request.headers,
      path: request.url ?? "",
    });
    if (failure === undefined) response.writeHead(204, this.headers).end();
  }

  /** The sequence numbers of a session, each once, in order. */
  sequences(session: string): number[] {
    return [...this.#inOrder(session).keys()];
  }

  /** The files of a session. */
  session(session: string): SessionFiles {
    const files = new Map<string, string>();
    for (const { lines } of this.#inOrder(session).values()) {
      for (const { file, record } of lines) {
        files.set(file, (files.get(file) ?? "") + (record === undefined ? "" : JSON.stringify(record) + "\n"));
      }
    }
    const last = [...this.#inOrder(session).values()].at(-1);
    files.set("session.json", JSON.stringify(last?.head.manifest ?? {}));
    return new SessionFiles(files);
  }

  #inOrder(session: string): Map<number, ReceivedBatch> {
    const batches = this.received.filter(({ head }) => head.session === session);
    batches.sort((one, other) => one.head.sequence - other.head.sequence);
    return new Map(batches.map((batch) => [batch.head.sequence, batch]));
  }
}
