// Runs the bench: generates the data, starts the server and the browser, measures every run and
// returns the results.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { chromium } from "@playwright/test";
import { launchOptions } from "../support/browser.ts";
import { pageScript } from "../support/page-script.ts";
import { startServers, defaultFolders } from "../support/server.ts";
import { blankPage, harFile, messagesFiles, searchedSockets, socketsSession } from "./data.ts";
import {
  measureMessages,
  measureOpening,
  measureRequests,
  measureSearch,
  measureStart,
  type Bench,
  type LoadFigures,
  type RowTimes,
  type SearchFigures,
} from "./measure.ts";
import { decodedSocket, encodings } from "./socket-data.ts";
import { measureSocket, type SocketFigures } from "./sockets.ts";
import type { AppSizes, Results } from "./table.ts";

/** How long each table is scrolled. */
const SCROLL_MS = 2000;

export interface Options {
  rows: number;
  messages: number;
  runs: number;
  /** Folder of the generated data. */
  folder: string;
  /** Called with a description of each step. */
  progress?: (text: string) => void;
}

export async function runBench({
  rows,
  messages,
  runs,
  folder,
  progress = () => undefined,
}: Options): Promise<Results> {
  progress("Generating the data");
  const blank = await blankPage(folder);
  const har = await harFile(folder, rows);
  const many = await messagesFiles(folder, messages);
  const fewCount = Math.max(10, Math.floor(messages / 10));
  const few = await messagesFiles(folder, fewCount);
  const sockets = [];
  for (const encoding of encodings) sockets.push(await decodedSocket(folder, encoding, messages));
  const perSocket = Math.max(10, Math.floor(messages / searchedSockets));
  const searched = await socketsSession(folder, perSocket);

  const folders = defaultFolders();
  const servers = await startServers({ ...folders, data: { ...folders.data, bench: folder } });
  const browser = await chromium.launch(launchOptions());
  try {
    const probe = await pageScript(new URL("probe.ts", import.meta.url));
    const bench: Bench = { browser, origin: servers.origin, probe, blank, scrollMilliseconds: SCROLL_MS };
    const requests: LoadFigures[] = [];
    const opened: RowTimes[] = [];
    const socket: LoadFigures[] = [];
    const smallSocket: LoadFigures[] = [];
    const search: SearchFigures[] = [];
    const decoded: SocketFigures[] = [];
    const start: number[] = [];
    for (let run = 1; run <= runs; run += 1) {
      progress(`Run ${run} of ${runs}`);
      start.push(await measureStart(bench));
      requests.push(await measureRequests(bench, har, rows));
      opened.push(await measureOpening(bench, har, rows));
      smallSocket.push(await measureMessages(bench, few, fewCount));
      socket.push(await measureMessages(bench, many, messages));
      for (const made of sockets) decoded.push(await measureSocket(bench, made));
      search.push(await measureSearch(bench, searched, perSocket));
    }
    const sizes = await appSizes(folders.app);
    return {
      rows,
      messages,
      requests,
      opened,
      socket,
      smallSocket,
      decoded,
      search,
      perSocket,
      start,
      sizes,
      harBytes: har.bytes,
      messagesBytes: many.messages.bytes,
    };
  } finally {
    await browser.close();
    await servers.stop();
  }
}

/**
 * Bytes of what a browser loads to show the start page, and of what the session page is loaded with; compressed with
 * brotli. All else is loaded on demand.
 */
async function appSizes(folder: string): Promise<AppSizes> {
  const names = await readdir(folder, { recursive: true });
  const size = async (pattern: RegExp): Promise<number> => {
    const parts = names.filter((name) => pattern.test(name));
    const sizes = parts.map(async (name) => brotliCompressSync(await readFile(join(folder, name))).length);
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  };
  const app = await size(/^(viewer-.*\.(js|wasm)|modules-.*\.js|boot\.mjs|.*\.css)$/);
  return { app, sessionPage: await size(/^session-.*\.wasm$/) };
}
