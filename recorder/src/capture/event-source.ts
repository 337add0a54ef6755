// EventSource: a request that goes on, with its messages in a file as a socket's.
import { pageNow } from "../clock.ts";
import type { Context } from "../context.ts";
import { socketFile } from "../session/manifest.ts";
import type { Exchange, Exchanges } from "./exchanges.ts";
import { addMessage } from "./messages.ts";
import { patch } from "./patch.ts";
import { Queue } from "./queue.ts";

export interface EventSourceRecorder {
  settle(): Promise<void>;
  leave(): void;
  stop(): void;
}

interface Arrived {
  exchange: Exchange;
  time: number;
  event: string;
}

export function recordEventSources(context: Context, exchanges: Exchanges): EventSourceRecorder {
  const { listen, queue } = listener(context);
  const known = new WeakMap<EventSource, Exchange>();
  const Native = window.EventSource;
  const proto = Native.prototype;

  const end = (source: EventSource): void => {
    const exchange = known.get(source);
    if (exchange !== undefined) exchanges.end(exchange);
  };

  const Ours = new Proxy(Native, {
    construct(target, args, newTarget) {
      const start = pageNow();
      const source = Reflect.construct(target, args, newTarget) as EventSource;
      const exchange = exchanges.begin("eventsource", source.url, "GET", start);
      known.set(source, exchange);
      if (!exchanges.wantsContents(exchange)) return source;
      exchange.socketId = exchange.id.replace("request", "events");
      context.journal.touch(socketFile(exchange.socketId));
      listen(source, exchange, "message");
      const on = EventTarget.prototype.addEventListener.bind(source);
      // With any other answer it does not open.
      on("open", () => Object.assign(exchange, { status: 200, mimeType: "text/event-stream" }));
      on("error", () => {
        if (source.readyState === Native.CLOSED) end(source);
      });
      return source;
    },
  });

  const undo = [
    patch(proto, "close", (call, self) => {
      call();
      end(self as EventSource);
    }),
    // Events with a name of their own are seen only by those who listen for that name.
    patch(proto, "addEventListener", (call, self, args) => {
      const exchange = known.get(self as EventSource);
      if (exchange?.socketId !== undefined) listen(self as EventSource, exchange, String(args[0]));
      return call();
    }),
  ];
  window.EventSource = proto.constructor = Ours;

  return {
    settle: () => queue.settle(),
    leave: () => queue.settleNow(),
    stop: () => {
      undo.forEach((back) => back());
      if (window.EventSource === Ours) window.EventSource = Native;
      if (proto.constructor === Ours) proto.constructor = Native;
    },
  };
}

function listener(context: Context): {
  listen: (source: EventSource, exchange: Exchange, type: string) => void;
  queue: Queue<Arrived, string>;
} {
  const heard = new WeakMap<EventSource, Set<string>>();
  const queue = new Queue<Arrived, string>(context.settings.bodyLimit, ({ exchange, time, event }, payload) => {
    const message = { type: "received" as const, time, payload, ...(event === "message" ? {} : { event }) };
    addMessage(context, { id: exchange.socketId ?? "", name: exchange.url }, message);
  });
  const listen = (source: EventSource, exchange: Exchange, type: string): void => {
    const types = heard.get(source) ?? new Set();
    heard.set(source, types);
    if (types.has(type) || type === "open" || type === "error") return;
    types.add(type);
    EventTarget.prototype.addEventListener.call(source, type, (event) => {
      if (event.isTrusted) queue.push({ exchange, time: pageNow(), event: type }, (event as MessageEvent<string>).data);
    });
  };
  return { listen, queue };
}
