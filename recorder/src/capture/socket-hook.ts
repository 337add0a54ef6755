// Replaces `WebSocket` in a way that a page cannot tell apart. The inline stub is this file alone; the recorder takes
// over the hook that a stub has set, or sets it itself.

/** Bytes of a binary payload, copied before the page can write over them. */
export interface Copied {
  size: number;
  bytes: Uint8Array;
}

/** A payload as it may be kept: text, a blob that never changes, or copied bytes. */
export type Kept = string | Blob | Copied;

/** A buffer, or a view of one. */
export type Bytes = ArrayBuffer & { buffer?: ArrayBuffer; byteOffset?: number };

export type Seen =
  | [kind: "new", socket: WebSocket, time: number, protocols: unknown]
  | [kind: "open" | "error", socket: WebSocket, time: number, event: Event]
  /** `void`: of a socket that is closing or closed, browsers drop without a word what is sent. */
  | [kind: "message" | "send" | "void", socket: WebSocket, time: number, data: Kept]
  | [kind: "close", socket: WebSocket, time: number, event: CloseEvent];

export interface SocketHook {
  /** Is told of everything that happens. Until a recorder sets another, what was seen waits. */
  tell: (seen: Seen) => void;
  waiting: Seen[];
  /** How many bytes of a binary payload are copied; a recorder that comes may want more or less. */
  limit: number;
  /** Tells of a socket's events from now on; of each once, however often it is asked. */
  watch(socket: WebSocket): void;
  /** What is the browser's, and what stands in its place. */
  swap: [
    browsers: typeof WebSocket,
    ours: typeof WebSocket,
    browsersSend: WebSocket["send"],
    oursSend: WebSocket["send"],
  ];
}

declare global {
  interface Window {
    /** Set by the inline stub. */
    replayscopeSockets?: SocketHook;
  }
}

export function hookSockets(): SocketHook {
  const Native = WebSocket;
  const proto = Native.prototype;
  const { send, addEventListener } = proto;
  const waiting: Seen[] = [];
  // Where no recorder ever comes: about so many characters, of which each event counts as some.
  let room = 3e7;

  const copy = (data: Bytes, { buffer = data, byteOffset, byteLength: size } = data): Copied => ({
    size,
    // Where a buffer was transferred, nothing is left of it.
    bytes: new Uint8Array((size && buffer) as ArrayBuffer, byteOffset, size).slice(0, hook.limit),
  });

  const keep = (data: unknown): Kept => {
    // Those of other frames are told by their tag.
    const isBytes =
      ArrayBuffer.isView(data) || data instanceof Blob || / (ArrayBuffer|Blob|File)]/.test({}.toString.call(data));
    return isBytes ? ("size" in (data as Blob) ? (data as Blob) : copy(data as Bytes)) : `${data as string}`;
  };

  const tell = (kind: Seen[0], socket: WebSocket, detail: unknown, time = performance.now()): void => {
    try {
      if (kind == "new") watch(socket);
      hook.tell([kind, socket, time, detail] as Seen);
    } catch {
      // A page may have set a class of its own in place of the browser's: whatever fails here must not fail there.
    }
  };

  // One for all sockets: a socket that is watched again does not tell twice.
  const listener = (event: Event): void => {
    // What a page dispatches itself did not come from the wire.
    if (event.isTrusted)
      tell(event.type as "open", event.currentTarget as WebSocket, "data" in event ? keep(event.data) : event);
  };

  const watch = (socket: WebSocket): void => {
    for (const type of ["open", "message", "error", "close"]) addEventListener.call(socket, type, listener);
  };

  const Hooked = new Proxy(Native, {
    construct(...call) {
      const time = performance.now();
      const socket = Reflect.construct(...call) as WebSocket;
      tell("new", socket, call[1][1], time);
      return socket;
    },
  });

  const hookedSend = new Proxy(send, {
    apply(target, socket: WebSocket, args: unknown[]) {
      const kept = keep(args[0]);
      // An object becomes a string once only: its toString may have effects. A call without arguments stays one.
      if (typeof kept == "string") args.fill(kept, 0, 1);
      Reflect.apply(target, socket, args);
      tell(socket.readyState == 1 ? "send" : "void", socket, kept);
    },
  });

  const hook: SocketHook = {
    tell: (seen) => {
      const detail = seen[3] as { length: number; size: number } | undefined;
      if ((room -= 3e3 + (detail?.length || detail?.size || 0)) > 0) waiting.push(seen);
    },
    waiting,
    limit: 3e5,
    watch,
    swap: [Native, Hooked, send, hookedSend],
  };
  window.WebSocket = proto.constructor = Hooked;
  proto.send = hookedSend;
  return hook;
}

/** Puts the browser's own back, where nobody else has set something over ours since. */
export function unhookSockets({ swap: [Native, Hooked, send, hookedSend] }: SocketHook): void {
  if (window.WebSocket === Hooked) window.WebSocket = Native;
  if (Native.prototype.constructor === Hooked) Native.prototype.constructor = Native;
  if (Native.prototype.send === hookedSend) Native.prototype.send = send;
}
