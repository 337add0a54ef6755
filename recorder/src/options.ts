// The options of a page, and the settings made of them with every default applied.

export type ConsoleMethod = "log" | "info" | "warn" | "error" | "debug" | "assert" | "trace" | "dir" | "table";

/** A request with its response, or one socket message, as passed to a sanitizer. */
export interface RequestResponsePair {
  request: { id: string; verb: string; url: string; headers: Record<string, string>; body?: unknown };
  response: { status: number; headers: Record<string, string>; body?: unknown; size?: number | undefined };
  urlBlocked: boolean;
}

export interface NetworkRecordingOptions {
  /** Records requests: their URLs, times and sizes. Default: true. */
  enabled?: boolean;
  /** Records headers and bodies of fetch and XMLHttpRequest, and WebSockets. Default: false. */
  recordHeadersAndBody?: boolean;
  /** Excludes WebSockets where headers and bodies are recorded. */
  disableWebSocketEventRecordings?: boolean;
  /** Headers whose values are redacted, in addition to those that always are. */
  networkHeadersToRedact?: string[];
  /** Keys whose values are redacted, at any depth of a body or message, and in URLs. */
  networkBodyKeysToRedact?: string[];
  /** Requests and sockets whose URL contains one of these strings are recorded without contents. */
  urlBlocklist?: string[];
  /** Receives each request and socket message and returns what to record; null drops it. */
  requestResponseSanitizer?: (pair: RequestResponsePair) => RequestResponsePair | null | undefined;
}

export interface AssetOptions {
  /** Maximum bytes of a file; larger ones are not recorded. Default: 512 KiB. */
  fileLimit?: number;
  /** Maximum characters of the files of a session, each encoded as base64. Default: 8 MiB. */
  totalLimit?: number;
}

export interface Options {
  /** Title of the session in the viewer. */
  title?: string;
  /** Who uses the page, to find their sessions: an id or a name. `Recorder.identify` sets it later. */
  user?: string;
  /** Labels to find sessions by, at most 50. */
  tags?: string[];
  /** Version of the page's code. */
  release?: string;
  networkRecording?: boolean | NetworkRecordingOptions;
  disableConsoleRecording?: boolean;
  consoleMethodsToRecord?: ConsoleMethod[];
  /** Excludes the DOM. */
  disableDomRecording?: boolean;
  /** Records images and fonts of the page's own origin, from the browser's cache. Default: false. */
  recordAssets?: boolean | AssetOptions;
  /** `default` masks input values, `strict` the text of the page too, `none` passwords only. */
  privacySetting?: "strict" | "default" | "none";
  /** URL that batches are posted to. Without it the session stays in the browser until `download()`. */
  endpoint?: string;
  endpointHeaders?: Record<string, string>;
  /** Maximum bytes recorded of a body or message; longer ones are truncated. Default: 256 KiB. */
  bodyLimit?: number;
  /** Maximum bytes of a session in the browser's storage; the recording stops there. Default: 256 MiB. */
  sessionLimit?: number;
}

/** The network options with every default applied. */
export interface NetworkSettings {
  requests_: boolean;
  contents_: boolean;
  sockets_: boolean;
  /** Of headers, keys and parameters. */
  namesToRedact_: string[];
  blocklist_: string[];
  sanitizer_: NetworkRecordingOptions["requestResponseSanitizer"];
  /** Absolute URL of the recorder's own deliveries, which are not recorded. */
  endpoint_?: string | undefined;
  bodyLimit_: number;
}

/** Bytes. */
const defaultBodyLimit = 1 << 18;

/** All options with every default applied. */
export interface Settings extends NetworkSettings {
  title: string | undefined;
  user: string | undefined;
  tags: string[] | undefined;
  release: string | undefined;
  consoleMethods: ConsoleMethod[];
  dom: boolean;
  /** Undefined where images and fonts are not recorded. */
  assets: Required<AssetOptions> | undefined;
  privacy: "strict" | "default" | "none";
  endpointHeaders: Record<string, string>;
  sessionLimit: number;
}

const consoleMethods: ConsoleMethod[] = ["log", "info", "warn", "error", "debug", "assert", "trace", "dir", "table"];

export function resolveSettings(options: Options): Settings {
  const { networkRecording: network = {}, endpoint, bodyLimit = defaultBodyLimit } = options;
  return {
    ...networkSettings(typeof network === "boolean" ? { enabled: network } : network),
    bodyLimit_: bodyLimit,
    endpoint_: endpoint === undefined ? undefined : absoluteUrl(endpoint),
    title: options.title,
    user: options.user,
    tags: Array.isArray(options.tags) ? options.tags : undefined,
    release: options.release,
    consoleMethods: options.disableConsoleRecording ? [] : (options.consoleMethodsToRecord ?? consoleMethods),
    dom: !options.disableDomRecording,
    assets: resolveAssets(options),
    privacy: options.privacySetting ?? "default",
    endpointHeaders: options.endpointHeaders ?? {},
    sessionLimit: options.sessionLimit ?? 256 * 1024 * 1024,
  };
}

/** Strict privacy masks the contents of a page, which images may be. */
function resolveAssets({ recordAssets, privacySetting }: Options): Settings["assets"] {
  if (!recordAssets || privacySetting === "strict") return undefined;
  const { fileLimit = 1 << 19, totalLimit = 1 << 23 } = recordAssets === true ? {} : recordAssets;
  return { fileLimit, totalLimit };
}

export function networkSettings(network: NetworkRecordingOptions): NetworkSettings {
  const requests = network.enabled !== false;
  const contents = requests && !!network.recordHeadersAndBody;
  return {
    requests_: requests,
    contents_: contents,
    sockets_: contents && !network.disableWebSocketEventRecordings,
    namesToRedact_: [...(network.networkHeadersToRedact ?? []), ...(network.networkBodyKeysToRedact ?? [])],
    blocklist_: network.urlBlocklist ?? [],
    sanitizer_: network.requestResponseSanitizer,
    bodyLimit_: defaultBodyLimit,
  };
}

/** Resolves a URL against the page's base URL. */
export const absoluteUrl = (url: unknown): string => {
  if (isFullRecorder && typeof url === "string") return rememberedUrl(url);
  return new URL(url as string, document.baseURI).href;
};

/** Absolute URLs by what a page has written, most of them many times, for one base URL. */
const absoluteUrls = /* @__PURE__ */ new Map<string, string>();
let baseOfUrls = "";
/** Bounds their memory. */
const maxRememberedUrls = 200;
const maxRememberedLength = 2000;

function rememberedUrl(url: string): string {
  const { baseURI } = document;
  if (baseURI !== baseOfUrls || absoluteUrls.size >= maxRememberedUrls) absoluteUrls.clear();
  baseOfUrls = baseURI;
  let absolute = absoluteUrls.get(url);
  if (absolute === undefined) {
    absolute = new URL(url, baseURI).href;
    if (url.length < maxRememberedLength) absoluteUrls.set(url, absolute);
  }
  return absolute;
}

/** Normalizes a method as the Fetch standard does: these six to upper case, all others unchanged. */
export const methodName = (method: unknown): string =>
  isFullRecorder && (method === "GET" || method === "POST")
    ? method
    : String(method).replace(/^(delete|get|head|options|post|put)$/i, (name) => name.toUpperCase());

export function createPair(
  id: string,
  verb: string,
  url: string,
  status: number,
  urlBlocked: boolean,
): RequestResponsePair {
  return { request: { id, verb, url, headers: {} }, response: { status, headers: {} }, urlBlocked };
}

/** Whether a URL matches the blocklist, so that its contents are not recorded. */
export function isBlocked({ blocklist_ }: NetworkSettings, url: string): boolean {
  return blocklist_.some((part) => url.toLowerCase().includes(part.toLowerCase()));
}
