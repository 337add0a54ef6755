// EventSource: a request that goes on, with its messages in a file as a socket's.
import { pageNow } from "../clock.ts";
import type { Context } from "../context.ts";
import { socketFile } from "../session/manifest.ts";
import type { Exchange, Exchanges } from "./exchanges.ts";
import { addMessage, type Message } from "./messages.ts";
import { patch } from "./patch.ts";
import { newQueue } from "./queue.ts";

export interface EventSourceRecorder {
  settle: () => Promise<void>;
  leave: () => void;
  stop: () => void;
}

interface Arrived {
  exchange: Exchange;
  time: number;
  event: string;
}

export function recordEventSources(context: Context, exchanges: Exchanges): EventSourceRecorder {
  const known = new WeakMap<EventSource, Exchange>();
  const { prototype: proto } = EventSource;
  const { constructor, addEventListener } = proto;

  const queue = newQueue<Arrived, string>(context.settings.bodyLimit, ({ exchange, time, event }, payload) => {
    const message: Message = { type: "received", time, payload, event: event === "message" ? undefined : event };
    addMessage(context, { id: exchange.socketId as string, name: exchange.url }, message);
  });

  // One for all, which a browser does not call twice for a source and a type.
  const onMessage = ({ isTrusted, currentTarget, type: event, data }: MessageEvent<string>): void => {
    const exchange = known.get(currentTarget as EventSource);
    if (isTrusted && exchange) queue.push({ exchange, time: pageNow(), event }, data);
  };

  const listen = (source: EventSource, type: string): void => {
    if (type !== "open" && type !== "error") addEventListener.call(source, type, onMessage as EventListener);
  };

  const end = (source: EventSource): void => {
    const exchange = known.get(source);
    if (exchange) exchanges.end(exchange);
  };

  const watch = (source: EventSource, start: number): void => {
    const exchange = exchanges.begin("eventsource", source.url, "GET", start);
    known.set(source, exchange);
    const on = addEventListener.bind(source);
    // With any other answer it does not open.
    on("open", () => Object.assign(exchange, { status: 200, mimeType: "text/event-stream" }));
    on("error", () => {
      // Otherwise the browser connects again.
      if (source.readyState !== EventSource.CLOSED) return;
      if (!exchange.status) exchanges.fail(exchange, "No event stream came", "failed");
      end(source);
    });
    if (!exchanges.wantsContents(exchange)) return;
    exchange.socketId = exchange.id.replace("request", "events");
    context.journal.touch(socketFile(exchange.socketId));
    listen(source, "message");
  };

  const undo = [
    patch(window, "EventSource", () => {
      const start = pageNow();
      return (source) => watch(source as EventSource, start);
    }),
    patch(proto, "close", (self) => () => end(self as EventSource)),
    // Events with a name of their own are seen only by those who listen for that name.
    patch(proto, "addEventListener", (self, [type]) => {
      if (known.get(self as EventSource)?.socketId) listen(self as EventSource, `${type as string}`);
    }),
  ];
  const ours = (proto.constructor = window.EventSource);

  return {
    settle: queue.settle,
    leave: queue.settleNow,
    stop: () => {
      undo.forEach((back) => back());
      if (proto.constructor === ours) proto.constructor = constructor;
    },
  };
}
