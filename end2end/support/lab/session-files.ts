// Reads the files of a recorded session.
import { inflateRawSync } from "node:zlib";

export interface Resource {
  name: string;
  initiatorType: string;
  type?: "open" | "close";
  socketId?: string;
  method?: string;
  pageId?: string;
  startTimeAbs?: number;
  openedTimeAbs?: number;
  responseEndAbs?: number;
  responseStartAbs?: number;
  workerStartAbs?: number;
  responseStatus?: number;
  decodedBodySize?: number;
  mimeType?: string;
  outcome?: string;
  error?: string;
  code?: number;
  reason?: string;
  wasClean?: boolean;
  protocol?: string;
  extensions?: string;
  requestedProtocols?: string[];
  requestResponsePairs?: {
    request: {
      id: string;
      url: string;
      verb: string;
      headers: Record<string, string>;
      body?: string;
      bodyEncoding?: string;
      bodyTruncated?: boolean;
      bodyOmitted?: string;
    };
    response: {
      status: number;
      headers: Record<string, string>;
      body?: string;
      size?: number;
      bodyEncoding?: string;
      bodyTruncated?: boolean;
      bodyOmitted?: string;
    };
    urlBlocked: boolean;
  };
}

export interface SocketMessage {
  type: "sent" | "received" | "error";
  timeStamp: number;
  size: number;
  message?: string;
  opcode?: number;
  encoding?: string;
  truncated?: boolean;
  event?: string;
}

export interface ConsoleEntry {
  timeStamp: number;
  level: string;
  args: unknown[];
  source?: string;
  stack?: string;
  pageId?: string;
}

export interface Manifest {
  format: string;
  id: string;
  title?: string;
  startedAt: number;
  endedAt?: number;
  recorder: { name: string; version: string };
  pages: {
    id: string;
    url: string;
    startedAt: number;
    timeOrigin: number;
    title?: string;
    viewport: { width: number; height: number };
  }[];
  capture: {
    headersAndBodies: boolean;
    webSockets: boolean;
    workers: boolean;
    dom: boolean;
    console: boolean;
    unavailable?: string[];
  };
  counts: { requests: number; sockets: number; messages: number; errors: number };
  files: {
    resources?: { path: string; bytes: number; count: number };
    console?: { path: string; bytes: number; count: number };
    events?: { path: string; bytes: number; count: number };
    sockets: Record<string, { path: string; bytes: number; sent: number; received: number; errors: number }>;
  };
}

export class SessionFiles {
  readonly files: ReadonlyMap<string, string>;

  constructor(files: ReadonlyMap<string, string>) {
    this.files = files;
  }

  /** The files of a zip, without their common folder. */
  static fromZip(archive: Buffer): SessionFiles {
    const members = [...unzip(archive)].map(
      ([name, bytes]) => [name.slice(name.indexOf("/") + 1), bytes.toString("utf8")] as const,
    );
    return new SessionFiles(new Map(members));
  }

  get manifest(): Manifest {
    return JSON.parse(this.files.get("session.json") ?? "") as Manifest;
  }

  get resources(): Resource[] {
    return this.#lines("resources.jsonl");
  }

  /** Requests, without sockets, whose URL ends with `suffix`, by start time; records are written in the order of their end. */
  requests(suffix: string): Resource[] {
    const requests = this.resources.filter(({ name, type }) => type === undefined && name.endsWith(suffix));
    return requests.sort((one, other) => (one.startTimeAbs ?? 0) - (other.startTimeAbs ?? 0));
  }

  get opens(): Resource[] {
    return this.resources.filter(({ type }) => type === "open");
  }

  get closes(): Resource[] {
    return this.resources.filter(({ type }) => type === "close");
  }

  get console(): ConsoleEntry[] {
    return this.#lines("console.jsonl");
  }

  get events(): { type: number; timestamp: number; data: Record<string, unknown> }[] {
    return this.#lines("events.jsonl");
  }

  messages(socketId: string | undefined): SocketMessage[] {
    return this.#lines(`sockets/${socketId}.jsonl`);
  }

  #lines<Line>(path: string): Line[] {
    const text = this.files.get(path) ?? "";
    return text
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line);
  }
}

/** The members of a zip, from its central directory. */
function unzip(archive: Buffer): Map<string, Buffer> {
  const members = new Map<string, Buffer>();
  const end = archive.lastIndexOf("PK\x05\x06");
  let entry = archive.readUInt32LE(end + 16);
  for (let remaining = archive.readUInt16LE(end + 10); remaining > 0; remaining -= 1) {
    const nameLength = archive.readUInt16LE(entry + 28);
    const name = archive.toString("utf8", entry + 46, entry + 46 + nameLength);
    const start = archive.readUInt32LE(entry + 42);
    const from = start + 30 + archive.readUInt16LE(start + 26) + archive.readUInt16LE(start + 28);
    const packed = archive.subarray(from, from + archive.readUInt32LE(entry + 20));
    members.set(name, archive.readUInt16LE(entry + 10) === 0 ? packed : inflateRawSync(packed));
    entry += 46 + nameLength + archive.readUInt16LE(entry + 30) + archive.readUInt16LE(entry + 32);
  }
  return members;
}
