// Entry point of the player's document: handles the app's requests and reports back.
import { isNumber, isObject } from "./clean/values.ts";
import { BlockedResources } from "./play/blocked.ts";
import { keepFramesBlank } from "./play/dom.ts";
import { Player } from "./play/player.ts";
import { forgetSheets } from "./play/replayer.ts";
import { Stage } from "./play/stage.ts";
import type { Report, Request } from "./protocol.ts";
import { readEvents } from "./read/read.ts";
import { Canceled, TimeSlicer } from "./time-slicer.ts";

const app = window.parent;
const appOrigin = peerOrigin();
const notify = (report: Report): void => {
  if (appOrigin !== undefined) app.postMessage(report, appOrigin);
};
const stage = new Stage(element("stage"), element("empty"));
const blocked = new BlockedResources((what) => notify({ type: "blocked", ...what }));
keepFramesBlank(window);
// Fonts of a recording are requested by this document, all other resources by the documents that it
// builds.
blocked.watch(document);

let player: Player | undefined;
/** Number of recordings opened: the reading of an earlier one is canceled. */
let openCount = 0;
let speed = 1;

async function open({ text, ends, times, types, origin }: Extract<Request, { type: "open" }>): Promise<void> {
  openCount += 1;
  const generation = openCount;
  const isCanceled = (): boolean => generation !== openCount;
  // Until the events of a recording that has grown are read, the page is shown as it was.
  const previous = player;
  try {
    const encoded = {
      text: new Uint8Array(text),
      ends: new Uint32Array(ends),
      times: new Float64Array(times),
      types: new Uint8Array(types),
    };
    const total = encoded.ends.length;
    const read = await readEvents(encoded, new TimeSlicer(isCanceled), (done) =>
      notify({ type: "progress", done, total }),
    );
    previous?.end();
    player = undefined;
    forgetSheets();
    stage.setEmpty(true);
    const { recording, events, dropped, last, omitted, shows } = read;
    if (recording === undefined) {
      notify({ type: "failed", reason: reasonWithout(events, dropped) });
      return;
    }
    notify({
      type: "opened",
      first: recording.timeOf(0) - origin,
      last: last - origin,
      shows: (shows ?? recording.timeOf(0)) - origin,
      events,
      dropped,
      omitted,
      ...recording.size,
    });
    player = new Player(recording, last, origin, stage, (node) => blocked.watch(node), notify);
    player.setSpeed(speed);
  } catch (error) {
    if (error instanceof Canceled) return;
    notify({
      type: "failed",
      reason: `its events cannot be read (${error instanceof Error ? error.message : String(error)})`,
    });
  }
}

function reasonWithout(events: number, dropped: number): string {
  if (events === 0 && dropped === 0) return "the recording has no DOM events";
  const damaged = dropped > 0 ? ` (${dropped} of ${events + dropped} events are damaged)` : "";
  return `the recording has no full DOM snapshot${damaged}`;
}

/**
 * The origin of the app that may send requests: the one in this document's URL, if it is the
 * document's own origin or the one that it was built for.
 */
function peerOrigin(): string | undefined {
  const named = new URLSearchParams(location.hash.slice(1)).get("app") ?? location.origin;
  const builtFor = document.querySelector("meta[name=replayscope-app]")?.getAttribute("content");
  return named === location.origin || named === builtFor ? named : undefined;
}

function handle(request: Request): void {
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
      stage.setMaxScale(request.value);
      return;
    case "highlight":
      player?.highlight(isNumber(request.node) ? request.node : undefined);
      return;
    case "ping":
      notify({ type: "pong" });
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
  handle(event.data as unknown as Request);
});

// The replayer's own timers may fail on a damaged recording, which is not an error of the app.
window.addEventListener("error", (event) => event.preventDefault());
window.addEventListener("unhandledrejection", (event) => event.preventDefault());

if (app !== window) notify({ type: "ready" });
