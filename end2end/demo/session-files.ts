// Converts a recording to the files of the demo's session folder, and the catalog that lists it.
import type { SessionFiles } from "../support/lab/session-files.ts";

/** Files by path relative to the folder of static files. `hosts` maps each recorded host to its replacement. */
export function demoFiles(id: string, recorded: SessionFiles, hosts: Record<string, string>): Map<string, string> {
  const folder = `sessions/${id}/`;
  const files = new Map<string, string>();
  for (const [path, text] of recorded.files) {
    const renamed = withHosts(text, hosts);
    // Renaming a host in a payload would change its size, which is recorded.
    if (path.startsWith("sockets/") && renamed !== text)
      throw new Error(`A message in ${path} contains the recording machine's host`);
    if (path !== "session.json") files.set(folder + path, renamed);
  }

  const { files: recordedFiles, ...head } = recorded.manifest;
  const note = "Recorded on the loopback interface; hosts and schemes renamed afterwards.";
  const summary = { ...head, id, recorder: { ...head.recorder, note } };
  const withSize = <Entry extends { path: string }>(entry: Entry): Entry => ({
    ...entry,
    bytes: Buffer.byteLength(files.get(folder + entry.path) ?? ""),
  });
  const { sockets, ...others } = recordedFiles;
  const manifest = { ...summary, files: { ...mapValues(others, withSize), sockets: mapValues(sockets, withSize) } };
  files.set(`${folder}session.json`, withHosts(JSON.stringify(manifest, null, 2) + "\n", hosts));
  files.set(
    "sessions.json",
    withHosts(JSON.stringify({ sessions: [{ ...summary, src: `${folder}session.json` }] }, null, 2) + "\n", hosts),
  );
  return files;
}

/**
 * The lines of `resources.jsonl` in the order of the previous recording, so that links to its rows stay valid: requests
 * complete in another order each time. New ones take the places of those that are gone, or come last.
 */
export function inPreviousOrder(text: string, previous: string): string {
  const lines = new Map(keyedLines(text));
  const keys = keyedLines(previous).map(([key]) => key);
  const added = [...lines.keys()].filter((key) => !keys.includes(key));
  const ordered = keys.map((key) => (lines.has(key) ? key : added.shift())).filter((key) => key !== undefined);
  return [...ordered, ...added].map((key) => `${lines.get(key) ?? ""}\n`).join("");
}

/** Each line with a key: its type and URL, and how many of these come before it. */
function keyedLines(text: string): [key: string, line: string][] {
  const counts = new Map<string, number>();
  return text
    .trimEnd()
    .split("\n")
    .map((line) => {
      const { type = "", name } = JSON.parse(line) as { type?: string; name: string };
      const key = `${type} ${name}`;
      const count = counts.get(key) ?? 0;
      counts.set(key, count + 1);
      return [`${key} ${count}`, line];
    });
}

function mapValues<Value>(values: Record<string, Value>, change: (value: Value) => Value): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}

/** Replaces the loopback hosts, without TLS, with invented hosts with TLS, so that links look realistic. */
function withHosts(text: string, hosts: Record<string, string>): string {
  let renamed = text;
  for (const [host, replacement] of Object.entries(hosts)) {
    renamed = renamed
      .replaceAll(`http://${host}`, `https://${replacement}`)
      .replaceAll(`ws://${host}`, `wss://${replacement}`);
  }
  if (renamed.includes("127.0.0.1")) throw new Error("The recording still contains the recording machine's host");
  return renamed;
}
