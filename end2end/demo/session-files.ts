// What the recorder saved, as the files of the demo's folder, and the catalogue that lists it.
import type { SessionFiles } from "../support/lab/session-files.ts";

/** Every file by its path below the folder of static files. `hosts` maps each recorded host to the one shown. */
export function demoFiles(id: string, recorded: SessionFiles, hosts: Record<string, string>): Map<string, string> {
  const folder = `sessions/${id}/`;
  const files = new Map<string, string>();
  for (const [path, text] of recorded.files) {
    const shown = withHosts(text, hosts);
    // A payload's size was measured before any host in it would be renamed.
    if (path.startsWith("sockets/") && shown !== text)
      throw new Error(`A message in ${path} names the recording machine`);
    if (path !== "session.json") files.set(folder + path, shown);
  }

  const { files: listed, ...head } = recorded.manifest;
  const note = "Recorded on the loopback interface; hosts and schemes renamed afterwards.";
  const summary = { ...head, id, recorder: { ...head.recorder, note } };
  const sized = <Entry extends { path: string }>(entry: Entry): Entry => ({
    ...entry,
    bytes: Buffer.byteLength(files.get(folder + entry.path) ?? ""),
  });
  const { sockets, ...others } = listed;
  const manifest = { ...summary, files: { ...mapped(others, sized), sockets: mapped(sockets, sized) } };
  files.set(`${folder}session.json`, withHosts(JSON.stringify(manifest, null, 2) + "\n", hosts));
  files.set(
    "sessions.json",
    withHosts(JSON.stringify({ sessions: [{ ...summary, src: `${folder}session.json` }] }, null, 2) + "\n", hosts),
  );
  return files;
}

function mapped<Value>(values: Record<string, Value>, change: (value: Value) => Value): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}

/** The page ran on the loopback interface without TLS; links look natural under an invented, secure host. */
function withHosts(text: string, hosts: Record<string, string>): string {
  let renamed = text;
  for (const [host, shown] of Object.entries(hosts)) {
    renamed = renamed.replaceAll(`http://${host}`, `https://${shown}`).replaceAll(`ws://${host}`, `wss://${shown}`);
  }
  if (renamed.includes("127.0.0.1")) throw new Error("The recording still names the recording machine");
  return renamed;
}
