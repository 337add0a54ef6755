import { existsSync } from "node:fs";
import { join } from "node:path";
import { startServers, defaultFolders } from "./server.ts";

export default async function globalSetup(): Promise<() => Promise<void>> {
  const folders = defaultFolders();
  if (!existsSync(join(folders.app, "index.html"))) {
    throw new Error(`There is no built app at ${folders.app}: run \`make build\` first`);
  }
  const servers = await startServers(folders);
  process.env["REPLAYSCOPE_ORIGIN"] = servers.origin;
  process.env["REPLAYSCOPE_CLOSED_ORIGIN"] = servers.closedOrigin;
  process.env["REPLAYSCOPE_OPEN_ORIGIN"] = servers.openOrigin;
  return () => servers.stop();
}
