// Streams of response bodies: readers, iterators, branches and pipes.
import { ignoreErrors } from "../ignore-errors.ts";
import { isLocked, type BodyReader, type BodyReaders, type Step } from "./body-readers.ts";
import { accessor, dataProperty, onSettled, wrap, type Around } from "./wrap.ts";

const { apply, defineProperty, getOwnPropertyDescriptor, getPrototypeOf } = Reflect;
const { prototype: streams } = ReadableStream;
const { prototype: streamReaders } = ReadableStreamDefaultReader;
// Some browsers lack them.
const byteReaders = (window as Partial<typeof globalThis>).ReadableStreamBYOBReader?.prototype ?? streamReaders;
const { getReader, pipeTo } = streams;
const { read, cancel, releaseLock } = streamReaders;
const isWritableLocked = accessor<boolean>(WritableStream.prototype, "locked");
const closedOf = accessor<Promise<void>>(streamReaders, "closed");
const closedOfBytes = accessor<Promise<void>>(byteReaders, "closed");
const ignore = (): void => undefined;

export function observeStreams(readers: BodyReaders): (() => void)[] {
  const aroundCancel: Around = (self, _, call) => {
    const reader = readers.find_(self);
    // A locked stream rejects it.
    if (reader && !isLocked(self)) readers.drop_(reader, true);
    return call();
  };
  return [
    wrap(streams, "getReader", (self, _, call) => {
      const streamReader = call() as object;
      ignoreErrors(() => {
        const reader = readers.find_(self);
        if (reader) watch(readers, streamReader, reader);
      });
      return streamReader;
    }),
    wrap(streams, "cancel", aroundCancel),
    ...[...new Set([streamReaders, byteReaders])].flatMap((owner) => [
      wrap(owner, "read", (self, _, call) => readers.observe_(self, call())),
      wrap(owner, "cancel", aroundCancel),
      wrap(owner, "releaseLock", (self, _, call) => {
        readers.unlink_(self as object);
        return call();
      }),
    ]),
    observeBranches(readers),
    ...observePipes(readers),
    ...observeIterators(readers, aroundCancel),
  ];
}

function observeBranches(readers: BodyReaders): () => void {
  return wrap(streams, "tee", (self, _, call) => {
    const branches = call() as [object, object];
    ignoreErrors(() => {
      const reader = readers.find_(self);
      if (reader) readers.fork_(reader, ...branches);
    });
    return branches;
  });
}

/** Observes the end of a stream, which is not that of its reader: it may be released. */
function watch(readers: BodyReaders, streamReader: object, reader: BodyReader): void {
  readers.link_(streamReader, reader);
  const isCurrent = (): boolean => readers.find_(streamReader) === reader;
  void onSettled(
    (getPrototypeOf(streamReader) === byteReaders ? closedOfBytes : closedOf)(streamReader),
    () => isCurrent() && readers.close_(reader),
    (error) => isCurrent() && readers.fail_(reader, error),
  );
}

function observePipes(readers: BodyReaders): (() => void)[] {
  return [
    wrap(streams, "pipeTo", (self, _, call) => {
      const reader = readers.find_(self);
      return reader && !isLocked(self) ? pipe(readers, self, reader, call) : call();
    }),
    wrap(streams, "pipeThrough", (self, args, call) => {
      const reader = readers.find_(self);
      const [pair, options] = args;
      if (!reader || isLocked(self) || Object(pair) !== pair) return call();
      const { readable, writable } = pair as ReadableWritablePair;
      if (isLocked(readable) === undefined || isWritableLocked(writable) !== false) {
        args[0] = { readable, writable };
        return call();
      }
      const piped = pipe(readers, self, reader, (relay) => apply(pipeTo, relay, [writable, options as undefined]));
      // As the browser does, whose own pipe reports errors through the two streams alone.
      void onSettled(piped, ignore, ignore);
      return readable;
    }),
  ];
}

/** Pipes a stream in the place of the page's, which is read only when the pipe reads. */
function pipe(
  readers: BodyReaders,
  stream: unknown,
  reader: BodyReader,
  start: (relay: ReadableStream) => unknown,
): unknown {
  const source = apply(getReader, stream, []) as ReadableStreamDefaultReader;
  watch(readers, source, reader);
  const release = (): void => {
    readers.unlink_(source);
    apply(releaseLock, source, []);
  };
  const relay = new ReadableStream(
    {
      start: (controller) => void onSettled(closedOf(source), ignore, (error) => controller.error(error)),
      pull: (controller) =>
        onSettled(
          readers.observe_(source, apply(read, source, [])),
          (step: Step) => (step.done ? controller.close() : controller.enqueue(step.value)),
          (error) => {
            throw error;
          },
        ),
      cancel: (reason) => {
        readers.drop_(reader, true);
        return apply(cancel, source, [reason]);
      },
    },
    { highWaterMark: 0 },
  );
  return onSettled(
    start(relay),
    (value) => {
      release();
      return value;
    },
    (error) => {
      release();
      throw error;
    },
  );
}

function observeIterators(readers: BodyReaders, aroundCancel: Around): (() => void)[] {
  const iterate = getOwnPropertyDescriptor(streams, Symbol.asyncIterator);
  // Some browsers cannot iterate streams.
  if (!iterate) return [];
  const iterators = getPrototypeOf(new ReadableStream()[Symbol.asyncIterator]()) as object;
  /** Iterators whose end does not cancel the stream. */
  const keepOpen = new WeakSet<object>();
  const undo = [
    wrap(streams, "values", (self, args, call) => {
      const iterator = call() as object;
      const reader = readers.find_(self);
      if (reader) readers.link_(iterator, reader);
      if (dataProperty(args[0], "preventCancel")) keepOpen.add(iterator);
      return iterator;
    }),
    wrap(iterators, "next", (self, _, call) => readers.observe_(self, call(), true)),
    wrap(iterators, "return", (self, args, call) =>
      keepOpen.has(self as object) ? call() : aroundCancel(self, args, call),
    ),
    () => defineProperty(streams, Symbol.asyncIterator, iterate),
  ];
  // Both names have the same function.
  defineProperty(streams, Symbol.asyncIterator, { ...iterate, value: Reflect.get(streams, "values") as unknown });
  return undo;
}
