// The DOM of a recorded page, read through the prototypes: a form field or an image in it may have
// the name of a property, and browsers would give that element instead.

/* eslint-disable @typescript-eslint/unbound-method -- methods are called with a node */

function getterOf<Of extends object, Value>(prototype: Of, name: keyof Of): (node: Of) => Value {
  const property = Object.getOwnPropertyDescriptor(prototype, name);
  return (node) => property?.get?.call(node) as Value;
}

const nodeTypeOf = getterOf<Node, number>(Node.prototype, "nodeType");
const parentElementOf = getterOf<Node, Element | null>(Node.prototype, "parentElement");
const ownerDocumentOf = getterOf<Node, Document | null>(Node.prototype, "ownerDocument");
const isConnectedOf = getterOf<Node, boolean>(Node.prototype, "isConnected");
const windowOf = getterOf<Document, (Window & typeof globalThis) | null>(Document.prototype, "defaultView");
const { addEventListener } = EventTarget.prototype;
const { getBoundingClientRect } = Element.prototype;

export const isDocument = (node: Node): node is Document => nodeTypeOf(node) === Node.DOCUMENT_NODE;

/** The element, or the one that a text is in. */
export const elementOf = (node: Node): Element | null =>
  nodeTypeOf(node) === Node.ELEMENT_NODE ? (node as Element) : parentElementOf(node);

export const isConnected = (node: Node): boolean => isConnectedOf(node);

/** Place and size of an element in the viewport of its document, in CSS pixels. */
export interface Bounds {
  left: number;
  top: number;
  width: number;
  height: number;
}

export const boundsOf = (element: Element): Bounds => getBoundingClientRect.call(element);

/** The frame that shows the document of an element. */
export function frameOf(element: Element): Element | null {
  const document = ownerDocumentOf(element);
  return (document === null ? null : windowOf(document))?.frameElement ?? null;
}

export function listen(node: Node, type: string, listener: EventListener): void {
  addEventListener.call(node, type, listener);
}

const prepared = new WeakSet<Document>();

/**
 * Keeps the documents of frames at `about:blank` when they are opened, those of frames within them
 * too. Opening gives a document the URL of the one whose script does it, here the viewer's, and
 * Chromium sends that URL as `Referer` with the requests for images and fonts of style sheets,
 * whatever the document's referrer policy is.
 */
export function keepFramesBlank(window: Window & typeof globalThis): void {
  const { prototype } = window.HTMLIFrameElement;
  const documentOf = getterOf<HTMLIFrameElement, Document | null>(prototype, "contentDocument");
  Object.defineProperty(prototype, "contentDocument", {
    configurable: true,
    enumerable: true,
    get(this: HTMLIFrameElement) {
      const document = documentOf(this);
      if (document !== null) keepBlank(document);
      return document;
    },
  });
}

function keepBlank(document: Document): void {
  const window = windowOf(document);
  if (window === null || prepared.has(document)) return;
  prepared.add(document);
  // A listener of the frame's own realm acts for the frame; functions of this one act for the
  // viewer.
  const opening = new EventTarget();
  opening.addEventListener(
    "open",
    window.Function.prototype.bind.call(window.Document.prototype.open, document) as EventListener,
  );
  Object.defineProperty(document, "open", {
    configurable: true,
    value: () => {
      opening.dispatchEvent(new Event("open"));
      return document;
    },
  });
  keepFramesBlank(window);
}
