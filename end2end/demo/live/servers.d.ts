import type { Server } from "node:http";

/** Adds the WebSocket servers of `live` to an HTTP server; the returned function stops them. */
export function startLive(http: Server): Promise<() => Promise<void>>;

/** Whether an upgrade request for this path is answered by one of these servers. */
export function isLivePath(path: string): boolean;

/** The script of the page's live section, with its clients. */
export function bundleLivePage(): Promise<Buffer>;
