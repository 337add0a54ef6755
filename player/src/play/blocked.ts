// Counts the resources that the Content-Security-Policy blocks, from the violation events of the
// page's documents.
import type { Blocked } from "../protocol.ts";
import { isDocument, listen } from "./dom.ts";

/** URLs that are counted. */
const MAX_URLS = 10_000;
const MAX_HOSTS = 50;

/** Milliseconds of violations that one report covers. */
const REPORT_INTERVAL_MS = 100;

const kindOf = (directive: string): keyof Blocked["kinds"] => {
  if (directive.startsWith("img-")) return "images";
  if (directive.startsWith("style-")) return "styles";
  if (directive.startsWith("font-")) return "fonts";
  return directive.startsWith("media-") ? "media" : "others";
};

export class BlockedResources {
  readonly #notify: (blocked: Blocked) => void;
  readonly #urls = new Set<string>();
  readonly #hosts = new Set<string>();
  readonly #kinds: Blocked["kinds"] = { images: 0, styles: 0, fonts: 0, media: 0, others: 0 };
  #isReportScheduled = false;

  constructor(notify: (blocked: Blocked) => void) {
    this.#notify = notify;
  }

  /** May be called repeatedly for a document, which loses its listeners when it is opened again. */
  watch(node: Node): void {
    if (isDocument(node)) listen(node, "securitypolicyviolation", this.#note as EventListener);
  }

  readonly #note = (event: SecurityPolicyViolationEvent): void => {
    const { blockedURI, effectiveDirective } = event;
    const host = hostOf(blockedURI);
    const key = `${effectiveDirective} ${blockedURI}`;
    if (host === undefined || this.#urls.has(key) || this.#urls.size >= MAX_URLS) return;
    this.#urls.add(key);
    this.#kinds[kindOf(effectiveDirective)] += 1;
    if (this.#hosts.size < MAX_HOSTS) this.#hosts.add(host);
    if (this.#isReportScheduled) return;
    this.#isReportScheduled = true;
    setTimeout(() => this.#report(), REPORT_INTERVAL_MS);
  };

  #report(): void {
    this.#isReportScheduled = false;
    this.#notify({ count: this.#urls.size, kinds: { ...this.#kinds }, hosts: [...this.#hosts] });
  }
}

/** Undefined for a violation without a host, such as `inline`. */
function hostOf(url: string): string | undefined {
  return URL.canParse(url) && /^https?:/.test(url) ? new URL(url).host : undefined;
}
