// EventSource: a long-running request, with its messages in a file like a socket's.
import { pageNow } from "../clock.ts";
import type { Context } from "../context.ts";
import { socketFile } from "../session/manifest.ts";
import type { Exchange, Exchanges } from "./exchanges.ts";
import { addMessage, type Message } from "./messages.ts";
import { patch } from "./patch.ts";
import { createQueue } from "./queue.ts";
import { replace, restore } from "./replace.ts";

export interface EventSourceCapture {
  flush_: () => Promise<void>;
  onPageHide_: () => void;
  stop_: () => void;
}

interface ReceivedEvent {
  exchange_: Exchange;
  time_: number;
  event: string;
}

export function recordEventSources(context: Context, exchanges: Exchanges): EventSourceCapture {
  const exchangeOf = new WeakMap<EventSource, Exchange>();
  const { prototype: proto } = EventSource;
  const { constructor, addEventListener } = proto;
  /** Calls the browser's method, whatever the page has put in front of it. */
  const listenTo = (source: EventSource, type: string, listener: EventListener): void =>
    isFullRecorder ? source.addEventListener(type, listener) : addEventListener.call(source, type, listener);

  const queue = createQueue<ReceivedEvent, string>(
    context.settings_.bodyLimit_,
    ({ exchange_: { socketId, url }, time_, event }, payload_) => {
      const message: Message = { type: "received", time_, payload_, event: event === "message" ? undefined : event };
      addMessage(context, { id: socketId as string, name: url }, message);
    },
  );

  // One function for all sources: a browser ignores a listener that is added twice for a source and
  // a type.
  const onMessage = ({ isTrusted, currentTarget, type: event, data }: MessageEvent<string>): void => {
    const exchange_ = exchangeOf.get(currentTarget as EventSource);
    if (isTrusted && exchange_) queue.enqueue_({ exchange_, time_: pageNow(), event }, data);
  };

  const listen = (source: EventSource, type: string): void => {
    if (type !== "open" && type !== "error") listenTo(source, type, onMessage as EventListener);
  };

  const finish = (source: EventSource): void => {
    const exchange = exchangeOf.get(source);
    if (exchange) exchanges.finish_(exchange);
  };

  const track = (source: EventSource, start: number): void => {
    const exchange = exchanges.begin_("eventsource", source.url, "GET", start);
    exchangeOf.set(source, exchange);
    // An event source opens only with this status and type.
    listenTo(source, "open", () => Object.assign(exchange, { status_: 200, contentType_: "text/event-stream" }));
    listenTo(source, "error", () => {
      // In any other state the browser reconnects.
      if (source.readyState !== EventSource.CLOSED) return;
      if (exchange.status_) exchanges.finish_(exchange);
      else exchanges.fail_(exchange, "Not an event stream", "failed");
    });
    if (!exchanges.wantsContents_(exchange)) return;
    exchange.socketId = exchange.id.replace("request", "events");
    context.journal_.touch_(socketFile(exchange.socketId));
    listen(source, "message");
  };

  const undo = [
    patch(window, "EventSource", () => {
      const start = pageNow();
      return (source) => track(source as EventSource, start);
    }),
    patch(proto, "close", (self) => () => finish(self as EventSource)),
    // Named events are dispatched only to listeners for that name.
    patch(EventTarget.prototype, "addEventListener", (self, [type]) => {
      if (exchangeOf.get(self as EventSource)?.socketId) listen(self as EventSource, `${type as string}`);
    }),
  ];
  const { EventSource: patched } = window;
  replace(proto, "constructor", patched);

  return {
    flush_: queue.flush_,
    onPageHide_: () => queue.flushNow_?.(),
    stop_: () => {
      undo.forEach((restore) => restore());
      restore(proto, "constructor", patched, constructor);
    },
  };
}
