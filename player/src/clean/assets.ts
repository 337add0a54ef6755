// The images and fonts that Replayscope's recorder has put into a recording: they take the place of
// their URLs, before values are checked.
import { MAX_DATA_URL } from "./limits.ts";
import { arrayOf, isObject } from "./values.ts";

/** How the recorder begins an event with files, so that only these are read before all others. */
const eventStart = /^\{"type":3,"data":\{"source":0,"assets":\[/;
/** Bytes that this takes. */
const EVENT_START = 64;

/** Files, and characters in all of them. */
const MAX_ASSETS = 10_000;
const MAX_ASSETS_TOTAL = 64_000_000;

const imageAttributes = new Set(["src", "poster", "background"]);
const styleUrl = /url\(\s*(?:"([^"]*)"|'([^']*)'|([^\s)"']*))\s*\)/gi;

const decoder = new TextDecoder();

export class Assets {
  /** `data:` URLs by URL. */
  readonly #contents = new Map<string, string>();
  #size = 0;

  /** Adds the files of an event, given as its JSON text; events without any are not read. */
  read(event: Uint8Array): void {
    if (!eventStart.test(decoder.decode(event.subarray(0, EVENT_START)))) return;
    try {
      const value = JSON.parse(decoder.decode(event)) as { data: { assets: unknown } };
      for (const asset of arrayOf(value.data.assets)) if (isObject(asset)) this.#add(asset["url"], asset["content"]);
    } catch {
      // A damaged event, which is counted when the events are read.
    }
  }

  #add(url: unknown, content: unknown): void {
    if (typeof url !== "string" || typeof content !== "string") return;
    if (!/^data:(?:image|font)\/[\w.+-]+;base64,[A-Za-z0-9+/=]*$/.test(content)) return;
    this.#size += content.length;
    if (content.length > MAX_DATA_URL || this.#size > MAX_ASSETS_TOTAL || this.#contents.size >= MAX_ASSETS) return;
    this.#contents.set(url, content);
  }

  /** The value of an attribute with the files in place of their URLs. */
  inAttribute<Value>(tag: string, name: string, value: Value): Value | string {
    if (this.#contents.size === 0 || typeof value !== "string") return value;
    if (name === "style") return this.inStyle(value);
    if (name === "srcset") return this.#inCandidates(value);
    const isImage =
      imageAttributes.has(name) || ((tag === "image" || tag === "feimage") && /^(?:xlink:)?href$/.test(name));
    return isImage ? (this.#find(value) ?? value) : value;
  }

  inStyle(css: string): string {
    if (this.#contents.size === 0 || !css.includes("url(")) return css;
    return css.replace(styleUrl, (text, double?: string, single?: string, bare?: string) => {
      const content = this.#find(double ?? single ?? bare ?? "");
      return content === undefined ? text : `url("${content}")`;
    });
  }

  /** The images to choose from: the recorded ones, if there are any. */
  #inCandidates(srcset: string): string {
    const recorded: string[] = [];
    for (const [, url = "", descriptor] of srcset.matchAll(/([^\s,]\S*[^\s,])(\s+[\d.]+[wxh])?/g)) {
      const content = this.#find(url);
      if (content !== undefined) recorded.push(content + (descriptor ?? ""));
    }
    return recorded.length > 0 ? recorded.join(", ") : srcset;
  }

  #find(url: string): string | undefined {
    return this.#contents.get(url.trim().replace(/#.*$/s, ""));
  }
}
