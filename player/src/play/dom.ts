// The DOM of a recorded page, read through the prototypes: a form field or an image in it may have the name of a property,
// and browsers would give that element instead.

function getterOf<Of extends object, Value>(prototype: Of, name: keyof Of): (node: Of) => Value {
  const property = Object.getOwnPropertyDescriptor(prototype, name);
  return (node) => property?.get?.call(node) as Value;
}

const nodeTypeOf = getterOf<Node, number>(Node.prototype, "nodeType");
const headOf = getterOf<Document, HTMLHeadElement | null>(Document.prototype, "head");
const rootOf = getterOf<Document, HTMLElement | null>(Document.prototype, "documentElement");
/* eslint-disable @typescript-eslint/unbound-method -- they are called with a node */
const { addEventListener } = EventTarget.prototype;
const { createElement } = Document.prototype;
/* eslint-enable @typescript-eslint/unbound-method */

export const isDocument = (node: Node): node is Document => nodeTypeOf(node) === Node.DOCUMENT_NODE;

export function listen(node: Node, type: string, listener: EventListener): void {
  addEventListener.call(node, type, listener);
}

/**
 * Keeps a document from saying where the viewer is with what it requests, for as long as it lives. Not every browser
 * lets it take over the policy of the document that builds it, and style sheets ask by that of theirs.
 */
export function sendNoReferrer(document: Document): void {
  const meta = createElement.call(document, "meta") as HTMLMetaElement;
  meta.name = "referrer";
  meta.content = "no-referrer";
  (headOf(document) ?? rootOf(document))?.prepend(meta);
  meta.remove();
}
