// Names by which a form field or an image would shadow a property of its form or document (DOM
// clobbering). Browsers look up `form.parentElement` among the form's fields first, and
// `document.body` among the page's images. The replayer reads these properties, so that an element
// of such a name would change its behavior.

/** Properties that every node, element or event target has. */
// prettier-ignore
const ofNodes = [
  "ATTRIBUTE_NODE", "CDATA_SECTION_NODE", "COMMENT_NODE", "DOCUMENT_FRAGMENT_NODE", "DOCUMENT_NODE", "DOCUMENT_TYPE_NODE", "ELEMENT_NODE", "TEXT_NODE",
  "addEventListener", "append", "appendChild", "baseURI", "childElementCount", "childNodes", "cloneNode", "compareDocumentPosition", "contains", "dispatchEvent", "firstChild",
  "firstElementChild", "getRootNode", "hasChildNodes", "insertBefore", "isConnected", "isEqualNode", "isSameNode", "lastChild", "lastElementChild", "nextSibling",
  "nodeName", "nodeType", "nodeValue", "normalize", "ownerDocument", "parentElement", "parentNode", "prepend", "previousSibling", "querySelector",
  "querySelectorAll", "removeChild", "removeEventListener", "replaceChild", "replaceChildren", "textContent",
  // What every object has.
  "__proto__", "constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString", "toString", "valueOf",
];

// prettier-ignore
const ofElements = [
  "assignedSlot", "attachShadow", "attributes", "attributeStyleMap", "blur", "classList", "className", "clientHeight", "clientLeft", "clientTop", "clientWidth", "closest", "dataset",
  "focus", "getAttribute", "getAttributeNames", "getAttributeNS", "getBoundingClientRect", "getClientRects", "hasAttribute", "innerHTML", "insertAdjacentElement",
  "localName", "matches", "namespaceURI", "nextElementSibling", "offsetHeight", "offsetLeft", "offsetParent", "offsetTop", "offsetWidth", "outerHTML",
  "previousElementSibling", "removeAttribute", "removeAttributeNS", "replaceWith", "scroll", "scrollBy", "scrollHeight", "scrollIntoView", "scrollLeft", "scrollTo",
  "scrollTop", "scrollWidth", "setAttribute", "setAttributeNS", "setAttributeNode", "shadowRoot", "style", "tagName", "toggleAttribute",
];

// prettier-ignore
const ofDocuments = [
  "activeElement", "adoptNode", "adoptedStyleSheets", "body", "close", "compatMode", "createCDATASection", "createComment", "createDocumentFragment", "createElement", "createElementNS",
  "createRange", "createTextNode", "defaultView", "doctype", "documentElement", "documentURI", "elementFromPoint", "execCommand", "fonts", "getElementById", "getElementsByClassName",
  "getElementsByTagName", "getElementsByTagNameNS", "getSelection", "hasFocus", "head", "implementation", "importNode", "location", "onload", "open", "readyState", "scrollingElement",
  "styleSheets", "write", "writeln",
];

const readOfForms = new Set([...ofNodes, ...ofElements]);
const readOfDocuments = new Set([...ofNodes, ...ofDocuments]);

/** Elements that a form finds by name or id. */
const fields = new Set(["button", "fieldset", "input", "output", "select", "textarea"]);

/**
 * Whether an element with that `name` or `id` would shadow a property. Images do so for their form
 * and their document, forms for their document; frames have no names here.
 */
export function isClobbering(tag: string, value: string): boolean {
  if (fields.has(tag)) return readOfForms.has(value);
  if (tag === "img") return readOfForms.has(value) || readOfDocuments.has(value);
  return tag === "form" && readOfDocuments.has(value);
}
