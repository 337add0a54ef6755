// What the recorded page would have fetched: the policy stops it, and tells the document that asked for it.
import type { Blocked } from "../protocol.ts";
import { isDocument, listen } from "./dom.ts";

/** Addresses that are told apart; the count stays there. */
const MAX_ADDRESSES = 10_000;
const MAX_HOSTS = 50;

/** Milliseconds in which what is stopped is gathered into one report. */
const GATHER = 100;

const kindOf = (directive: string): keyof Blocked["kinds"] => {
  if (directive.startsWith("img-")) return "images";
  if (directive.startsWith("style-")) return "styles";
  if (directive.startsWith("font-")) return "fonts";
  return directive.startsWith("media-") ? "media" : "others";
};

export class BlockedResources {
  readonly #tell: (blocked: Blocked) => void;
  readonly #addresses = new Set<string>();
  readonly #hosts = new Set<string>();
  readonly #kinds: Blocked["kinds"] = { images: 0, styles: 0, fonts: 0, media: 0, others: 0 };
  #isTelling = false;

  constructor(tell: (blocked: Blocked) => void) {
    this.#tell = tell;
  }

  /** Documents lose their listeners when they are written anew, so this may be asked for again and again. */
  watch(node: Node): void {
    if (isDocument(node)) listen(node, "securitypolicyviolation", this.#note as EventListener);
  }

  readonly #note = (event: SecurityPolicyViolationEvent): void => {
    const { blockedURI, effectiveDirective } = event;
    const host = hostOf(blockedURI);
    const key = `${effectiveDirective} ${blockedURI}`;
    if (host === undefined || this.#addresses.has(key) || this.#addresses.size >= MAX_ADDRESSES) return;
    this.#addresses.add(key);
    this.#kinds[kindOf(effectiveDirective)] += 1;
    if (this.#hosts.size < MAX_HOSTS) this.#hosts.add(host);
    if (this.#isTelling) return;
    this.#isTelling = true;
    setTimeout(() => this.#report(), GATHER);
  };

  #report(): void {
    this.#isTelling = false;
    this.#tell({ count: this.#addresses.size, kinds: { ...this.#kinds }, hosts: [...this.#hosts] });
  }
}

/** Undefined for what comes from no host, such as `inline`. */
function hostOf(address: string): string | undefined {
  return URL.canParse(address) && /^https?:/.test(address) ? new URL(address).host : undefined;
}
