// Response bodies, from what the page itself reads: its calls on responses, readers, iterators and
// pipes. The recorder reads nothing of its own: a stream is pulled, canceled and released by the
// page alone.
import { ignoreErrors } from "../ignore-errors.ts";
import { bodyOf, isLocked, isUsed, type BodyReaders } from "./body-readers.ts";
import { observeStreams } from "./streams.ts";
import { accessor, isNative, onSettled, wrap } from "./wrap.ts";

const { apply } = Reflect;
const { prototype: responses } = Response;
const { arrayBuffer } = responses;
const headersOf = accessor<Headers>(responses, "headers");
const decoder = new TextDecoder();
const methods = ["text", "json", "formData", "arrayBuffer", "bytes", "blob"] as const;

/** Observes the page's calls; returns a function that ends it. */
export function observeBodyReads(readers: BodyReaders): () => void {
  const undo = [
    ...methods.map((name) => observeMethod(readers, name)),
    wrap(responses, "clone", (self, _, call) => {
      const copy = call() as Response;
      ignoreErrors(() => {
        const reader = readers.find_(self);
        if (reader) readers.link_(copy, readers.fork_(reader, bodyOf(self) as object, bodyOf(copy) as object));
      });
      return copy;
    }),
    ...observeStreams(readers),
  ];
  return () => undo.forEach((restore) => restore());
}

function observeMethod(readers: BodyReaders, name: (typeof methods)[number]): () => void {
  const native = responses[name] as () => Promise<unknown>;
  // Made of the bytes, which are recorded as they are.
  const isParsed = /text|json|form/.test(name) && isNative(native);
  return wrap(responses, name, (self, _, call) => {
    const reader = readers.find_(self) ?? readers.find_(bodyOf(self));
    // The browser rejects the others.
    if (!reader || isUsed(self) || isLocked(bodyOf(self))) return call();
    readers.readWhole_(reader);
    const result = isParsed ? apply(arrayBuffer, self, []) : call();
    return (
      ignoreErrors(() =>
        onSettled(
          result,
          (value) => {
            readers.takeWhole_(reader, value, isParsed);
            return isParsed ? parse(name, native, self, value as ArrayBuffer) : value;
          },
          (error) => {
            readers.fail_(reader, error);
            throw error;
          },
        ),
      ) ?? result
    );
  });
}

/** What the browser's method would make of these bytes. */
function parse(name: string, native: () => unknown, response: unknown, bytes: ArrayBuffer): unknown {
  if (name === "text") return decoder.decode(bytes);
  const parsed = name === "json" && ignoreErrors(() => [JSON.parse(decoder.decode(bytes)) as unknown]);
  if (parsed) return parsed[0];
  // The error of invalid JSON is the browser's own, and has no script of the recorder on its stack.
  return apply(native, new Response(new Blob([bytes]), { headers: headersOf(response) as Headers }), []);
}
