// Resolves a path to a file and its content type.
import { createReadStream, existsSync, statSync } from "node:fs";
import { extname, join, normalize, sep } from "node:path";
import { Readable } from "node:stream";

/** The app is served here too, so that tests can check that it works under a sub-path. */
export const subPath = "/sub/path";

export interface Folders {
  /** The built app. */
  app: string;
  /** Folders of data by the first segment of their paths: `fixtures`, `corpus`, … */
  data: Record<string, string>;
}

/** Content of a response, read in ranges so that files of any size can be served. */
export interface Content {
  type: string;
  size: number;
  cacheControl: string;
  read(start: number, end: number): Readable;
}

const types: Record<string, string> = {
  ".br": "application/octet-stream",
  ".css": "text/css; charset=utf-8",
  ".gz": "application/gzip",
  ".har": "application/json",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".jsonl": "application/x-ndjson",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
  ".zip": "application/zip",
};

/** The content at `path`, or `undefined` if there is no such file. */
export function findContent(folders: Folders, path: string): Content | undefined {
  const inApp = path.startsWith(subPath + "/") ? path.slice(subPath.length) : path;
  if (inApp === "/" || inApp === "/session") return fileContent(folders.app, "index.html");
  const [, top = "", ...rest] = inApp.split("/");
  const folder = folders.data[top];
  return folder === undefined ? fileContent(folders.app, inApp) : fileContent(folder, rest.join("/"));
}

function fileContent(folder: string, path: string): Content | undefined {
  const file = normalize(join(folder, path));
  if (!file.startsWith(normalize(folder + sep)) || !existsSync(file)) return undefined;
  const status = statSync(file);
  if (!status.isFile()) return undefined;
  return {
    type: types[extname(file).toLowerCase()] ?? "application/octet-stream",
    size: status.size,
    cacheControl: cacheControlOf(file),
    read: (start, end) => (start < end ? createReadStream(file, { start, end: end - 1 }) : Readable.from([])),
  };
}

/** Files with a hash in their name are cached; all others are requested every time, so that requests can be counted. */
function cacheControlOf(file: string): string {
  return /-[0-9a-f]{16}[._]/.test(file) ? "public, max-age=31536000, immutable" : "no-store";
}

export function bufferContent(type: string, bytes: Buffer): Content {
  return {
    type,
    size: bytes.length,
    cacheControl: "no-store",
    read: (start, end) => Readable.from([bytes.subarray(start, end)]),
  };
}
