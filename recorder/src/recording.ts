// A recording: the captures that observe the page, and the batches made of what they write.
import { epochNow, pageNow } from "./clock.ts";
import { unavailable } from "./capture/replace.ts";
import { recordRequests } from "./capture/resources.ts";
import { unhookSockets } from "./capture/socket-hook.ts";
import { recordSockets } from "./capture/websocket.ts";
import type { Capture, Context, StartCapture } from "./context.ts";
import { resolveSettings, type Options, type Settings } from "./options.ts";
import { sessionFolder } from "./output/folder.ts";
import { Outbox } from "./output/outbox.ts";
import { sizeOf, type Batch } from "./output/store.ts";
import { endpointFrom } from "./output/upload.ts";
import { zip } from "./output/zip.ts";
import { createRedactor, type Redactor } from "./privacy/redact.ts";
import { createSanitizer } from "./privacy/sanitize.ts";
import { Journal } from "./session/journal.ts";
import type { ManifestHead } from "./session/manifest.ts";
import { continueSession, endSession, resumeSession, saveSession, type SessionState } from "./session/state.ts";
import { name, version } from "./version.ts";
import { socketsExcludedText, warningText, type SocketsExcludedBy, type Warning } from "./warnings.ts";

/** Handle of a running recording. */
export interface Recorder {
  readonly sessionId: string;
  /** Sets who uses the page, for the whole session and until it is set again; without a value, removes it. */
  identify(user?: string): void;
  /** Ends the recording: nothing more is captured, and a reload starts a new session. */
  stop(): Promise<void>;
  /** Resolves when everything so far is stored, and delivered if there is an endpoint that accepts it. */
  flush(): Promise<void>;
  /** The session so far as a zip of its folder. */
  zip(): Promise<Blob>;
  /** Saves that zip as a file. */
  download(): Promise<void>;
}

/** Unless the endpoint asks for another interval. */
const defaultIntervalMs = 2000;
/** How often a page looks whether a batch is due. */
const tickMs = 500;
/** Characters in the journal at which a batch is stored before its interval has passed. */
const maxBatchSize = 512 * 1024;

/** Characters of a page's title, and of a user and a release. */
const maxTitle = 1000;
const maxTags = 50;
/** Characters of a tag. */
const maxTag = 200;

/** The getter of the browser: a form or an image named `title` takes the place of the property. */
const titleGetter = Object.getOwnPropertyDescriptor(Document.prototype, "title")?.get;
const documentTitle = (): string => titleGetter?.call(document) as string;

let current: Recording | undefined;

export function record(options: Options, moreCaptures: readonly StartCapture[]): Recorder {
  current ??= new Recording(resolveSettings(options), moreCaptures, () => (current = undefined));
  return current;
}

class Recording implements Recorder {
  readonly #settings: Settings;
  readonly #redactor: Redactor;
  readonly #state: SessionState;
  readonly #journal: Journal;
  readonly #outbox: Outbox;
  readonly #captures: Capture[];
  readonly #pageId: string;
  readonly #release: string | undefined;
  readonly #tags: string[] | undefined;
  readonly #onEnded: () => void;
  /** The loaded document's first element when listeners were attached: `document.open` removes both. */
  #root: Element | null = null;
  /** The page is being unloaded: its own handlers may still be running. */
  #isUnloading = false;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #console = { info: console.info.bind(console), warn: console.warn.bind(console) };
  #endedAt: number | undefined;
  #intervalMs = defaultIntervalMs;
  /** The manifest has changed since the last batch. */
  #hasNewHead = false;
  #lastBatchAt = pageNow();

  constructor(settings: Settings, moreCaptures: readonly StartCapture[], onEnded: () => void) {
    const redactor = createRedactor(settings);
    this.#settings = settings;
    this.#redactor = redactor;
    this.#onEnded = onEnded;
    this.#state = continueSession(isFromStart(), settings.endpoint_, redactor.url_);
    this.#pageId = `page-${this.#state.pages.length}`;
    this.#journal = new Journal(maxBatchSize, () => void this.#storeBatch());
    if (settings.user !== undefined) this.#state.user = this.#label(settings.user);
    this.#release = settings.release === undefined ? undefined : this.#label(settings.release);
    this.#tags = settings.tags?.slice(0, maxTags).map((tag) => this.#label(tag, maxTag));
    const endpoint = endpointFrom(settings, {
      warn: this.#warn,
      onInterval: (milliseconds) => (this.#intervalMs = milliseconds),
      onGone: () => this.#onEndpointGone(settings.endpoint_),
    });
    this.#outbox = new Outbox(this.#state, endpoint, settings.sessionLimit, this.#warn);
    const context: Context = {
      settings_: settings,
      redactor_: redactor,
      sanitize_: createSanitizer(settings),
      journal_: this.#journal,
      pageId_: this.#pageId,
      isFromStart_: isFromStart(),
      state_: this.#state,
    };
    const starters = [
      ...(settings.sockets_ ? [recordSockets] : []),
      ...(settings.requests_ ? [recordRequests] : []),
      ...moreCaptures,
    ];
    this.#captures = starters.flatMap((start) => {
      try {
        return [start(context, settings)];
      } catch (error) {
        // A page may have removed or frozen what a capture patches; the other captures still work.
        this.#warn({ kind: "capture-failed", error });
        return [];
      }
    });
    this.#timer = setInterval(() => this.#storeBatchIfDue(), tickMs);
    this.#attachListeners();
    if (!settings.sockets_) this.#restoreSockets();
  }

  get sessionId(): string {
    return this.#state.id;
  }

  identify(user?: string): void {
    if (this.#endedAt !== undefined) return;
    this.#state.user = user === undefined ? undefined : this.#label(user);
    this.#hasNewHead = true;
  }

  async stop(): Promise<void> {
    if (this.#endedAt !== undefined) return;
    this.#endedAt = epochNow();
    await this.#flushCaptures();
    for (const capture of this.#captures) {
      capture.reportPending_?.(this.#journal);
      capture.stop_();
    }
    this.#detachListeners();
    clearInterval(this.#timer);
    endSession(this.#state);
    this.#onEnded();
    await this.#storeBatch(true);
    await this.#outbox.flush();
    this.#outbox.stop();
  }

  async flush(): Promise<void> {
    await this.#flushCaptures();
    await this.#storeBatch();
    await this.#outbox.flush();
  }

  async zip(): Promise<Blob> {
    await this.flush();
    const batches: Pick<Batch, "files">[] = await this.#outbox.all();
    if (this.#endedAt === undefined) {
      const pending = new Journal();
      for (const capture of this.#captures) capture.reportPending_?.(pending);
      batches.push({ files: pending.take() });
    }
    return zip(sessionFolder(this.#head(this.#endedAt ?? epochNow()), batches));
  }

  async download(): Promise<void> {
    const url = URL.createObjectURL(await this.zip());
    const link = Object.assign(document.createElement("a"), { href: url, download: `${this.sessionId}.zip` });
    link.click();
    // The browser reads the URL after the click; a minute is more than enough.
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }

  readonly #warn = (warning: Warning): void => this.#console.warn(warningText(warning));

  async #flushCaptures(): Promise<void> {
    await Promise.all(this.#captures.map(async (capture) => capture.flush_?.()));
  }

  /** Removes the stub's hook where sockets are not recorded. */
  #restoreSockets(): void {
    if (window.replayscopeSockets !== undefined) unhookSockets(window.replayscopeSockets);
    delete window.replayscopeSockets;
    this.#console.info(socketsExcludedText(socketsExcludedBy(this.#settings)));
  }

  /** A listener that is already attached is not added twice. */
  #attachListeners(): void {
    if (document.readyState !== "loading") this.#root = document.documentElement;
    addEventListener("pagehide", this.#onPageHide);
    addEventListener("pageshow", this.#onPageShow);
    addEventListener("visibilitychange", this.#onVisibilityChange);
    for (const capture of this.#captures) capture.attachListeners_?.();
  }

  #detachListeners(): void {
    removeEventListener("pagehide", this.#onPageHide);
    removeEventListener("pageshow", this.#onPageShow);
    removeEventListener("visibilitychange", this.#onVisibilityChange);
  }

  readonly #onVisibilityChange = (): void => {
    if (this.#isUnloading) this.#endPage();
    else void this.#storeBatch();
  };

  /**
   * Handlers that the page added later have not run yet. An unload hides a visible page right after
   * them; what they do is part of the last batch then.
   */
  readonly #onPageHide = (): void => {
    this.#isUnloading = document.visibilityState === "visible";
    if (!this.#isUnloading) return this.#endPage();
    this.#saveLastBatch();
    // After the page's own.
    removeEventListener("visibilitychange", this.#onVisibilityChange);
    addEventListener("visibilitychange", this.#onVisibilityChange);
  };

  #endPage(): void {
    this.#isUnloading = false;
    for (const capture of this.#captures) capture.onPageHide_?.();
    this.#saveLastBatch();
  }

  #saveLastBatch(): void {
    this.#state.isResumable = true;
    this.#outbox.onPageHide(this.#createBatch(epochNow()));
  }

  /** A page restored from the back/forward cache: pages loaded since may have continued its session. */
  readonly #onPageShow = ({ persisted }: PageTransitionEvent): void => {
    if (!persisted) return;
    resumeSession(this.#state, this.#pageId);
    this.#outbox.onPageShow();
    for (const capture of this.#captures) capture.onPageShow_?.();
  };

  #storeBatchIfDue(): void {
    if (document.documentElement !== this.#root) this.#attachListeners();
    if (pageNow() - this.#lastBatchAt >= this.#intervalMs) void this.#storeBatch();
  }

  async #storeBatch(isFinal = false): Promise<void> {
    if (this.#journal.isEmpty && !this.#hasNewHead && !isFinal) return;
    this.#lastBatchAt = pageNow();
    await this.#outbox.put(this.#createBatch(this.#endedAt, isFinal || undefined));
    const { sessionLimit } = this.#settings;
    if (this.#state.storedSize <= sessionLimit || this.#endedAt !== undefined) return;
    this.#warn({ kind: "session-limit-reached", bytes: sessionLimit });
    await this.stop();
  }

  #createBatch(endedAt: number | undefined, final?: true): Batch {
    this.#hasNewHead = false;
    const { id: session } = this.#state;
    this.#state.sequence += 1;
    const files = this.#journal.take();
    const batch: Batch = {
      session,
      sequence: this.#state.sequence,
      page: this.#pageId,
      at: Date.now(),
      head: this.#head(endedAt),
      files,
      final,
    };
    this.#state.storedSize += sizeOf(batch);
    if (this.#endedAt === undefined) saveSession(this.#state);
    return batch;
  }

  /** A short text of the page, redacted as all others. */
  #label(text: string, maxLength = maxTitle): string {
    return this.#redactor.text_(String(text).slice(0, maxLength));
  }

  #onEndpointGone(url = ""): void {
    this.#warn({ kind: "endpoint-gone", url });
    void this.stop();
  }

  #head(endedAt: number | undefined): ManifestHead {
    const { title, contents_, sockets_, consoleMethods, dom, privacy } = this.#settings;
    const { id, startedAt, pages, user } = this.#state;
    const page = pages.find((page) => page.id === this.#pageId);
    // A title is text of the page.
    const pageTitle = privacy === "strict" ? "" : this.#label(documentTitle());
    if (page !== undefined && pageTitle !== "") page.title = pageTitle;
    return {
      format: "replayscope/1",
      id,
      title: title === undefined ? pageTitle || undefined : this.#redactor.text_(title),
      user,
      tags: this.#tags,
      release: this.#release,
      startedAt,
      endedAt,
      pages,
      userAgent: navigator.userAgent,
      recorder: { name, version },
      capture: {
        headersAndBodies: contents_,
        webSockets: sockets_,
        workers: false,
        dom,
        console: consoleMethods.length > 0,
        unavailable: unavailable.size > 0 ? [...unavailable].sort() : undefined,
      },
    };
  }
}

/** A recorder started later than this after navigation start omits how the page loaded. */
const lateStartMs = 30_000;

function isFromStart(): boolean {
  return window.replayscopeSockets !== undefined || pageNow() < lateStartMs;
}

function socketsExcludedBy({ contents_, requests_ }: Settings): SocketsExcludedBy {
  if (!requests_) return "networkRecording";
  return contents_ ? "disableWebSocketEventRecordings" : "recordHeadersAndBody";
}
