// A recording: the parts that watch the page, and the way of what they see into batches.
import { epochNow, pageNow } from "./clock.ts";
import { recordRequests } from "./capture/resources.ts";
import { unhookSockets } from "./capture/socket-hook.ts";
import { recordSockets } from "./capture/websocket.ts";
import type { Context, Part, Start } from "./context.ts";
import { settingsFrom, type Options, type Settings } from "./options.ts";
import { sessionFolder } from "./output/folder.ts";
import { Outbox, sizeOf } from "./output/outbox.ts";
import type { Batch } from "./output/store.ts";
import { endpointOf } from "./output/upload.ts";
import { zip } from "./output/zip.ts";
import { redactor } from "./privacy/redact.ts";
import { sanitizer } from "./privacy/sanitize.ts";
import { Journal } from "./session/journal.ts";
import type { ManifestHead } from "./session/manifest.ts";
import { continueSession, endSession, resumeSession, saveSession, type SessionState } from "./session/state.ts";
import { name, version } from "./version.ts";

/** What a page holds of a recording. */
export interface Recorder {
  readonly sessionId: string;
  /** Ends the recording: nothing more is seen, and a reload begins a new session. */
  stop(): Promise<void>;
  /** Resolves when all that happened so far is stored, and delivered where there is an endpoint that takes it. */
  flush(): Promise<void>;
  /** The session so far as a zip of its folder. */
  zip(): Promise<Blob>;
  /** Saves that zip as a file. */
  download(): Promise<void>;
}

const cutMilliseconds = 2000;
/** Characters after which a batch is cut before its time. */
const cutSize = 512 * 1024;

let current: Recording | undefined;

export function record(options: Options, more: readonly Start[]): Recorder {
  current ??= new Recording(settingsFrom(options), more, () => (current = undefined));
  return current;
}

class Recording implements Recorder {
  readonly #settings: Settings;
  readonly #state: SessionState;
  readonly #journal: Journal;
  readonly #outbox: Outbox;
  readonly #parts: Part[];
  readonly #pageId: string;
  readonly #ended: () => void;
  readonly #listeners = new AbortController();
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #console = { info: console.info.bind(console), warn: console.warn.bind(console) };
  #endedAt: number | undefined;
  #lastCut = pageNow();

  constructor(settings: Settings, more: readonly Start[], ended: () => void) {
    const clean = redactor(settings);
    const warn = (text: string): void => this.#console.warn(`Replayscope: ${text}`);
    this.#settings = settings;
    this.#ended = ended;
    this.#state = continueSession(isFromStart(), settings.endpoint, clean.url);
    this.#pageId = `page-${this.#state.pages.length}`;
    this.#journal = new Journal(cutSize, () => void this.#cut());
    this.#outbox = new Outbox(this.#state, endpointOf(settings, warn), settings.sessionLimit, warn);
    const context: Context = {
      settings,
      redactor: clean,
      sanitize: sanitizer(settings),
      journal: this.#journal,
      pageId: this.#pageId,
      isFromStart: isFromStart(),
    };
    const starts = [
      ...(settings.sockets ? [recordSockets] : []),
      ...(settings.requests ? [recordRequests] : []),
      ...more,
    ];
    this.#parts = starts.flatMap((start) => {
      try {
        return [start(context, settings)];
      } catch (error) {
        // A page may have taken away or frozen what a part puts its own over; the others do their work.
        warn(`a part of the page is not recorded: ${String(error)}`);
        return [];
      }
    });
    this.#timer = setInterval(() => this.#cutIfDue(), cutMilliseconds / 4);
    this.#watchPage();
    if (!settings.sockets) this.#leaveSocketsAlone();
  }

  get sessionId(): string {
    return this.#state.id;
  }

  async stop(): Promise<void> {
    if (this.#endedAt !== undefined) return;
    this.#endedAt = epochNow();
    await Promise.all(this.#parts.map(async (part) => part.settle?.()));
    for (const part of this.#parts) {
      part.report?.(this.#journal);
      part.stop();
    }
    this.#listeners.abort();
    clearInterval(this.#timer);
    endSession(this.#state);
    this.#ended();
    await this.flush();
    this.#outbox.stop();
  }

  async flush(): Promise<void> {
    await Promise.all(this.#parts.map(async (part) => part.settle?.()));
    await this.#cut();
    await this.#outbox.settle();
  }

  async zip(): Promise<Blob> {
    await this.flush();
    const batches: Pick<Batch, "files">[] = await this.#outbox.all();
    if (this.#endedAt === undefined) {
      const underway = new Journal();
      for (const part of this.#parts) part.report?.(underway);
      batches.push({ files: underway.take() });
    }
    return zip(sessionFolder(this.#head(this.#endedAt ?? epochNow()), batches));
  }

  async download(): Promise<void> {
    const url = URL.createObjectURL(await this.zip());
    const link = Object.assign(document.createElement("a"), { href: url, download: `${this.sessionId}.zip` });
    link.click();
    // The browser reads it after the click; a minute is more than it needs.
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }

  #leaveSocketsAlone(): void {
    if (window.replayscopeSockets !== undefined) unhookSockets(window.replayscopeSockets);
    delete window.replayscopeSockets;
    this.#console.info(`Replayscope: ${whyNoSockets(this.#settings)}`);
  }

  /** May be called again: what listens already does not listen twice. */
  #watchPage(): void {
    const { signal } = this.#listeners;
    addEventListener("pagehide", this.#leave, { signal });
    addEventListener("pageshow", this.#stay, { signal });
    document.addEventListener("visibilitychange", this.#pause, { signal });
    for (const part of this.#parts) part.listen?.();
  }

  readonly #pause = (): void => void this.#cut();

  readonly #leave = (): void => {
    this.#state.isLeft = true;
    for (const part of this.#parts) part.leave?.();
    this.#outbox.leave(this.#batch(epochNow()));
  };

  /** The browser has brought the page back as it was; the pages since may have gone on with its session. */
  readonly #stay = ({ persisted }: PageTransitionEvent): void => {
    if (!persisted) return;
    resumeSession(this.#state, this.#pageId);
    this.#outbox.stay();
    for (const part of this.#parts) part.stay?.();
  };

  #cutIfDue(): void {
    // A page that writes itself anew with `document.open` has lost all listeners.
    this.#watchPage();
    if (pageNow() - this.#lastCut >= cutMilliseconds) void this.#cut();
  }

  async #cut(): Promise<void> {
    if (this.#journal.isEmpty && this.#endedAt === undefined) return;
    this.#lastCut = pageNow();
    await this.#outbox.put(this.#batch(this.#endedAt));
    if (this.#state.held <= this.#settings.sessionLimit || this.#endedAt !== undefined) return;
    this.#console.warn(
      `Replayscope: the session has reached ${this.#settings.sessionLimit} bytes; the recording ends here.`,
    );
    await this.stop();
  }

  #batch(endedAt: number | undefined): Batch {
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
    };
    this.#state.held += sizeOf(batch);
    if (this.#endedAt === undefined) saveSession(this.#state);
    return batch;
  }

  #head(endedAt: number | undefined): ManifestHead {
    const { title, contents, sockets, consoleMethods, dom } = this.#settings;
    const { id, startedAt, pages } = this.#state;
    const page = pages.find((page) => page.id === this.#pageId);
    if (page !== undefined && document.title !== "") page.title = document.title;
    return {
      format: "replayscope/1",
      id,
      title: title ?? (document.title || undefined),
      startedAt,
      endedAt,
      pages,
      userAgent: navigator.userAgent,
      recorder: { name, version },
      capture: {
        headersAndBodies: contents,
        webSockets: sockets,
        workers: false,
        dom,
        console: consoleMethods.length > 0,
      },
    };
  }
}

/** A recorder that starts later than this was called for what comes, not for how the page loaded. */
const lateStart = 30_000;

function isFromStart(): boolean {
  return window.replayscopeSockets !== undefined || pageNow() < lateStart;
}

function whyNoSockets({ contents, requests }: Settings): string {
  if (!requests) return "requests and WebSockets are not recorded: networkRecording is switched off.";
  if (!contents)
    return "WebSockets, headers and bodies are not recorded; networkRecording.recordHeadersAndBody: true records them.";
  return "WebSockets are not recorded: networkRecording.disableWebSocketEventRecordings is set.";
}
