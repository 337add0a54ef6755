// A recording as the files of a session folder, and the catalogue that lists it.

export interface Message {
  type: "sent" | "received" | "error";
  timeStamp: number;
  size: number;
}

export interface Recording {
  startedAt: number;
  endedAt: number;
  page: { url: string; title: string; viewport: { width: number; height: number } };
  userAgent: string;
  resources: { initiatorType: string; type?: string; outcome?: string; error?: string; responseStatus?: number }[];
  sockets: Record<string, Message[]>;
}

/** Every file by its path below the folder of static files. `hosts` maps each recorded host to the one shown. */
export function sessionFiles(id: string, recording: Recording, hosts: Record<string, string>): Map<string, string> {
  const files = new Map<string, string>();
  const add = (path: string, text: string): number => {
    files.set(path, text);
    return Buffer.byteLength(text);
  };
  const folder = `sessions/${id}/`;
  const lines = (records: object[]): string => withHosts(records.map((record) => JSON.stringify(record) + "\n").join(""), hosts);

  const resources = lines(recording.resources);
  const resourcesEntry = { path: "resources.jsonl", bytes: add(`${folder}resources.jsonl`, resources), count: recording.resources.length };
  const sockets: Record<string, object> = {};
  for (const [socketId, messages] of Object.entries(recording.sockets)) {
    const text = lines(messages);
    // A payload's size was measured before any host in it would be renamed.
    if (text !== messages.map((message) => JSON.stringify(message) + "\n").join("")) {
      throw new Error(`A message of socket ${socketId} names the recording machine`);
    }
    const path = `sockets/${socketId}.jsonl`;
    sockets[socketId] = { path, bytes: add(folder + path, text), ...messageCounts(messages) };
  }

  const summary = manifest(id, recording);
  const withFiles = { ...summary, files: { resources: resourcesEntry, sockets } };
  add(`${folder}session.json`, withHosts(JSON.stringify(withFiles, null, 2) + "\n", hosts));
  const catalogue = { sessions: [{ ...summary, src: `${folder}session.json` }] };
  add("sessions.json", withHosts(JSON.stringify(catalogue, null, 2) + "\n", hosts));
  return files;
}

function manifest(id: string, recording: Recording): object {
  const { startedAt, endedAt, page, userAgent, resources, sockets } = recording;
  const isOpen = (record: (typeof resources)[number]): boolean => record.type === "open";
  const requests = resources.filter(({ type }) => type === undefined);
  return {
    format: "replayscope/1",
    id,
    title: "A morning at Lantern Street Market",
    startedAt,
    endedAt,
    pages: [{ id: "page-1", ...page, startedAt, timeOrigin: startedAt }],
    userAgent,
    recorder: { name: "replayscope-demo", version: "1", note: "Recorded on the loopback interface; hosts and schemes renamed afterwards." },
    capture: { headersAndBodies: true, webSockets: true, workers: false, dom: false, console: false },
    counts: {
      requests: requests.length,
      sockets: resources.filter(isOpen).length,
      messages: Object.values(sockets).reduce((sum, messages) => sum + messages.length, 0),
      errors: resources.filter(isFailure).length,
    },
  };
}

function isFailure({ outcome, error, responseStatus = 0 }: Recording["resources"][number]): boolean {
  return error !== undefined || responseStatus >= 400 || outcome === "failed" || outcome === "canceled";
}

function messageCounts(messages: Message[]): { sent: number; received: number; errors: number } {
  const count = (wanted: Message["type"]): number => messages.filter(({ type }) => type === wanted).length;
  return { sent: count("sent"), received: count("received"), errors: count("error") };
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
