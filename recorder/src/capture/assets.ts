// The images and fonts of the recorded DOM, so that a replay shows them without a request. Files of
// the page's own origin, once per session, in the browser's cache only: nothing is requested from a
// server.
import { epochNow } from "../clock.ts";
import type { Context } from "../context.ts";
import { ignoreErrors } from "../ignore-errors.ts";
import { isBlocked, type Settings } from "../options.ts";
import { eventsFile } from "../session/manifest.ts";
import { readFromCache } from "./own-requests.ts";

export interface AssetRecorder {
  /** Receives the attributes of a recorded element. */
  noteAttributes_(tagName: string, attributes: Record<string, unknown>): void;
  noteStyle_(css: string): void;
  onPageShow_(): void;
  /** Resolves when the files that the page has loaded so far are in the journal. */
  flush_(): Promise<void>;
  stop_(): void;
}

/** Files recorded of a session; one that has more is not a page but a gallery. */
const maxFiles = 500;

/** Initiators of images and fonts, among other types of files. */
const assetInitiators = /^(img|image|css|input|link|video|early-hints)$/;

/** Attributes with the URL of an image. */
const urlAttributes = ["src", "poster", "background"];

const styleUrl = /url\(\s*(?:"([^"]*)"|'([^']*)'|([^\s)"']*))\s*\)/gi;

/** Types by file name, for servers that send none. */
const typesByExtension: Record<string, string> = {
  avif: "image/avif",
  gif: "image/gif",
  ico: "image/x-icon",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  otf: "font/otf",
  png: "image/png",
  svg: "image/svg+xml",
  ttf: "font/ttf",
  webp: "image/webp",
  woff: "font/woff",
  woff2: "font/woff2",
};

export function recordAssets(context: Context, settings: Settings): AssetRecorder | undefined {
  const { journal_: journal, redactor_: redactor, state_: state, pageId_: pageId } = context;
  const limits = settings.assets;
  if (!limits || !state) return undefined;
  const ownOrigin = `${location.origin}/`;
  /** URLs that the recorded DOM refers to, and those that the page has loaded. */
  const shown = new Set<string>();
  const loaded = new Set<string>();
  /** URLs that have been read, or could not be. */
  const processed = new Set<string>();
  let queue: string[] = [];
  let reading: Promise<void> | undefined;
  let isStopped = false;

  const take = (url: string): void => {
    if (processed.has(url) || !shown.has(url) || !loaded.has(url)) return;
    processed.add(url);
    queue.push(url);
    reading ??= readQueue();
  };

  const note = (text: string): void => {
    const url = withoutFragment(text.trim());
    if (!url.startsWith(ownOrigin) || shown.has(url)) return;
    shown.add(url);
    take(url);
  };

  const readQueue = async (): Promise<void> => {
    // Not within the snapshot.
    await new Promise((resolve) => setTimeout(resolve, 0));
    for (let url = queue.shift(); url !== undefined; url = queue.shift()) await record(url).catch(() => undefined);
    reading = undefined;
  };

  const record = async (url: string): Promise<void> => {
    const assets = (state.assets ??= { size: 0, urls: [] });
    const key = hashOf(url);
    if (isStopped || assets.urls.includes(key) || assets.urls.length >= maxFiles) return;
    const room = Math.min(limits.fileLimit, limits.totalLimit - assets.size);
    const file = await readCached(url, room);
    // The session may have ended meanwhile.
    if (!file || isStopped || state.assets !== assets) return;
    assets.urls.push(key);
    assets.size += file.length;
    // The player finds these events by their first fields.
    const data = { source: 0, assets: [{ url, content: file }], texts: [], attributes: [], removes: [], adds: [] };
    journal.addJson_?.(eventsFile, JSON.stringify({ type: 3, data, timestamp: epochNow(), pageId }));
  };

  const addTimings = (entries: PerformanceEntryList): void => {
    for (const { name, initiatorType, decodedBodySize } of entries as PerformanceResourceTiming[]) {
      const url = withoutFragment(name);
      const isCandidate =
        url.startsWith(ownOrigin) && assetInitiators.test(initiatorType) && decodedBodySize <= limits.fileLimit;
      // The recorded DOM has the redacted URL.
      if (!isCandidate || isBlocked(settings, url) || redactor.url_(url) !== url) continue;
      loaded.add(url);
      take(url);
    }
  };
  const observer = ignoreErrors(() => new PerformanceObserver((list) => addTimings(list.getEntries())));
  observer?.observe({ type: "resource", buffered: true });

  const noteStyle = (css: string): void => {
    if (!css.includes("url(")) return;
    for (const [, double, single, bare] of css.matchAll(styleUrl)) note(double ?? single ?? bare ?? "");
  };

  return {
    noteAttributes_: (tagName, attributes) => {
      for (const name of urlAttributes) {
        const url = attributes[name];
        if (typeof url === "string") note(url);
      }
      const { srcset, style, _cssText: css } = attributes;
      if (typeof srcset === "string") for (const [url] of srcset.matchAll(/[^\s,]\S*[^\s,]/g)) note(url);
      if (tagName === "image" || tagName === "feImage")
        for (const name of ["href", "xlink:href"]) note((attributes[name] ?? "") as string);
      if (typeof css === "string") noteStyle(css);
      if (typeof style === "string") noteStyle(style);
      else if (style) noteStyle(JSON.stringify(style).replaceAll('\\"', '"'));
    },
    noteStyle_: noteStyle,
    // A session that began since has no files yet.
    onPageShow_: () => {
      processed.clear();
      shown.clear();
    },
    flush_: async () => {
      addTimings(observer?.takeRecords() ?? []);
      await reading;
    },
    stop_: () => {
      isStopped = true;
      queue = [];
      observer?.disconnect();
    },
  };
}

/** A file as a `data:` URL; undefined where it is not in the browser's cache, too large, or another type of file. */
async function readCached(url: string, maxSize: number): Promise<string | undefined> {
  // A service worker of the page would receive the request.
  if (maxSize <= 0 || navigator.serviceWorker?.controller) return undefined;
  const response = await readFromCache(url);
  const type = response.ok ? assetType(response.headers.get("content-type") ?? "", url) : undefined;
  if (type === undefined) return void response.body?.cancel();
  const blob = await response.blob();
  return blob.size > maxSize ? undefined : dataUrl(blob.slice(0, blob.size, type));
}

function assetType(contentType: string, url: string): string | undefined {
  const [type] = contentType.toLowerCase().split(";");
  const name = type?.trim() ?? "";
  if (/^(image|font)\/[\w.+-]+$/.test(name)) return name;
  const font = /^application\/(?:x-)?font-(woff2?|ttf|otf)$/.exec(name)?.[1];
  if (font) return `font/${font}`;
  const isUnknown = name === "" || /^(application|binary)\/octet-stream$|^application\/x-font/.test(name);
  const extension = /\.(\w+)$/.exec(new URL(url).pathname)?.[1] ?? "";
  return isUnknown ? typesByExtension[extension.toLowerCase()] : undefined;
}

function dataUrl(blob: Blob): Promise<string | undefined> {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.addEventListener("loadend", () => resolve(typeof reader.result === "string" ? reader.result : undefined));
    reader.readAsDataURL(blob);
  });
}

const withoutFragment = (url: string): string => url.replace(/#.*$/s, "");

/** FNV-1a, 32 bits: the URLs themselves would fill the session storage. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return hash.toString(36);
}
