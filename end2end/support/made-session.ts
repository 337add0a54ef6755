// A native session that is made in a test: its files are served beside the app, and exist only there.
import type { SessionPage } from "./pages/session.ts";

/** When it begins, in ms since 1970. */
export const start = 1_760_000_000_000;

export interface Made {
  resources?: object[];
  console?: object[];
  events?: object[];
}

const src = "made/session.json";

/** Serves the session, which lasts ten seconds, and returns the address to open. */
export async function serveSession(session: SessionPage, made: Made): Promise<string> {
  const lines = { resources: made.resources ?? [], console: made.console ?? [], events: made.events ?? [] };
  const files = Object.fromEntries(Object.keys(lines).map((name) => [name, { path: `${name}.jsonl` }]));
  const manifest = {
    format: "replayscope/1",
    startedAt: start,
    endedAt: start + 10_000,
    recorder: { name: "made here" },
    files,
  };
  await session.serveFile(src, JSON.stringify(manifest));
  for (const [name, values] of Object.entries(lines)) {
    await session.serveFile(`made/${name}.jsonl`, values.map((value) => JSON.stringify(value)).join("\n"));
  }
  return src;
}
