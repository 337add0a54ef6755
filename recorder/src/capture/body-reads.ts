// Response bodies, from what the page itself reads: its calls on responses, readers, iterators and
// pipes. The recorder reads nothing of its own: a stream is pulled, canceled and released by the
// page alone.
import { pageNow } from "../clock.ts";
import { ignoreErrors } from "../ignore-errors.ts";
import type { Exchange, Exchanges } from "./exchanges.ts";
import { bytesPayload, readBlob } from "./payload.ts";
import type { BufferOrView } from "./socket-hook.ts";
import { accessor, dataProperty, isNative, onSettled, wrap, type NativeCall } from "./wrap.ts";

/** What the page has read through one branch of a body; `clone` and `tee` divide a body into branches. */
export interface BodyReader {
  readonly exchange_: Exchange;
  /** Copies of the first bytes, up to the body limit. */
  chunks_: Uint8Array[];
  /** Bytes read. */
  size_: number;
  pendingReads_: number;
  /** The stream has ended. */
  isClosed_?: boolean;
  /** Nothing more is recorded. */
  isEnded_?: boolean;
}

export interface BodyReads {
  /** Records the body of a response as the page reads it, and finishes the exchange then. */
  track_(exchange: Exchange, response: unknown): void;
  stop_(): void;
}

type Step = ReadableStreamReadResult<unknown>;
type Around = (self: unknown, args: unknown[], call: NativeCall) => unknown;

const { apply, getPrototypeOf } = Reflect;
const { prototype: responses } = Response;
const { prototype: streams } = ReadableStream;
const { prototype: streamReaders } = ReadableStreamDefaultReader;
const { arrayBuffer } = responses;
const { getReader, pipeTo } = streams;
const { read, cancel, releaseLock } = streamReaders;
const bodyOf = accessor<ReadableStream | null>(responses, "body");
const headersOf = accessor<Headers>(responses, "headers");
const isUsed = accessor<boolean>(responses, "bodyUsed");
const isLocked = accessor<boolean>(streams, "locked");
const isWritableLocked = accessor<boolean>(WritableStream.prototype, "locked");
const closedOf = accessor<Promise<void>>(streamReaders, "closed");
const closedOfBytes = accessor<Promise<void>>(ReadableStreamBYOBReader.prototype, "closed");
const ignore = (): void => undefined;
const decoder = new TextDecoder();
// Some browsers cannot iterate streams.
const iteratorPrototype =
  Symbol.asyncIterator in streams
    ? (getPrototypeOf(new ReadableStream()[Symbol.asyncIterator]()) as object)
    : undefined;

export function recordBodyReads(exchanges: Exchanges): BodyReads {
  const { limit_: limit } = exchanges;
  /** By response, stream, reader and iterator. */
  const readers = new WeakMap<object, BodyReader>();
  /** Iterators whose end does not cancel the stream. */
  const keepOpen = new WeakSet<object>();

  const find = (owner: unknown): BodyReader | undefined => readers.get(owner as object);

  const finish = (reader: BodyReader): void => {
    reader.isEnded_ = true;
    exchanges.finish_(reader.exchange_);
  };

  const close = (reader: BodyReader): void => {
    if (reader.isEnded_) return;
    reader.isClosed_ = true;
    // A stream closes before its last chunk reaches the page.
    if (reader.pendingReads_) return;
    if (!reader.exchange_.end_) reader.exchange_.reader_ = reader;
    finish(reader);
  };

  const fail = (reader: BodyReader, error: unknown): void => {
    if (!reader.isEnded_ && !reader.exchange_.end_) exchanges.fail_(reader.exchange_, error);
    finish(reader);
  };

  /** The page reads this branch no further. */
  const drop = (reader: BodyReader, isCanceled?: boolean): void => {
    const { exchange_ } = reader;
    if (reader.isEnded_) return;
    reader.isEnded_ = true;
    exchange_.branches_ -= 1;
    if (exchange_.branches_ || exchange_.end_) return;
    if (isCanceled) exchanges.fail_(exchange_, "aborted", "canceled");
    finish(reader);
  };

  // A page that forgets a response makes no call.
  const registry = new FinalizationRegistry((reader: BodyReader) => drop(reader));

  const link = (stream: object, reader: BodyReader): void => {
    readers.set(stream, reader);
    registry.register(stream, reader, reader);
  };

  /** Divides a reader between two streams. */
  const fork = (reader: BodyReader, stream: object, copy: object): BodyReader => {
    const other = { ...reader, chunks_: [...reader.chunks_], pendingReads_: 0 };
    reader.exchange_.branches_ += 1;
    registry.unregister(reader);
    link(stream, reader);
    link(copy, other);
    return other;
  };

  const take = (reader: BodyReader, chunk: unknown): void => {
    const { exchange_, chunks_, size_ } = reader;
    // A stream of the page's own may have chunks of any type.
    const { byteLength, byteOffset, buffer = chunk as ArrayBuffer } = Object(chunk) as BufferOrView;
    if (!(byteLength >= 0)) return;
    if (size_ < limit) chunks_.push(new Uint8Array(buffer, byteOffset, Math.min(byteLength, limit - size_)).slice());
    reader.size_ += byteLength;
    if (!exchange_.end_ && reader.size_ >= (exchange_.reader_?.size_ ?? 0)) exchange_.reader_ = reader;
  };

  /** Observes the result of a read; `owner` is referenced so that its stream is not collected meanwhile. */
  const observe = (owner: unknown, result: unknown, isIterator?: boolean): unknown => {
    const reader = find(owner);
    if (!reader) return result;
    const settle = (work: (reader: BodyReader) => void): void => {
      reader.pendingReads_ -= 1;
      ignoreErrors(() => find(owner) && work(reader));
      if (reader.isClosed_) close(reader);
    };
    const observed = ignoreErrors(() =>
      onSettled(
        result,
        (step: Step) => {
          settle(() => {
            if (!step.done) take(reader, step.value);
            else if (isIterator) reader.isClosed_ = true;
          });
          return step;
        },
        (error) => {
          settle(() => isIterator && fail(reader, error));
          throw error;
        },
      ),
    );
    if (!observed) return result;
    reader.exchange_.isUnread_ = false;
    reader.pendingReads_ += 1;
    return observed;
  };

  /** The end of a stream, which is not that of the reader: it may be released. */
  const watch = (streamReader: object, reader: BodyReader): void => {
    readers.set(streamReader, reader);
    void onSettled(
      (streamReader instanceof ReadableStreamBYOBReader ? closedOfBytes : closedOf)(streamReader),
      () => void (find(streamReader) && close(reader)),
      (error) => void (find(streamReader) && fail(reader, error)),
    );
  };

  /** Calls `pipeTo` with a stream in the place of the page's: it is pulled only when the pipe reads. */
  const pipe = (stream: unknown, reader: BodyReader, args: unknown[], call: NativeCall): unknown => {
    const source = apply(getReader, stream, []) as ReadableStreamDefaultReader;
    watch(source, reader);
    const release = (): void => {
      readers.delete(source);
      apply(releaseLock, source, []);
    };
    const relay = new ReadableStream(
      {
        start: (controller) => void onSettled(closedOf(source), ignore, (error) => controller.error(error)),
        pull: (controller) =>
          onSettled(
            observe(source, apply(read, source, [])),
            (step: Step) => (step.done ? controller.close() : controller.enqueue(step.value)),
            (error) => {
              throw error;
            },
          ),
        cancel: (reason) => {
          drop(reader, true);
          return apply(cancel, source, [reason]);
        },
      },
      { highWaterMark: 0 },
    );
    return onSettled(
      call(relay, args),
      (value) => {
        release();
        return value;
      },
      (error) => {
        release();
        throw error;
      },
    );
  };

  const aroundCancel: Around = (self, _, call) => {
    const reader = find(self);
    // A locked stream rejects it.
    if (reader && !isLocked(self)) drop(reader, true);
    return call(self);
  };

  const aroundRelease: Around = (self, _, call) => {
    readers.delete(self as object);
    return call(self);
  };

  /** `text`, `json` and `formData` are made of the bytes, which are recorded as they are. */
  const wrapWhole = (name: "text" | "json" | "formData" | "arrayBuffer" | "bytes" | "blob"): (() => void) => {
    const native = responses[name] as () => Promise<unknown>;
    const isParsed = /text|json|form/.test(name) && isNative(native);
    const parse = (response: unknown, buffer: ArrayBuffer): unknown => {
      if (name === "text") return decoder.decode(buffer);
      const parsed = name === "json" && ignoreErrors(() => [JSON.parse(decoder.decode(buffer)) as unknown]);
      // The error of invalid JSON is the browser's own, and has no script of the recorder on its stack.
      return parsed
        ? parsed[0]
        : apply(native, new Response(new Blob([buffer]), { headers: headersOf(response) as Headers }), []);
    };
    return wrap(responses, name, (self, _, call) => {
      const reader = find(self) ?? find(bodyOf(self));
      // The browser rejects the others.
      if (!reader || isUsed(self) || isLocked(bodyOf(self))) return call(self);
      const { exchange_ } = reader;
      exchange_.isUnread_ = false;
      registry.unregister(reader);
      return onSettled(
        isParsed ? apply(arrayBuffer, self, []) : call(self),
        (value) => {
          if (value instanceof Blob && !exchange_.end_) {
            exchange_.end_ = pageNow();
            exchanges.captureBody_(
              exchange_,
              /* @__KEY__ */ "responseBody_",
              (limit) => readBlob(value, limit).then((copy) => bytesPayload(copy, limit, exchange_.contentType_)),
              () => finish(reader),
            );
          } else {
            ignoreErrors(() => take(reader, value));
            close(reader);
          }
          return isParsed ? parse(self, value as ArrayBuffer) : value;
        },
        (error) => {
          fail(reader, error);
          throw error;
        },
      );
    });
  };

  const undo = [
    ...(["text", "json", "formData", "arrayBuffer", "bytes", "blob"] as const).map(wrapWhole),
    wrap(responses, "clone", (self, _, call) => {
      const copy = call(self) as Response;
      ignoreErrors(() => {
        const reader = find(self);
        if (reader) readers.set(copy, fork(reader, bodyOf(self) as object, bodyOf(copy) as object));
      });
      return copy;
    }),
    wrap(streams, "tee", (self, _, call) => {
      const branches = call(self) as [object, object];
      ignoreErrors(() => {
        const reader = find(self);
        if (reader) fork(reader, ...branches);
      });
      return branches;
    }),
    wrap(streams, "getReader", (self, _, call) => {
      const streamReader = call(self);
      ignoreErrors(() => {
        const reader = find(self);
        if (reader) watch(streamReader as object, reader);
      });
      return streamReader;
    }),
    wrap(streams, "pipeTo", (self, args, call) => {
      const reader = find(self);
      return reader && !isLocked(self) ? pipe(self, reader, args, call) : call(self);
    }),
    wrap(streams, "pipeThrough", (self, args, call) => {
      const reader = find(self);
      const [pair, options] = args;
      if (!reader || isLocked(self) || Object(pair) !== pair) return call(self);
      const { readable, writable } = pair as ReadableWritablePair;
      if (isLocked(readable) === undefined || isWritableLocked(writable) !== false) {
        args[0] = { readable, writable };
        return call(self);
      }
      void onSettled(
        pipe(self, reader, [writable, options], (relay, values) => apply(pipeTo, relay, values as [])),
        ignore,
        ignore,
      );
      return readable;
    }),
    wrap(streams, "cancel", aroundCancel),
    ...[streamReaders, ReadableStreamBYOBReader.prototype].flatMap((owner) => [
      wrap(owner, "read", (self, _, call) => observe(self, call(self))),
      wrap(owner, "cancel", aroundCancel),
      wrap(owner, "releaseLock", aroundRelease),
    ]),
  ];

  if (iteratorPrototype) {
    const aroundValues: Around = (self, args, call) => {
      const iterator = call(self) as object;
      const reader = find(self);
      if (reader) readers.set(iterator, reader);
      if (dataProperty(args[0], "preventCancel")) keepOpen.add(iterator);
      return iterator;
    };
    const iterate = Reflect.getOwnPropertyDescriptor(streams, Symbol.asyncIterator) as PropertyDescriptor;
    undo.push(
      wrap(streams, "values", aroundValues),
      () => Reflect.defineProperty(streams, Symbol.asyncIterator, iterate),
      wrap(iteratorPrototype, "next", (self, _, call) => observe(self, call(self), true)),
      wrap(iteratorPrototype, "return", (self, args, call) =>
        keepOpen.has(self as object) ? call(self) : aroundCancel(self, args, call),
      ),
    );
  }

  if (iteratorPrototype) Reflect.defineProperty(streams, Symbol.asyncIterator, { value: streams.values });

  return {
    track_: (exchange, response) => {
      const body = bodyOf(response);
      // A page's own fetch may return anything, also a response of another frame, or one that has been read.
      if (!(response instanceof Response) || !body || isUsed(response) || isLocked(body))
        return exchanges.finish_(exchange);
      const reader: BodyReader = { exchange_: exchange, chunks_: [], size_: 0, pendingReads_: 0 };
      exchange.isUnread_ = true;
      readers.set(response, reader);
      link(body, reader);
    },
    stop_: () => undo.forEach((restore) => restore()),
  };
}
