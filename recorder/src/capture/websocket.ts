// WebSockets: opens and closes in `resources.jsonl`, messages in a file per socket.
import { epoch, pageNow } from "../clock.ts";
import type { Capture, Context } from "../context.ts";
import type { Sink } from "../session/journal.ts";
import { createPair, isBlocked } from "../options.ts";
import { resourcesFile, socketFile } from "../session/manifest.ts";
import { ignoreErrors } from "../ignore-errors.ts";
import { addMessage } from "./messages.ts";
import { createQueue } from "./queue.ts";
import { patch } from "./patch.ts";
import {
  hookSockets,
  ownerOf,
  unhookSockets,
  type RawPayload,
  type SocketEvent,
  type SocketHook,
} from "./socket-hook.ts";

interface TrackedSocket {
  id: string;
  /** Its redacted URL. */
  name: string;
  offeredProtocols_: string[];
  /** Absent for a socket that was opened before the recorder started. */
  openRecord_?: OpenRecord;
  isOpenWritten_: boolean;
  isClosed_: boolean;
  /** The page has closed it with these arguments; the event may come too late. */
  closing_?: { code: number; reason?: string };
  /** Its messages are not recorded. */
  isBlocked_: boolean;
}

interface OpenRecord {
  startTimeAbs: number;
  openedTimeAbs?: number;
  requestedProtocols?: string[];
  protocol?: string;
  extensions?: string;
  error?: string;
}

/** Close codes of RFC 6455: the page is being unloaded; the page has named none. */
const goingAway = 1001;
const noStatus = 1005;

export function recordSockets(context: Context): Capture {
  const { redactor_: redactor, settings_: settings, journal_: journal, pageId_: pageId } = context;
  const hook = window.replayscopeSockets ?? hookSockets();
  if (!hook) return { stop_: () => undefined };
  /** No value for a socket that the page's sanitizer drops. */
  const sockets = new WeakMap<WebSocket, TrackedSocket | null | undefined>();
  const openSockets = new Set<TrackedSocket>();
  let count = 0;

  const queue = createQueue<[tracked: TrackedSocket, type: "sent" | "received", time: number], RawPayload>(
    settings.bodyLimit_,
    ([tracked, type, time_], payload_) => {
      if (!tracked.isBlocked_) addMessage(context, tracked, { type, time_, payload_ });
    },
  );

  const track = (socket: WebSocket, offeredProtocols_: string[]): TrackedSocket | undefined => {
    const { url } = socket;
    count += 1;
    const id = `${pageId}-socket-${count}`;
    const isBlocked_ = isBlocked(settings, url);
    const sanitized = context.sanitize_(createPair(id, "GET", url, 101, isBlocked_));
    const tracked = sanitized && {
      id,
      name: redactor.url_(sanitized.request.url),
      offeredProtocols_,
      isOpenWritten_: false,
      isClosed_: false,
      isBlocked_,
    };
    sockets.set(socket, tracked);
    if (!tracked) return;
    openSockets.add(tracked);
    if (!isBlocked_) journal.touch_(socketFile(id));
    return tracked;
  };

  const onConstructed = (socket: WebSocket, time: number, protocols: unknown): void => {
    // Only strings: the browser has converted other values already, and the page would notice a
    // second conversion.
    const offered = [protocols].flat().filter((name) => typeof name === "string");
    const tracked = track(socket, offered);
    if (!tracked) return;
    tracked.openRecord_ = { startTimeAbs: epoch(time) };
    if (offered.length) tracked.openRecord_.requestedProtocols = redactor.protocols_(offered);
  };

  /** Tracks a socket that was opened before the recorder started: it is recorded from now on, without an open. */
  const trackExisting = (socket: WebSocket): TrackedSocket | undefined => {
    hook.watch(socket);
    return track(socket, []);
  };

  const addRecord = (sink: Sink, { id: socketId, name }: TrackedSocket, type: "open" | "close", fields: object): void =>
    sink.add_(resourcesFile, { initiatorType: "websocket", type, socketId, name, pageId, ...fields });

  const addOpen = (sink: Sink, tracked: TrackedSocket): void => {
    if (tracked.openRecord_) addRecord(sink, tracked, "open", tracked.openRecord_);
  };

  const writeOpen = (tracked: TrackedSocket): void => {
    if (!tracked.isOpenWritten_) addOpen(journal, tracked);
    tracked.isOpenWritten_ = true;
  };

  const onOpen = (tracked: TrackedSocket, { protocol, extensions }: WebSocket, time: number): void => {
    const { openRecord_: open, offeredProtocols_ } = tracked;
    if (!open) return;
    open.openedTimeAbs = epoch(time);
    // Redacted exactly as in the offer.
    if (protocol)
      open.protocol = open.requestedProtocols?.[offeredProtocols_.indexOf(protocol)] ?? redactor.tokens_(protocol);
    if (extensions) open.extensions = extensions;
    writeOpen(tracked);
  };

  const addError = (tracked: TrackedSocket, time: number, message?: string): void => {
    const record = { type: "error", timeStamp: epoch(time), size: 0, message };
    // Keep it in order with the messages before it.
    queue.runAfter_(() => {
      if (!tracked.isBlocked_) journal.add_(socketFile(tracked.id), record);
    });
  };

  const onError = (tracked: TrackedSocket, time: number): void => {
    addError(tracked, time);
    const open = tracked.openRecord_;
    if (open && !open.openedTimeAbs) open.error = "The handshake failed";
    writeOpen(tracked);
  };

  const onClose = (tracked: TrackedSocket, time: number, { code, reason, wasClean }: Partial<CloseEvent>): void => {
    writeOpen(tracked);
    if (tracked.isClosed_) return;
    tracked.isClosed_ = true;
    openSockets.delete(tracked);
    addRecord(journal, tracked, "close", {
      responseEndAbs: epoch(time),
      code,
      reason: reason && redactor.text_(reason),
      wasClean,
    });
  };

  const handleEvent = (event: SocketEvent): void => {
    // Not destructured, which takes longer than all else here.
    const kind = event[0];
    const socket = event[1];
    const time = event[2];
    const tracked = sockets.get(socket);
    // Most events are messages.
    if (tracked && (kind === "message" || kind === "send"))
      queue.enqueue_([tracked, kind === "send" ? "sent" : "received", time], event[3]);
    else if (kind === "new") onConstructed(socket, time, event[3]);
    else if (tracked) handleRareEvent(tracked, event);
    else if (!sockets.has(socket) && trackExisting(socket)) handleEvent(event);
  };

  const handleRareEvent = (tracked: TrackedSocket, [kind, socket, time, detail]: SocketEvent): void => {
    if (kind === "open") onOpen(tracked, socket, time);
    else if (kind === "dropped") addError(tracked, time, "Not sent: the socket was closing or closed");
    else if (kind === "error") onError(tracked, time);
    else if (kind === "close") onClose(tracked, time, detail);
  };

  const closeOwner = ownerOf(WebSocket.prototype, "close");
  const unpatchClose =
    closeOwner &&
    patch(closeOwner, "close", (self, [code = noStatus, reason]) => () => {
      const tracked = sockets.get(self as WebSocket);
      const isClosing = (self as WebSocket).readyState === WebSocket.CLOSING;
      if (tracked && isClosing && typeof code === "number")
        tracked.closing_ ??= typeof reason === "string" ? { code, reason } : { code };
    });

  const stop = takeOver(hook, settings.bodyLimit_, handleEvent);

  return {
    flush_: queue.flush_,
    /** Reports sockets whose handshake is in progress. */
    reportPending_: (sink) => {
      for (const tracked of openSockets) if (!tracked.isOpenWritten_) addOpen(sink, tracked);
    },
    /** Unloading a page closes its sockets; browsers send the close to the server without dispatching an event. */
    onPageHide_: () => {
      queue.flushNow_?.();
      for (const tracked of openSockets) onClose(tracked, pageNow(), tracked.closing_ ?? { code: goingAway });
    },
    stop_: () => {
      unpatchClose?.();
      stop();
    },
  };
}

/** Takes over the hook with its buffered events; these may come from a page's own socket class, which may throw. */
function takeOver(hook: SocketHook, limit: number, handleEvent: (event: SocketEvent) => void): () => void {
  hook.limit = limit;
  hook.waiting.splice(0).forEach((event) => ignoreErrors(() => handleEvent(event)));
  hook.notify = handleEvent;
  return () => {
    hook.notify = () => undefined;
    unhookSockets(hook);
    delete window.replayscopeSockets;
  };
}
