// WebSockets: opens and closes among the resources, messages in a file for each socket.
import { epoch, pageNow } from "../clock.ts";
import type { Context, Part } from "../context.ts";
import type { Sink } from "../session/journal.ts";
import { isBlocked, pairOf } from "../options.ts";
import { resourcesFile, socketFile } from "../session/manifest.ts";
import { quietly } from "../quietly.ts";
import { addMessage } from "./messages.ts";
import { newQueue } from "./queue.ts";
import { hookSockets, unhookSockets, type Kept, type Seen } from "./socket-hook.ts";

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

const goingAway = 1001;

export function recordSockets(context: Context): Part {
  const { redactor, sanitize, settings, journal, pageId } = context;
  const hook = window.replayscopeSockets ?? hookSockets();
  /** No value for a socket of which the page's sanitizer wants nothing recorded. */
  const sockets = new WeakMap<WebSocket, Known | null | undefined>();
  /** Of the whole recorder alone, which reports them and is told that the page is left. */
  const running = new Set<Known>();
  let count = 0;

  const queue = newQueue<[known: Known, type: "sent" | "received", time: number], Kept>(
    settings.bodyLimit,
    ([known, type, time], payload) => {
      if (!known.isBlocked) addMessage(context, known, { type, time, payload });
    },
  );

  const remember = (socket: WebSocket, offered: string[]): Known | undefined => {
    const { url } = socket;
    count += 1;
    const id = `${pageId}-socket-${count}`;
    const blocked = isBlocked(settings, url);
    const clean = sanitize(pairOf(id, "GET", url, 101, blocked));
    const known = clean && {
      id,
      name: redactor.url(clean.request.url),
      offered,
      isListed: false,
      hasEnded: false,
      isBlocked: blocked,
    };
    sockets.set(socket, known);
    if (!known) return;
    if (isWhole) running.add(known);
    if (!blocked) journal.touch(socketFile(id));
    return known;
  };

  const begin = (socket: WebSocket, time: number, protocols: unknown): void => {
    // What is no text yet was made one for the browser; a page would notice that it is asked again.
    const offered = [protocols].flat().filter((name) => typeof name === "string");
    const known = remember(socket, offered);
    if (!known) return;
    known.open = { startTimeAbs: epoch(time) };
    if (offered.length) known.open.requestedProtocols = redactor.protocols(offered);
  };

  /** A socket from before the recorder: its open was not seen, its messages are from now on. */
  const adopt = (socket: WebSocket): Known | undefined => {
    hook.watch(socket);
    return remember(socket, []);
  };

  const addLine = (to: Sink, { id: socketId, name }: Known, type: "open" | "close", more: object): void =>
    to.add(resourcesFile, { initiatorType: "websocket", type, socketId, name, pageId, ...more });

  const addOpen = (to: Sink, known: Known): void => {
    if (known.open) addLine(to, known, "open", known.open);
  };

  const list = (known: Known): void => {
    if (!known.isListed) addOpen(journal, known);
    known.isListed = true;
  };

  const opened = (known: Known, { protocol, extensions }: WebSocket, time: number): void => {
    const { open, offered } = known;
    if (!open) return;
    open.openedTimeAbs = epoch(time);
    // The same words as in the offer, where what gives access has been taken out.
    if (protocol) open.protocol = open.requestedProtocols?.[offered.indexOf(protocol)] ?? redactor.tokens(protocol);
    if (extensions) open.extensions = extensions;
    list(known);
  };

  const addError = (known: Known, time: number, message?: string): void => {
    const record = { type: "error", timeStamp: epoch(time), size: 0, message };
    // After the messages that came before it.
    queue.after(() => {
      if (!known.isBlocked) journal.add(socketFile(known.id), record);
    });
  };

  const failed = (known: Known, time: number): void => {
    addError(known, time);
    if (known.open && !known.open.openedTimeAbs) known.open.error = "The handshake failed";
    list(known);
  };

  const closed = (known: Known, time: number, { code, reason, wasClean }: Partial<CloseEvent>): void => {
    list(known);
    if (known.hasEnded) return;
    known.hasEnded = true;
    if (isWhole) running.delete(known);
    addLine(journal, known, "close", {
      responseEndAbs: epoch(time),
      code,
      reason: reason && redactor.text(reason),
      wasClean,
    });
  };

  const see = ([kind, socket, time, detail]: Seen): void => {
    if (kind === "new") return begin(socket, time, detail);
    const known = sockets.has(socket) ? sockets.get(socket) : adopt(socket);
    if (!known) return;
    if (kind === "open") opened(known, socket, time);
    else if (kind === "message") queue.push([known, "received", time], detail);
    else if (kind === "send") queue.push([known, "sent", time], detail);
    else if (kind === "void") addError(known, time, "Not sent: the socket was closing or closed");
    else if (kind === "error") failed(known, time);
    else if (kind === "close") closed(known, time, detail);
  };

  // Takes over the hook, with what waited in it: sockets of a page's own class too, of which nothing may be known.
  hook.limit = settings.bodyLimit;
  hook.waiting.splice(0).forEach((seen) => quietly(() => see(seen)));
  hook.tell = see;

  return {
    settle: queue.settle,
    ...(isWhole && {
      /** Sockets whose handshake is still under way. */
      report: (to) => {
        for (const known of running) if (!known.isListed) addOpen(to, known);
      },
      /** With the page go its sockets; browsers say so to the server, and to nobody else. */
      leave: () => {
        queue.settleNow();
        for (const known of running) closed(known, pageNow(), { code: goingAway });
      },
    }),
    stop: () => {
      hook.tell = () => undefined;
      unhookSockets(hook);
      delete window.replayscopeSockets;
    },
  };
}
