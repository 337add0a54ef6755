// WebSockets: opens and closes among the resources, messages in a file for each socket.
import { epoch, pageNow } from "../clock.ts";
import type { Context, Part } from "../context.ts";
import type { Sink } from "../session/journal.ts";
import { isBlocked, pairOf } from "../options.ts";
import { resourcesFile, socketFile } from "../session/manifest.ts";
import { addMessage, type Message } from "./messages.ts";
import { Queue } from "./queue.ts";
import { hookSockets, unhookSockets, type Kept, type Seen, type SocketHook } from "./socket-hook.ts";

interface Known {
  id: string;
  name: string;
  offered: string[];
  /** Its line among the resources; none for a socket that was there before the recorder. */
  open?: OpenLine;
  isListed: boolean;
  hasEnded: boolean;
  /** Listed, but not its messages. */
  isBlocked: boolean;
}

interface OpenLine {
  startTimeAbs: number;
  openedTimeAbs?: number;
  requestedProtocols?: string[];
  protocol?: string;
  extensions?: string;
  error?: string;
}

const failed = "The handshake failed";
const goingAway = 1001;

export function recordSockets(context: Context): Part {
  const recorder = new SocketRecorder(context);
  const hook = window.replayscopeSockets ?? hookSockets();
  recorder.take(hook);
  return {
    settle: () => recorder.queue.settle(),
    report: (journal) => recorder.report(journal),
    leave: () => recorder.leave(),
    stop: () => {
      hook.tell = () => undefined;
      unhookSockets(hook);
      delete window.replayscopeSockets;
    },
  };
}

class SocketRecorder {
  readonly #context: Context;
  readonly #known = new WeakMap<WebSocket, Known | "dropped">();
  readonly #open = new Set<Known>();
  #count = 0;
  readonly queue: Queue<[known: Known, type: "sent" | "received", time: number], Kept>;

  constructor(context: Context) {
    this.#context = context;
    this.queue = new Queue(context.settings.bodyLimit, ([known, type, time], payload) => this.#message(known, { type, time, payload }));
  }

  /** Takes over a hook, with what waited in it. */
  take(hook: SocketHook): void {
    hook.limit = this.#context.settings.bodyLimit;
    for (const seen of hook.waiting.splice(0)) this.#see(hook, seen);
    hook.tell = (seen) => this.#see(hook, seen);
  }

  #see(hook: SocketHook, [kind, socket, time, detail]: Seen): void {
    const known = kind === "new" ? this.#begin(socket, time, detail) : (this.#known.get(socket) ?? this.#adopt(hook, socket));
    if (known === "dropped") return;
    if (kind === "open") this.#opened(known, socket, time);
    else if (kind === "message") this.queue.push([known, "received", time], detail);
    else if (kind === "send") this.queue.push([known, "sent", time], detail);
    else if (kind === "void") this.#error(known, time, "Not sent: the socket was closing or closed");
    else if (kind === "error") this.#failed(known, time);
    else if (kind === "close") this.#closed(known, time, detail);
  }

  #begin(socket: WebSocket, time: number, protocols: unknown): Known | "dropped" {
    const offered = typeof protocols === "string" ? [protocols] : Array.isArray(protocols) ? protocols.map(String) : [];
    const known = this.#remember(socket, offered);
    if (known === "dropped") return known;
    known.open = { startTimeAbs: epoch(time) };
    if (offered.length > 0) known.open.requestedProtocols = this.#context.redactor.protocols(offered);
    return known;
  }

  /** A socket from before the recorder: its open was not seen, its messages are from now on. */
  #adopt(hook: SocketHook, socket: WebSocket): Known | "dropped" {
    hook.watch(socket);
    return this.#remember(socket, []);
  }

  #remember(socket: WebSocket, offered: string[]): Known | "dropped" {
    const { redactor, sanitize, settings, journal, pageId } = this.#context;
    const { url } = socket;
    this.#count += 1;
    const id = `${pageId}-socket-${this.#count}`;
    const blocked = isBlocked(settings, url);
    const clean = sanitize(pairOf(id, "GET", url, 101, blocked));
    if (clean === undefined) {
      this.#known.set(socket, "dropped");
      return "dropped";
    }
    const known = { id, name: redactor.url(clean.request.url), offered, isListed: false, hasEnded: false, isBlocked: blocked };
    this.#known.set(socket, known);
    this.#open.add(known);
    if (!blocked) journal.touch(socketFile(id));
    return known;
  }

  #opened(known: Known, { protocol, extensions }: WebSocket, time: number): void {
    const { open, offered } = known;
    if (!open) return;
    open.openedTimeAbs = epoch(time);
    // The same words as in the offer, where what gives access has been taken out.
    if (protocol) open.protocol = open.requestedProtocols?.[offered.indexOf(protocol)] ?? this.#context.redactor.tokens(protocol);
    if (extensions) open.extensions = extensions;
    this.#list(known);
  }

  #failed(known: Known, time: number): void {
    this.#error(known, time);
    if (known.open && !known.open.openedTimeAbs) known.open.error = failed;
    this.#list(known);
  }

  #error(known: Known, time: number, message?: string): void {
    const record = { type: "error", timeStamp: epoch(time), size: 0, message };
    // After the messages that came before it.
    this.queue.then(() => {
      if (!known.isBlocked) this.#context.journal.add(socketFile(known.id), record, { errors: 1 });
    });
  }

  #closed(known: Known, time: number, { code, reason, wasClean }: Partial<CloseEvent>): void {
    const { journal, redactor, pageId } = this.#context;
    this.#list(known);
    if (known.hasEnded) return;
    known.hasEnded = true;
    this.#open.delete(known);
    journal.add(resourcesFile, {
      initiatorType: "websocket",
      type: "close",
      socketId: known.id,
      name: known.name,
      pageId,
      responseEndAbs: epoch(time),
      code,
      reason: reason && redactor.text(reason),
      wasClean,
    });
  }

  #list(known: Known): void {
    if (known.isListed) return;
    known.isListed = true;
    this.#addOpen(this.#context.journal, known);
  }

  #addOpen(journal: Sink, { id: socketId, name, open }: Known): void {
    if (!open) return;
    const record = { initiatorType: "websocket", type: "open", socketId, name, pageId: this.#context.pageId, ...open };
    journal.add(resourcesFile, record, { sockets: 1, errors: open.error ? 1 : 0 });
  }

  #message(known: Known, message: Message): void {
    if (!known.isBlocked) addMessage(this.#context, known, message);
  }

  /** Sockets whose handshake is still under way. */
  report(journal: Sink): void {
    if (!isWhole) return;
    for (const known of this.#open) if (!known.isListed) this.#addOpen(journal, known);
  }

  /** With the page go its sockets; browsers say so to the server, and to nobody else. */
  leave(): void {
    if (!isWhole) return;
    this.queue.settleNow();
    for (const known of this.#open) this.#closed(known, pageNow(), { code: goingAway });
  }
}
