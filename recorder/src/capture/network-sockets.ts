// WebSockets for the network part, which does not take over the hook of the inline stub.
import { epoch, pageNow } from "../clock.ts";
import type { Context, NetworkCapture } from "../context.ts";
import { createPair, isBlocked } from "../options.ts";
import { resourcesFile, socketFile } from "../session/manifest.ts";
import { viewOf } from "./body.ts";
import { addMessage, type Message } from "./messages.ts";
import { patch } from "./patch.ts";
import { createQueue } from "./queue.ts";
import { replace, restore } from "./replace.ts";
import type { RawPayload } from "./socket-hook.ts";

interface TrackedSocket {
  id: string;
  /** Its redacted URL. */
  name: string;
}

type Head = [tracked: TrackedSocket, type: Message["type"], time: number];

export function recordNetworkSockets(context: Context): NetworkCapture {
  const { redactor_: redactor, settings_: settings, journal_: journal, pageId_: pageId } = context;
  const { prototype } = WebSocket;
  const { constructor, addEventListener } = prototype;
  /** Of sockets whose messages are recorded, what is called for each that the page sends. */
  const onSend = new WeakMap<object, (payload: RawPayload, isSent: boolean) => void>();
  let count = 0;

  const queue = createQueue<Head, RawPayload>(settings.bodyLimit_, ([tracked, type, time_], payload_) =>
    addMessage(context, tracked, { type, time_, payload_ }),
  );

  const copy = (data: unknown): RawPayload => {
    const bytes = viewOf(data);
    if (bytes) return { size: bytes.length, bytes: bytes.slice(0, settings.bodyLimit_) };
    return data instanceof Blob ? data : `${data as string}`;
  };

  const track = (socket: WebSocket, startTimeAbs: number, protocols: unknown): void => {
    const { url } = socket;
    count += 1;
    const id = `${pageId}-socket-${count}`;
    const isBlocked_ = isBlocked(settings, url);
    const sanitized = context.sanitize_(createPair(id, "GET", url, 101, isBlocked_));
    // The page's sanitizer drops it.
    if (!sanitized) return;
    const name = redactor.url_(sanitized.request.url);
    // The browser has converted other values, and the page would notice a second conversion.
    const offered = [protocols].flat().filter((protocol) => typeof protocol === "string");
    const requestedProtocols = offered.length ? redactor.protocols_(offered) : undefined;
    let openFields: object | undefined = { startTimeAbs, requestedProtocols };

    const addRecord = (type: "open" | "close", fields?: object): void =>
      fields &&
      journal.add_(resourcesFile, { initiatorType: "websocket", type, socketId: id, name, pageId, ...fields });
    const addOpen = (fields?: object): void => {
      addRecord("open", openFields && { ...openFields, ...fields });
      openFields = undefined;
    };
    const addError = (message?: string): void => {
      const record = { type: "error", timeStamp: epoch(pageNow()), size: 0, message };
      // Keep it in order with the messages before it.
      if (!isBlocked_) queue.runAfter_(() => journal.add_(socketFile(id), record));
    };
    const addPayload = (type: Message["type"], payload: RawPayload): void => {
      if (!isBlocked_) queue.enqueue_([{ id, name }, type, pageNow()], payload);
    };
    const on = (type: string, listener: (event: CloseEvent & MessageEvent) => void): void =>
      // Events dispatched by the page did not come from the network.
      addEventListener.call(socket, type, (event) => event.isTrusted && listener(event as CloseEvent & MessageEvent));

    onSend.set(socket, (payload, isSent) =>
      isSent ? addPayload("sent", payload) : addError("Not sent: the socket was closing or closed"),
    );
    on("open", () => {
      const { protocol, extensions } = socket;
      addOpen({
        openedTimeAbs: epoch(pageNow()),
        // Redacted exactly as in the offer.
        protocol: requestedProtocols?.[offered.indexOf(protocol)],
        extensions: extensions || undefined,
      });
    });
    on("message", ({ data }) => addPayload("received", copy(data)));
    on("error", () => {
      addError();
      addOpen({ error: "The handshake failed" });
    });
    on("close", ({ code, reason, wasClean }) => {
      addOpen();
      addRecord("close", { responseEndAbs: epoch(pageNow()), code, reason: redactor.text_(reason), wasClean });
    });
    if (!isBlocked_) journal.touch_(socketFile(id));
  };

  const undo = [
    patch(window, "WebSocket", (_, [, protocols]) => {
      const start = epoch(pageNow());
      return (socket) => track(socket as WebSocket, start, protocols);
    }),
    patch(prototype, "send", (self, args) => {
      const payload = copy(args[0]);
      // An object is converted to a string once.
      if (typeof payload === "string") args.fill(payload, 0, 1);
      const { readyState } = self as WebSocket;
      return () => {
        // While it is connecting, the browser throws.
        // While it is connecting, the browser throws.
        if (args.length && readyState) onSend.get(self as object)?.(payload, readyState === 1);
      };
    }),
  ];
  const { WebSocket: patched } = window;
  replace(prototype, "constructor", patched);

  return {
    flush_: queue.flush_,
    stop_: () => {
      undo.forEach((remove) => remove());
      restore(prototype, "constructor", patched, constructor);
    },
  };
}
