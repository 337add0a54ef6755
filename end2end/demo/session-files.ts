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
