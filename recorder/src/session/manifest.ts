// `session.json`: what was recorded, when and where, and an index of its files.
import { emptyTally, type Tally } from "./journal.ts";

export interface PageEntry {
  id: string;
  url: string;
  title?: string;
  startedAt: number;
  timeOrigin: number;
  viewport: { width: number; height: number };
}

export interface ManifestHead {
  format: "replayscope/1";
  id: string;
  title: string | undefined;
  user: string | undefined;
  tags: string[] | undefined;
  release: string | undefined;
  startedAt: number;
  endedAt: number | undefined;
  pages: PageEntry[];
  userAgent: string;
  recorder: { name: string; version: string };
  capture: {
    headersAndBodies: boolean;
    webSockets: boolean;
    workers: boolean;
    dom: boolean;
    console: boolean;
    /** Functions that the page has frozen, so that their calls are not recorded. */
    unavailable?: string[] | undefined;
  };
}

const socketPath = /^sockets\/(.+)\.jsonl$/;

export const resourcesFile = "resources.jsonl";
export const consoleFile = "console.jsonl";
export const eventsFile = "events.jsonl";
export const socketFile = (socketId: string): string => `sockets/${socketId}.jsonl`;

/** The manifest with the sizes and counts of its files. */
export function manifest(head: ManifestHead, files: ReadonlyMap<string, { bytes: number; tally: Tally }>): object {
  const otherFiles: Record<string, unknown> = {};
  const socketFiles: Record<string, unknown> = {};
  let messages = 0;
  for (const [path, { bytes, tally }] of files) {
    const { lines, sent, received, errors } = tally;
    const socketId = socketPath.exec(path)?.[1];
    if (socketId === undefined) {
      otherFiles[path.replace(".jsonl", "")] = { path, bytes, count: lines };
    } else {
      socketFiles[socketId] = { path, bytes, sent, received, errors };
      messages += lines;
    }
  }
  const { requests, sockets, errors } = files.get(resourcesFile)?.tally ?? emptyTally();
  return { ...head, counts: { requests, sockets, messages, errors }, files: { ...otherFiles, sockets: socketFiles } };
}
