// Replaces `WebSocket` with a proxy that pages cannot distinguish from it. The inline stub consists
// of this file alone; the recorder takes over the stub's hook, or installs one itself.
//
// The stub and the recorder are built separately and share this interface: its property names are
// not shortened.

import { isNative } from "../platform.ts";
import { replace, unavailable } from "./replace.ts";

/** A binary payload, copied before the page can overwrite it: its size, and its bytes up to a limit. */
export interface CopiedBytes {
  size: number;
  bytes: Uint8Array;
}

/** A payload as captured: text, a blob (immutable), or copied bytes. */
export type RawPayload = string | Blob | CopiedBytes;

/** An ArrayBuffer, or a view of one. */
export type BufferOrView = ArrayBuffer & { buffer?: ArrayBuffer; byteOffset?: number };

export type SocketEvent =
  | [kind: "new", socket: WebSocket, time: number, protocols: unknown]
  | [kind: "open" | "error", socket: WebSocket, time: number, event: Event]
  /** `dropped`: browsers silently discard what is sent on a socket that is closing or closed. */
  | [kind: "message" | "send" | "dropped", socket: WebSocket, time: number, data: RawPayload]
  | [kind: "close", socket: WebSocket, time: number, event: CloseEvent];

export interface SocketHook {
  /** Receives every event. Until a recorder replaces it, events are buffered in `waiting`. */
  notify: (event: SocketEvent) => void;
  waiting: SocketEvent[];
  /** Maximum bytes copied of a binary payload; the recorder sets its own limit. */
  limit: number;
  /** Starts observing a socket; further calls for the same socket have no effect. */
  watch(socket: WebSocket): void;
  /** The native functions and their replacements. */
  swap: [
    native: typeof WebSocket,
    proxy: typeof WebSocket,
    nativeSend: WebSocket["send"],
    proxySend: WebSocket["send"],
  ];
}

declare global {
  interface Window {
    /** Set by the inline stub until the recorder takes it over. */
    replayscopeSockets?: SocketHook;
  }
}

/** The prototype that has a method of its own: a page's class may inherit it from the browser's. */
export function ownerOf(
  prototype: WebSocket,
  name: "send" | "close",
  isMethod: (value: unknown) => boolean = isNative,
): WebSocket | undefined {
  for (let owner: object | null = prototype; owner; owner = Object.getPrototypeOf(owner) as object | null)
    if (isMethod(Object.getOwnPropertyDescriptor(owner, name)?.value)) return owner as WebSocket;
  return undefined;
}

/** Undefined where the page has replaced the class by one that does not inherit from the browser's. */
export function hookSockets(): SocketHook | undefined {
  const Outer = WebSocket;
  const proto = (isFullRecorder ? ownerOf(Outer.prototype, "send") : Outer.prototype) as WebSocket;
  if (isFullRecorder && !proto) {
    unavailable.add("WebSocket");
    return undefined;
  }
  const { send, addEventListener } = proto;
  // Taken once: a page may declare variables of these names.
  const { isView } = ArrayBuffer;
  const { apply, construct } = Reflect;
  const Bytes = Uint8Array;
  const clock = performance;
  const waiting: SocketEvent[] = [];
  // Bounds the buffer if no recorder is ever loaded: about as many characters, with a constant per
  // event.
  let remainingSize = 3e7;

  const copy = (data: BufferOrView, { buffer = data, byteOffset, byteLength: size } = data): CopiedBytes => ({
    size,
    // A transferred buffer has length 0 and cannot be viewed.
    bytes: new Bytes((size && buffer) as ArrayBuffer, byteOffset, size).slice(0, hook.limit),
  });

  // Objects of other frames are recognized, too; in the stub by their tag.
  const capture = (data: unknown, tag = isFullRecorder ? "" : {}.toString.call(data)): RawPayload =>
    isFullRecorder && typeof data === "string"
      ? data
      : isView(data) || (isFullRecorder ? data instanceof ArrayBuffer : / ArrayB/.test(tag))
        ? copy(data as BufferOrView)
        : (isFullRecorder ? data instanceof Blob : / (Blob|File)]/.test(tag))
          ? (data as Blob)
          : `${data as string}`;

  const notify = (kind: SocketEvent[0], socket: WebSocket, detail: unknown, time = clock.now()): void => {
    try {
      if (kind == "new") watch(socket);
      hook.notify([kind, socket, time, detail] as SocketEvent);
    } catch {
      // A page may have replaced the class with its own: errors here must not reach the page.
    }
  };

  // One function for all sockets: a listener that is added twice is called once.
  const listener = (event: Event): void => {
    // Events dispatched by the page did not come from the network.
    if (event.isTrusted)
      notify(event.type as "open", event.currentTarget as WebSocket, "data" in event ? capture(event.data) : event);
  };

  const watch = (socket: WebSocket): void => {
    for (const type of ["open", "message", "error", "close"])
      if (isFullRecorder) socket.addEventListener(type, listener);
      else addEventListener.call(socket, type, listener);
  };

  const SocketProxy = new Proxy(Outer, {
    construct(...call) {
      const time = clock.now();
      const socket = construct(...call) as WebSocket;
      notify("new", socket, call[1][1], time);
      return socket;
    },
  });

  const proxySend = new Proxy(send, {
    apply(target, socket: WebSocket, args: unknown[]) {
      const payload = capture(args[0]);
      // Convert an object to a string exactly once: toString may have side effects. `fill` keeps a
      // call without arguments as it is.
      if ((payload as CopiedBytes).size == null) args.fill(payload, 0, 1);
      apply(target, socket, args);
      notify(socket.readyState == 1 ? "send" : "dropped", socket, payload);
    },
  });

  const hook: SocketHook = {
    notify: (event) => {
      const detail = event[3] as { length: number; size: number } | undefined;
      if ((remainingSize -= 3e3 + (detail?.length || detail?.size || 0)) > 0) waiting.push(event);
    },
    waiting,
    limit: 3e5,
    watch,
    swap: [Outer, SocketProxy, send, proxySend],
  };
  if (isFullRecorder) {
    replace(proto, "send", proxySend);
    replace(Outer.prototype, "constructor", SocketProxy);
    replace(window, "WebSocket", SocketProxy);
  } else {
    window.WebSocket = proto.constructor = SocketProxy;
    proto.send = proxySend;
  }
  return hook;
}

/** Restores the native functions, unless the page has replaced the proxies since. */
export function unhookSockets({ swap: [Outer, SocketProxy, send, proxySend] }: SocketHook): void {
  const proto = isFullRecorder ? ownerOf(Outer.prototype, "send", (value) => value === proxySend) : Outer.prototype;
  if (window.WebSocket === SocketProxy) window.WebSocket = Outer;
  if (Outer.prototype.constructor === SocketProxy) Outer.prototype.constructor = Outer;
  if (proto?.send === proxySend) proto.send = send;
}
