// Replaces `WebSocket` with a proxy that pages cannot distinguish from it. The inline stub consists
// of this file alone; the recorder takes over the stub's hook, or installs one itself.
//
// The stub and the recorder are built separately and share this interface: its property names are
// not shortened.

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

export function hookSockets(): SocketHook {
  const Native = WebSocket;
  const proto = Native.prototype;
  const { send, addEventListener } = proto;
  const waiting: SocketEvent[] = [];
  // Bounds the buffer if no recorder is ever loaded: about as many characters, with a constant per
  // event.
  let remainingSize = 3e7;

  const copy = (data: BufferOrView, { buffer = data, byteOffset, byteLength: size } = data): CopiedBytes => ({
    size,
    // A transferred buffer has length 0 and cannot be viewed.
    bytes: new Uint8Array((size && buffer) as ArrayBuffer, byteOffset, size).slice(0, hook.limit),
  });

  const capture = (data: unknown): RawPayload => {
    // Objects of other frames are recognized by their tag.
    const isBytes =
      ArrayBuffer.isView(data) || data instanceof Blob || / (ArrayBuffer|Blob|File)]/.test({}.toString.call(data));
    return isBytes ? ("size" in (data as Blob) ? (data as Blob) : copy(data as BufferOrView)) : `${data as string}`;
  };

  const notify = (kind: SocketEvent[0], socket: WebSocket, detail: unknown, time = performance.now()): void => {
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
    for (const type of ["open", "message", "error", "close"]) addEventListener.call(socket, type, listener);
  };

  const SocketProxy = new Proxy(Native, {
    construct(...call) {
      const time = performance.now();
      const socket = Reflect.construct(...call) as WebSocket;
      notify("new", socket, call[1][1], time);
      return socket;
    },
  });

  const proxySend = new Proxy(send, {
    apply(target, socket: WebSocket, args: unknown[]) {
      const payload = capture(args[0]);
      // Convert an object to a string exactly once: toString may have side effects. `fill` keeps a
      // call without arguments as it is.
      if (typeof payload == "string") args.fill(payload, 0, 1);
      Reflect.apply(target, socket, args);
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
    swap: [Native, SocketProxy, send, proxySend],
  };
  window.WebSocket = proto.constructor = SocketProxy;
  proto.send = proxySend;
  return hook;
}

/** Restores the native functions, unless the page has replaced the proxies since. */
export function unhookSockets({ swap: [Native, SocketProxy, send, proxySend] }: SocketHook): void {
  if (window.WebSocket === SocketProxy) window.WebSocket = Native;
  if (Native.prototype.constructor === SocketProxy) Native.prototype.constructor = Native;
  if (Native.prototype.send === proxySend) Native.prototype.send = send;
}
