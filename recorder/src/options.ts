// What a page may choose, and what is chosen where it says nothing.

export type ConsoleMethod = "log" | "info" | "warn" | "error" | "debug" | "assert" | "trace" | "dir" | "table";

/** A request with its answer, or one message of a socket, as a sanitizer sees it. */
export interface RequestResponsePair {
  request: { id: string; verb: string; url: string; headers: Record<string, string>; body?: unknown };
  response: { status: number; headers: Record<string, string>; body?: unknown; size?: number | undefined };
  urlBlocked: boolean;
}

export interface NetworkRecordingOptions {
  /** Whether requests are recorded at all: their addresses, times and sizes. True unless said otherwise. */
  enabled?: boolean;
  /** Headers and bodies of fetch and XMLHttpRequest, and WebSockets. False unless said otherwise. */
  recordHeadersAndBody?: boolean;
  /** Leaves WebSockets out where headers and bodies are recorded. */
  disableWebSocketEventRecordings?: boolean;
  /** Headers whose values are not recorded, beside those that never are. */
  networkHeadersToRedact?: string[];
  /** Keys whose values are not recorded, at any depth of a body or a message, and in addresses. */
  networkBodyKeysToRedact?: string[];
  /** Requests and sockets whose address contains one of these are recorded without contents. */
  urlBlocklist?: string[];
  /** Sees each request and each message of a socket; what it returns is recorded, with null nothing is. */
  requestResponseSanitizer?: (pair: RequestResponsePair) => RequestResponsePair | null | undefined;
}

export interface Options {
  /** What the session is called in the viewer. */
  title?: string;
  networkRecording?: boolean | NetworkRecordingOptions;
  disableConsoleRecording?: boolean;
  consoleMethodsToRecord?: ConsoleMethod[];
  /** Leaves the page itself out. */
  disableDomRecording?: boolean;
  /** `default` masks what is typed, `strict` all text of the page too, `none` passwords only. */
  privacySetting?: "strict" | "default" | "none";
  /** Where batches are posted to. Without it the session stays in the browser until `download()`. */
  endpoint?: string;
  endpointHeaders?: Record<string, string>;
  /** Bytes of a body or a message that are kept; of what is longer, the beginning. */
  bodyLimit?: number;
  /** Bytes of a session that the browser holds; the recording stops where it is reached. */
  sessionLimit?: number;
}

/** What concerns the network, with every choice made. */
export interface NetworkSettings {
  requests: boolean;
  contents: boolean;
  sockets: boolean;
  headersToRedact: string[];
  bodyKeysToRedact: string[];
  blocklist: string[];
  sanitizer: NetworkRecordingOptions["requestResponseSanitizer"];
  /** What is posted there is the recorder's own. */
  endpoint?: string | undefined;
  bodyLimit: number;
}

const defaultBodyLimit = 1 << 18;

/** The options with every choice made. */
export interface Settings extends NetworkSettings {
  title: string | undefined;
  consoleMethods: ConsoleMethod[];
  dom: boolean;
  privacy: "strict" | "default" | "none";
  endpointHeaders: Record<string, string>;
  sessionLimit: number;
}

const consoleMethods: ConsoleMethod[] = ["log", "info", "warn", "error", "debug", "assert", "trace", "dir", "table"];

export function settingsFrom(options: Options): Settings {
  const { networkRecording: network = {}, endpoint, bodyLimit = defaultBodyLimit } = options;
  return {
    ...networkSettings(typeof network === "boolean" ? { enabled: network } : network),
    bodyLimit,
    endpoint: endpoint === undefined ? undefined : absoluteUrl(endpoint),
    title: options.title,
    consoleMethods: options.disableConsoleRecording ? [] : (options.consoleMethodsToRecord ?? consoleMethods),
    dom: !options.disableDomRecording,
    privacy: options.privacySetting ?? "default",
    endpointHeaders: options.endpointHeaders ?? {},
    sessionLimit: options.sessionLimit ?? 256 * 1024 * 1024,
  };
}

export function networkSettings(network: NetworkRecordingOptions): NetworkSettings {
  const requests = network.enabled ?? true;
  const contents = requests && !!network.recordHeadersAndBody;
  return {
    requests,
    contents,
    sockets: contents && !network.disableWebSocketEventRecordings,
    headersToRedact: network.networkHeadersToRedact ?? [],
    bodyKeysToRedact: network.networkBodyKeysToRedact ?? [],
    blocklist: network.urlBlocklist ?? [],
    sanitizer: network.requestResponseSanitizer,
    bodyLimit: defaultBodyLimit,
  };
}

/** An address as the page means it. */
export const absoluteUrl = (url: unknown): string => new URL(url as string, document.baseURI).href;

/** Browsers write these in capitals, and others as they are. */
export const methodName = (method: unknown): string =>
  String(method).replace(/^(delete|get|head|options|post|put)$/i, (name) => name.toUpperCase());

export function pairOf(
  id: string,
  verb: string,
  url: string,
  status: number,
  urlBlocked: boolean,
): RequestResponsePair {
  return { request: { id, verb, url, headers: {} }, response: { status, headers: {} }, urlBlocked };
}

/** Whether an address is to be listed without contents. */
export function isBlocked({ blocklist }: NetworkSettings, url: string): boolean {
  return blocklist.some((part) => url.toLowerCase().includes(part.toLowerCase()));
}
