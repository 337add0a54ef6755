// Redacts and masks the events of the DOM, in place: rrweb masks the text and the values of inputs,
// and leaves attributes and comments as they are.
import type { AssetRecorder } from "../capture/assets.ts";
import type { NetworkSettings } from "../options.ts";
import { replacement } from "./fields.ts";
import { createNameRanking } from "./names.ts";
import type { Redactor } from "./redact.ts";

type Attributes = Record<string, unknown>;

/** A node as rrweb serializes it. */
interface SerializedNode {
  type: number;
  id: number;
  tagName?: string;
  attributes?: Attributes;
  textContent?: string;
  childNodes?: SerializedNode[];
}

interface Mutation {
  source: 0;
  texts: { id: number; value: string | null }[];
  attributes: { id: number; attributes: Attributes }[];
  adds: { node: SerializedNode }[];
}

export interface DomEvent {
  type: number;
  data: unknown;
}

/** rrweb's numbers. */
const eventType = { fullSnapshot: 2, incremental: 3 };
const nodeType = { comment: 5 };

const names = (list: string): string => list.replaceAll(/\s+/g, "|");

/** Attributes that are no text of a page, which strict privacy keeps: structure, state, geometry and appearance. */
const structuralAttribute = new RegExp(
  `^(?:rr_.*|_cssText|xmlns.*|xlink:href|aria-(?!label$|desc|place|role|valuetext|braille).*|data-(?:${names(
    "active align checked color-.* disabled expanded layout mode open orientation placement position scheme selected side size state theme variant visible",
  )})|${names(
    `accept action align allow allowfullscreen as async autocomplete autofocus autoplay bgcolor border cellpadding cellspacing charset checked
    class clear color cols colspan compact contenteditable controls coords crossorigin decoding default defer dir disabled draggable enctype
    enterkeyhint face fetchpriority for form frame frameborder headers height hidden high href hreflang hspace http-equiv id imagesizes
    imagesrcset inert inputmode integrity is ismap kind lang link list loading loop low marginheight marginwidth max maxlength media
    method min minlength multiple muted name nomodule noresize noshade novalidate nowrap open optimum part playsinline popover
    popovertarget poster preload readonly referrerpolicy rel required rev reversed role rows rowspan rules sandbox scope scrolling selected
    shadowrootmode shape size sizes slot span spellcheck src srclang srcset start step style tabindex target translate type usemap
    valign vlink vspace width wrap`,
  )}|${names(
    `d points x y x1 x2 y1 y2 cx cy r rx ry dx dy fx fy transform viewBox preserveAspectRatio opacity filter offset overflow version
    fill.* stroke.* clip.* mask.* marker.* gradient.* stop-.* pattern.+ font-.* text-.* letter-spacing word-spacing vector-effect
    .*-baseline .*-rendering color-.* flood-.* std.* base.* in in2 result operator values k1 k2 k3 k4 pathLength rotate spreadMethod begin
    dur end from to by attributeName repeatCount calcMode keyTimes keySplines`,
  )})$`,
);

/** URLs that are themselves content: addresses of people, code and documents. */
const contentUrl = /^\s*(mailto|tel|sms|javascript|data:(?!image|font|audio|video)|blob):?[^]*/i;

/** Nothing is redacted in a text without one of these. */
const mayHoldCredential = /[=:@<%]|eyJ|bearer|basic|dpop|negotiate|ntlm/i;

const mask = (text: string): string => text.replace(/\S/g, "*");

/** Returns the element with an id of rrweb. */
type FindElement = (id: number) => Element | undefined;

/**
 * Returns a function that changes an event before it is stored. `findElement` returns an element by the id of its node;
 * `assets` receives what is recorded.
 */
export function createDomEventRedactor(
  redactor: Redactor,
  settings: NetworkSettings,
  isStrict: boolean,
  findElement: FindElement,
  assets?: AssetRecorder,
): (event: DomEvent) => void {
  const rankOf = createNameRanking(settings.namesToRedact_);
  const isCredentialKey = (name: unknown): boolean => typeof name === "string" && rankOf(name) > 2;

  const redactText = (text: string): string => (mayHoldCredential.test(text) ? redactor.text_(text) : text);

  const attributeText = (name: string, text: string): string => {
    if (isStrict) {
      if (!structuralAttribute.test(name)) return mask(text);
      if (contentUrl.test(text)) return text.replace(contentUrl, "$1:");
    }
    if (isCredentialKey(name)) return replacement;
    // Style sheets are long, and have no credentials but in URLs.
    return name === "_cssText" || name === "style" ? redactor.tokens_(text) : redactText(text);
  };

  /** `fieldName` is the name of the input or the meta element that has these attributes. */
  const redactAttributes = (attributes: Attributes, tagName: string, fieldName: unknown): void => {
    // The document of the frame is recorded itself, with its inputs masked.
    delete attributes["srcdoc"];
    const isField = isCredentialKey(fieldName);
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value !== "string" || value === "" || name === "class" || name === "id") continue;
      const isValue = name === "value" || name === "content";
      // Custom elements mirror what is typed.
      if (isValue && tagName.includes("-")) attributes[name] = mask(value);
      else attributes[name] = isValue && isField ? replacement : attributeText(name, value);
    }
    assets?.noteAttributes_(tagName, attributes);
  };

  const redactNode = (root: SerializedNode): void => {
    const nodes = [root];
    for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
      const { attributes, tagName = "", childNodes = [], textContent } = node;
      if (attributes !== undefined) redactAttributes(attributes, tagName, attributes["name"] ?? attributes["property"]);
      if (textContent) {
        node.textContent = isStrict && node.type === nodeType.comment ? "" : redactText(textContent);
        assets?.noteStyle_(node.textContent);
      }
      for (const child of childNodes) nodes.push(child);
    }
  };

  const redactMutation = ({ adds, texts, attributes }: Mutation): void => {
    for (const { node } of adds) redactNode(node);
    for (const text of texts) {
      if (!text.value) continue;
      text.value = redactText(text.value);
      assets?.noteStyle_(text.value);
    }
    for (const { id, attributes: changed } of attributes) {
      const element = findElement(id);
      const fieldName = "value" in changed || "content" in changed ? element?.getAttribute("name") : undefined;
      redactAttributes(changed, element?.localName ?? "", fieldName);
    }
  };

  return ({ type, data }) => {
    if (type === eventType.fullSnapshot) redactNode((data as { node: SerializedNode }).node);
    else if (type === eventType.incremental && (data as Mutation).source === 0) redactMutation(data as Mutation);
  };
}
