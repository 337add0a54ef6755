// The DOM, recorded by rrweb, with the recording's own timestamps.
import { record } from "@rrweb/record";
import { epochNow, pageNow } from "../clock.ts";
import type { Capture, Context } from "../context.ts";
import type { Settings } from "../options.ts";
import { eventsFile } from "../session/manifest.ts";
import { recordAssets, type AssetRecorder } from "./assets.ts";
import { createDomEventRedactor, type DomEvent } from "../privacy/dom-events.ts";
import { ignoreErrors } from "../ignore-errors.ts";

type Options = NonNullable<Parameters<typeof record>[0]>;

/** A seek replays events from the previous full snapshot; these bound how many. */
const snapshotEveryEvents = 2000;
const snapshotEveryMs = 60_000;
/** Earliest snapshot when the events since the last one exceed its size; snapshots thereby at most double a recording. */
const minSnapshotIntervalMs = 20_000;
/** rrweb's event type of a full snapshot. */
const fullSnapshot = 2;

const inputTypes = [
  "input",
  "hidden",
  "color",
  "date",
  "datetime-local",
  "email",
  "month",
  "number",
  "range",
  "search",
  "tel",
  "text",
  "time",
  "url",
  "week",
  "textarea",
  "select",
  "password",
];

export function recordDom(context: Context, settings: Settings): Capture {
  if (!settings.dom) return { stop_: () => undefined };
  let root: Element | null = document.documentElement;
  const assets = recordAssets(context, settings);
  let stop = observe(context, settings, assets);
  return {
    // Events of other pages of the session since do not apply to this page.
    onPageShow_: () => {
      assets?.onPageShow_();
      ignoreErrors(() => record.takeFullSnapshot(true));
    },
    flush_: () => assets?.flush_(),
    attachListeners_: () => {
      // Null if the recorder started before the document's first element was parsed.
      root ??= document.documentElement;
      // While the new document is loading, the previous observers capture more of it than new ones
      // would.
      if (document.documentElement === root || document.readyState === "loading") return;
      root = document.documentElement;
      stop?.();
      stop = observe(context, settings, assets);
    },
    stop_: () => {
      stop?.();
      assets?.stop_();
    },
  };
}

function observe(
  { journal_, redactor_, pageId_ }: Context,
  settings: Settings,
  assets: AssetRecorder | undefined,
): (() => void) | undefined {
  let snapshotSize = 0;
  let sizeSinceSnapshot = 0;
  let snapshotAt = 0;
  const findNode = (id: number): Node | null => record.mirror.getNode(id);
  const findElement = (id: number): Element | undefined => {
    const node = findNode(id);
    return node instanceof Element ? node : undefined;
  };
  const isStrict = settings.privacy === "strict";
  const redactEvent = createDomEventRedactor(redactor_, settings, isStrict, findElement, assets);
  return record({
    emit: (event) => {
      const line = { ...(event as DomEvent), timestamp: epochNow(), pageId: pageId_ };
      redactEvent(line);
      const isSmall = line.type !== fullSnapshot && !isMutation(line);
      const json = JSON.stringify(line);
      const text = isSmall ? redactor_.text_(json) : json;
      if (assets && isSmall && text.includes("url(")) assets.noteStyle_(text.replaceAll('\\"', '"'));
      journal_.addJson_?.(eventsFile, text);
      if (line.type === fullSnapshot) [snapshotSize, sizeSinceSnapshot, snapshotAt] = [text.length, 0, pageNow()];
      else sizeSinceSnapshot += text.length;
      if (sizeSinceSnapshot <= snapshotSize || pageNow() - snapshotAt < minSnapshotIntervalMs) return;
      // Once per snapshot, and not within rrweb's callback.
      sizeSinceSnapshot = 0;
      setTimeout(() => ignoreErrors(() => record.takeFullSnapshot(true)));
    },
    checkoutEveryNth: snapshotEveryEvents,
    checkoutEveryNms: snapshotEveryMs,
    recordAfter: "DOMContentLoaded",
    blockClass: /^(replayscope|highlight|rr)-block$/,
    ignoreClass: "replayscope-ignore",
    maskTextClass: /^(replayscope|highlight|rr)-mask$/,
    // Pages store tokens in meta elements for their scripts.
    blockSelector: 'meta[name*="token" i], meta[name*="csrf" i], meta[name*="nonce" i]',
    ...masking(settings),
  });
}

const isMutation = ({ type, data }: DomEvent): boolean => type === 3 && (data as { source: number }).source === 0;

/** Elements whose text a user edits; `:read-write` also matches in documents with `designMode`. */
const editableElements = '[contenteditable]:not([contenteditable="false" i]), :read-write, [role="textbox" i]';

/** Inputs that hold credentials, whatever their type is: a page may show a password as text. */
const credentialInputs =
  'input[type="password" i], [autocomplete*="password" i], [autocomplete="one-time-code" i], [autocomplete*="cc-" i]';

function masking({ privacy }: Settings): Options {
  const maskInputOptions = Object.fromEntries(inputTypes.map((type) => [type, true]));
  if (privacy === "strict") return { maskInputOptions, maskTextSelector: "*" };
  if (privacy === "default") return { maskInputOptions, maskTextSelector: editableElements };
  const hidden = new WeakSet<Element>();
  return {
    maskInputOptions,
    maskInputFn: (text, element) => {
      if (element.matches(credentialInputs)) hidden.add(element);
      return hidden.has(element) ? "*".repeat(text.length) : text;
    },
  };
}
