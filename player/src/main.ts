// The document of the player: takes what the app asks for, and tells it what happens.
import { isNumber, isObject } from "./clean/values.ts";
import { BlockedResources } from "./play/blocked.ts";
import { keepFramesBlank } from "./play/dom.ts";
import { Player } from "./play/player.ts";
import { forgetSheets } from "./play/replayer.ts";
import { Stage } from "./play/stage.ts";
import type { Report, Request } from "./protocol.ts";
import { readEvents } from "./read/read.ts";
import { Left, Slices } from "./slices.ts";

const app = window.parent;
const appOrigin = peerOrigin();
const tell = (report: Report): void => {
  if (appOrigin !== undefined) app.postMessage(report, appOrigin);
};
const stage = new Stage(element("stage"), element("empty"));
const blocked = new BlockedResources((what) => tell({ type: "blocked", ...what }));
keepFramesBlank(window);
// Fonts of a recording are asked for by this document; all else by those that are built from it.
blocked.watch(document);

let player: Player | undefined;
/** Counts what was opened: what belongs to an earlier recording comes too late. */
let opened = 0;
let speed = 1;

async function open({ text, ends, times, types, origin }: Extract<Request, { type: "open" }>): Promise<void> {
  opened += 1;
  const turn = opened;
  const isLeft = (): boolean => turn !== opened;
  player?.end();
  player = undefined;
  forgetSheets();
  stage.setEmpty(true);
  try {
    const given = {
      text: new Uint8Array(text),
      ends: new Uint32Array(ends),
      times: new Float64Array(times),
      types: new Uint8Array(types),
    };
    const total = given.ends.length;
    const read = await readEvents(given, new Slices(isLeft), (done) => tell({ type: "progress", done, total }));
    const { recording, events, dropped, last, omitted, shows } = read;
    if (recording === undefined) {
      tell({ type: "failed", reason: reasonWithout(events, dropped) });
      return;
    }
    tell({
      type: "opened",
      first: recording.timeOf(0) - origin,
      last: last - origin,
      shows: (shows ?? recording.timeOf(0)) - origin,
      events,
      dropped,
      omitted,
      ...recording.size,
    });
    player = new Player(recording, last, origin, stage, (node) => blocked.watch(node), tell);
    player.setSpeed(speed);
  } catch (error) {
    if (error instanceof Left) return;
    tell({
      type: "failed",
      reason: `The events of the page cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    });
  }
}

function reasonWithout(events: number, dropped: number): string {
  if (events === 0 && dropped === 0) return "The recording has no events of the page.";
  const damaged = dropped > 0 ? ` ${dropped} of ${events + dropped} events are damaged.` : "";
  return `The recording has no full snapshot of the page, so there is nothing to begin with.${damaged}`;
}

/**
 * The origin of the app that this document takes requests from: the one that its address names, where that is its own
 * or the one it was built for.
 */
function peerOrigin(): string | undefined {
  const named = new URLSearchParams(location.hash.slice(1)).get("app") ?? location.origin;
  const builtFor = document.querySelector("meta[name=replayscope-app]")?.getAttribute("content");
  return named === location.origin || named === builtFor ? named : undefined;
}

function take(request: Request): void {
  switch (request.type) {
    case "open":
      if (
        ![request.text, request.ends, request.times, request.types].every((one) => one instanceof ArrayBuffer) ||
        !isNumber(request.origin)
      )
        return;
      origin = request.origin;
      void open(request);
      return;
    case "seek":
      if (isNumber(request.to)) player?.seek(origin + request.to);
      return;
    case "play":
      if (isNumber(request.at)) player?.play(origin + request.at);
      return;
    case "pause":
      player?.pause(isNumber(request.at) ? origin + request.at : undefined);
      return;
    case "speed":
      if (!isNumber(request.value)) return;
      speed = request.value;
      player?.setSpeed(speed);
      return;
    case "zoom":
      stage.zoom(request.value);
      return;
    case "ping":
      tell({ type: "pong" });
  }
}

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The document has no #${id}`);
  return found;
}

let origin = 0;

window.addEventListener("message", (event: MessageEvent<unknown>) => {
  if (event.source !== app || event.origin !== appOrigin || !isObject(event.data)) return;
  take(event.data as unknown as Request);
});

// What the replayer does later, in timers of its own, may fail on what a recording says. It is no fault of the app.
window.addEventListener("error", (event) => event.preventDefault());
window.addEventListener("unhandledrejection", (event) => event.preventDefault());

if (app !== window) tell({ type: "ready" });
