// Replaces `WebSocket` in a way that a page cannot tell apart. The inline stub is this file alone; the recorder takes
// over the hook that a stub has set, or sets it itself.

/** Bytes of a binary payload, copied before the page can write over them. */
export interface Copied {
  size: number;
  bytes: Uint8Array;
}

/** A payload as it may be kept: text, a blob that never changes, or copied bytes. */
export type Kept = string | Blob | Copied;

export type Seen =
  | [kind: "new", socket: WebSocket, time: number, protocols: unknown]
  | [kind: "open" | "error", socket: WebSocket, time: number, event: Event]
  | [kind: "message" | "send", socket: WebSocket, time: number, data: Kept]
  | [kind: "close", socket: WebSocket, time: number, event: CloseEvent];

export interface SocketHook {
  /** Is told of everything that happens. Until a recorder sets another, what was seen waits. */
  tell: (...seen: Seen) => void;
  waiting: Seen[];
  /** How many bytes of a binary payload are copied. */
  limit: number;
  /** Tells of a socket's events from now on. */
  watch(socket: WebSocket): void;
  browsers: Pair;
  ours: Pair;
}

declare global {
  interface Window {
    /** Set by the inline stub. */
    replayscopeSockets?: SocketHook;
  }
}

type Pair = [constructor: typeof WebSocket, send: WebSocket["send"]];

export function hookSockets(): SocketHook {
  const Native = WebSocket;
  const proto = Native.prototype;
  const { send } = proto;
  const listen = EventTarget.prototype.addEventListener;
  const waiting: Seen[] = [];

  const keep = (data: unknown): Kept => {
    if (!isBytes(data)) return `${data as string}`;
    if (data instanceof Blob) return data;
    const { buffer = data as ArrayBuffer, byteOffset, byteLength: size } = data as ArrayBufferView;
    return { size, bytes: new Uint8Array(buffer, byteOffset, Math.min(size, hook.limit)).slice() };
  };

  const tell = (...seen: unknown[]): void => hook.tell(...(seen as Seen));

  const watch = (socket: WebSocket): void => {
    for (const type of ["open", "message", "error", "close"]) {
      listen.call(socket, type, (event) => {
        // What a page dispatches itself did not come from the wire.
        if (event.isTrusted) tell(type, socket, performance.now(), type == "message" ? keep((event as MessageEvent).data) : event);
      });
    }
  };

  const Hooked = new Proxy(Native, {
    construct(target, args, newTarget) {
      const time = performance.now();
      const socket = Reflect.construct(target, args, newTarget) as WebSocket;
      tell("new", socket, time, args[1]);
      watch(socket);
      return socket;
    },
  });

  const hookedSend = new Proxy(send, {
    apply(target, socket, args: unknown[]) {
      const [data] = args;
      // An object becomes a string once only: its toString may have effects.
      if (data && typeof data == "object" && !isBytes(data)) args[0] = `${data as unknown as string}`;
      Reflect.apply(target, socket, args);
      tell("send", socket, performance.now(), keep(args[0]));
    },
  });

  const hook: SocketHook = {
    tell: (...seen) => {
      if (waiting.length < 1e4) waiting.push(seen);
    },
    waiting,
    limit: 1 << 18,
    watch,
    browsers: [Native, send],
    ours: [Hooked, hookedSend],
  };
  window.WebSocket = proto.constructor = Hooked;
  proto.send = hookedSend;
  return hook;
}

/** Puts the browser's own back, where nobody else has set something over ours since. */
export function unhookSockets({ browsers: [Native, send], ours: [Hooked, hookedSend] }: SocketHook): void {
  if (window.WebSocket === Hooked) window.WebSocket = Native;
  if (Native.prototype.constructor === Hooked) Native.prototype.constructor = Native;
  if (Native.prototype.send === hookedSend) Native.prototype.send = send;
}

/** Those of other frames are told by their tag. */
function isBytes(data: unknown): boolean {
  return ArrayBuffer.isView(data) || data instanceof Blob || {}.toString.call(data) == "[object ArrayBuffer]";
}
