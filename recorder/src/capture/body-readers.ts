// What the page has read of response bodies, by the object that it reads them with.
import { pageNow } from "../clock.ts";
import { ignoreErrors } from "../ignore-errors.ts";
import type { Exchange, Exchanges } from "./exchanges.ts";
import { bytesPayload, readBlob, type Chunks } from "./payload.ts";
import type { BufferOrView } from "./socket-hook.ts";
import { accessor, onSettled } from "./wrap.ts";

/** One branch of a body; `clone` and `tee` divide a body into branches. */
export interface BodyReader extends Chunks {
  readonly exchange_: Exchange;
  pendingReads_: number;
  /** Nothing more is recorded. */
  isEnded_?: boolean;
}

export type Step = ReadableStreamReadResult<unknown>;

const { prototype: responses } = Response;
const { prototype: streams } = ReadableStream;
export const bodyOf = accessor<ReadableStream | null>(responses, "body");
export const isUsed = accessor<boolean>(responses, "bodyUsed");
export const isLocked = accessor<boolean>(streams, "locked");

export class BodyReaders {
  readonly #exchanges: Exchanges;
  /** By response, stream, reader and iterator. */
  readonly #readers = new WeakMap<object, BodyReader>();
  // A page that forgets a response makes no call.
  readonly #registry = new FinalizationRegistry((reader: BodyReader) => this.drop_(reader));

  constructor(exchanges: Exchanges) {
    this.#exchanges = exchanges;
  }

  /** Records the body of a response as the page reads it, and finishes the exchange then. */
  track_(exchange: Exchange, response: unknown): void {
    const body = bodyOf(response);
    // A page's own fetch may return anything, also a response of another frame, or one that has
    // been read.
    if (!(response instanceof Response) || !body || isUsed(response) || isLocked(body))
      return this.#exchanges.finish_(exchange);
    const reader: BodyReader = { exchange_: exchange, chunks_: [], size_: 0, pendingReads_: 0 };
    exchange.isUnread_ = true;
    exchange.branches_ = 1;
    this.link_(response, reader);
    this.#linkStream(body, reader);
  }

  find_(owner: unknown): BodyReader | undefined {
    return this.#readers.get(owner as object);
  }

  link_(owner: object, reader: BodyReader): void {
    this.#readers.set(owner, reader);
  }

  unlink_(owner: object): void {
    this.#readers.delete(owner);
  }

  #linkStream(stream: object, reader: BodyReader): void {
    this.link_(stream, reader);
    this.#registry.register(stream, reader, reader);
  }

  /** Divides a reader between two streams; returns that of the second. */
  fork_(reader: BodyReader, stream: object, copy: object): BodyReader {
    const other = { ...reader, chunks_: [...reader.chunks_], pendingReads_: 0 };
    reader.exchange_.branches_ += 1;
    this.#registry.unregister(reader);
    this.#linkStream(stream, reader);
    this.#linkStream(copy, other);
    return other;
  }

  /** The page reads the body by one call, which keeps it alive. */
  readWhole_(reader: BodyReader): void {
    reader.exchange_.isUnread_ = false;
    this.#registry.unregister(reader);
  }

  /** The body that the page has read by one call; `isOwn`: the page does not get these bytes. */
  takeWhole_(reader: BodyReader, value: unknown, isOwn?: boolean): void {
    const { exchange_ } = reader;
    if (!(value instanceof Blob) || exchange_.end_) {
      ignoreErrors(() => this.#take(reader, value, isOwn));
      return this.close_(reader);
    }
    exchange_.end_ = pageNow();
    this.#exchanges.captureBody_(
      exchange_,
      /* @__KEY__ */ "responseBody_",
      (limit) => readBlob(value, limit).then((copy) => bytesPayload(copy, limit, exchange_.contentType_)),
      () => this.#finish(reader),
    );
  }

  /** Observes the result of a read; `owner` is referenced so that its stream is not collected meanwhile. */
  observe_(owner: unknown, result: unknown, isIterator?: boolean): unknown {
    const reader = this.find_(owner);
    if (!reader) return result;
    const settle = (work: () => unknown): void => {
      reader.pendingReads_ -= 1;
      ignoreErrors(() => this.find_(owner) && work());
      if (reader.isClosed_) this.close_(reader);
    };
    const observed = ignoreErrors(() =>
      onSettled(
        result,
        (step: Step) => {
          settle(() => {
            if (!step.done) this.#take(reader, step.value);
            else if (isIterator) reader.isClosed_ = true;
          });
          return step;
        },
        (error) => {
          settle(() => isIterator && this.fail_(reader, error));
          throw error;
        },
      ),
    );
    if (!observed) return result;
    reader.exchange_.isUnread_ = false;
    reader.pendingReads_ += 1;
    return observed;
  }

  #take(reader: BodyReader, chunk: unknown, isOwn?: boolean): void {
    const { exchange_, chunks_, size_ } = reader;
    const { limit_ } = this.#exchanges;
    // A stream of the page's own may have chunks of any type.
    const { byteLength, byteOffset, buffer = chunk as ArrayBuffer } = Object(chunk) as BufferOrView;
    if (!(byteLength >= 0)) return;
    if (size_ < limit_) {
      const bytes = new Uint8Array(buffer, byteOffset, Math.min(byteLength, limit_ - size_));
      // A part of a large body would keep all of it.
      chunks_.push(isOwn && bytes.length === byteLength ? bytes : bytes.slice());
    }
    reader.size_ += byteLength;
    if (!exchange_.end_ && reader.size_ >= (exchange_.reader_?.size_ ?? 0)) exchange_.reader_ = reader;
  }

  close_(reader: BodyReader): void {
    if (reader.isEnded_) return;
    reader.isClosed_ = true;
    // A stream closes before its last chunk reaches the page.
    if (reader.pendingReads_) return;
    if (!reader.exchange_.end_) reader.exchange_.reader_ = reader;
    this.#finish(reader);
  }

  fail_(reader: BodyReader, error: unknown): void {
    if (!reader.isEnded_) this.#exchanges.fail_(reader.exchange_, error);
    this.#finish(reader);
  }

  /** The page reads this branch no further. */
  drop_(reader: BodyReader, isCanceled?: boolean): void {
    const { exchange_ } = reader;
    if (reader.isEnded_) return;
    reader.isEnded_ = true;
    exchange_.branches_ -= 1;
    if (exchange_.branches_ || exchange_.end_) return;
    if (isCanceled) this.#exchanges.fail_(exchange_, "aborted", "canceled");
    this.#finish(reader);
  }

  #finish(reader: BodyReader): void {
    reader.isEnded_ = true;
    this.#exchanges.finish_(reader.exchange_);
  }
}
