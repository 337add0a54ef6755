// The page itself, through rrweb, on the recording's own clock.
import { record } from "@rrweb/record";
import { epochNow, pageNow } from "../clock.ts";
import type { Context, Part } from "../context.ts";
import type { Settings } from "../options.ts";
import { eventsFile } from "../session/manifest.ts";
import { quietly } from "../quietly.ts";

type Options = NonNullable<Parameters<typeof record>[0]>;

/** A player that jumps replays from the full snapshot before; these bound how much it replays. */
const snapshotEvents = 2000;
const snapshotMilliseconds = 60_000;
/** Sooner than that where what has changed since takes as much as a snapshot: so a recording no more than doubles. */
const soonestSnapshot = 20_000;
const fullSnapshot = 2;

const inputs = [
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

export function recordDom(context: Context, settings: Settings): Part {
  if (!settings.dom) return { stop: () => undefined };
  let root: Element | null = document.documentElement;
  let stop = watch(context, settings);
  return {
    // What other pages of the session have shown since is not this page.
    stay: () => quietly(() => record.takeFullSnapshot(true)),
    listen: () => {
      // Where the recorder was there before the document's first element.
      root ??= document.documentElement;
      // Until the new document is whole, what is left of the old recording sees more of it than another would.
      if (document.documentElement === root || document.readyState === "loading") return;
      root = document.documentElement;
      stop?.();
      stop = watch(context, settings);
    },
    stop: () => stop?.(),
  };
}

function watch({ journal, redactor, pageId }: Context, settings: Settings): (() => void) | undefined {
  let snapshotSize = 0;
  let sizeSince = 0;
  let snapshotAt = 0;
  return record({
    emit: (event) => {
      const line = { ...(event as { type: number }), timestamp: epochNow(), pageId };
      const text = redactor.tokens(JSON.stringify(line));
      journal.addText(eventsFile, text);
      if (line.type === fullSnapshot) [snapshotSize, sizeSince, snapshotAt] = [text.length, 0, pageNow()];
      else sizeSince += text.length;
      if (sizeSince <= snapshotSize || pageNow() - snapshotAt < soonestSnapshot) return;
      // Once, and not within rrweb's own work.
      sizeSince = 0;
      setTimeout(() => quietly(() => record.takeFullSnapshot(true)));
    },
    checkoutEveryNth: snapshotEvents,
    checkoutEveryNms: snapshotMilliseconds,
    recordAfter: "DOMContentLoaded",
    blockClass: /^(replayscope|highlight|rr)-block$/,
    ignoreClass: "replayscope-ignore",
    maskTextClass: /^(replayscope|highlight|rr)-mask$/,
    // Pages keep tokens in their head for their own scripts.
    blockSelector: 'meta[name*="token" i], meta[name*="csrf" i], meta[name*="nonce" i]',
    ...masking(settings),
  });
}

function masking({ privacy }: Settings): Options {
  if (privacy === "none") return { maskInputOptions: { password: true } };
  const maskInputOptions = Object.fromEntries(inputs.map((type) => [type, true]));
  return privacy === "strict" ? { maskInputOptions, maskTextSelector: "*" } : { maskInputOptions };
}
