// One run of the replayer: from a full snapshot on, and only ever forward. Who wants to go back begins another. The
// replayer is given its events bit by bit, and those that it has applied are taken from it, since it looks at each that it
// has whenever it starts or seeks.
import type { ReplayEvent } from "@rrweb/replay";
import { CUSTOM } from "../clean/events.ts";
import type { Recording } from "../read/recording.ts";
import type { Slices } from "../slices.ts";
import { GuardedReplayer } from "./replayer.ts";

/** What happens within this many milliseconds after a moment is seen at it. */
const GRAIN = 1;

/** Milliseconds, at speed 1, for which events are given ahead while playing. */
const AHEAD = 2_000;

/** Events that are given in one frame at most: a thousand at once would hold it up. */
const MAX_IN_FRAME = 500;

/**
 * Events that are applied at once while seeking, to begin with; what that takes tells how many come next. Each share
 * compares the whole page, so that small ones cost more than they give.
 */
const SHARE = { first: 500, least: 250, most: 20_000 };

/** Milliseconds that applying a share should take. */
const SHARE_TIME = { least: 12, most: 30 };

/** Milliseconds by which the replayer's clock may be before what it was given. */
const MAX_LEAD = 250;

/** Beyond any recording: the replayer never comes to an end by itself, where it would forget what it has applied. */
const NEVER = 1e12;

export interface RunHooks {
  resized(width: number, height: number): void;
  built(node: Node): void;
}

export class Run {
  readonly layer = document.createElement("div");
  readonly #recording: Recording;
  readonly #replayer: GuardedReplayer;
  /** Epoch milliseconds from which the replayer counts. */
  readonly #base: number;
  /** The first event that the replayer was not given. */
  #next: number;
  /** Epoch milliseconds: everything before is applied, nothing after is. */
  #stands: number;
  #speed: number;

  /** `time` is where the run is to go first. */
  constructor(stage: HTMLElement, recording: Recording, time: number, speed: number, hooks: RunHooks) {
    this.#recording = recording;
    this.#speed = speed;
    this.#next = recording.snapshotBefore(time + GRAIN);
    this.#base = this.#stands = recording.timeOf(this.#next) - GRAIN;
    this.layer.className = "layer unready";
    stage.append(this.layer);
    this.#replayer = new GuardedReplayer([mark(this.#base), mark(this.#base + NEVER)], {
      root: this.layer,
      speed,
      plugins: [{ onBuild: (node) => hooks.built(node) }],
      mouseTail: false,
      triggerFocus: false,
      showWarning: false,
      UNSAFE_replayCanvas: false,
    });
    this.#replayer.iframe.title = "Recorded page";
    this.#replayer.on("resize", ({ width, height }) => hooks.resized(width, height));
    this.#replayer.on("fullsnapshot-rebuilded", () => {
      if (this.#replayer.iframe.contentDocument !== null) hooks.built(this.#replayer.iframe.contentDocument);
    });
  }

  /** Epoch milliseconds. */
  get stands(): number {
    return this.#stands;
  }

  canReach(time: number): boolean {
    return time + GRAIN >= this.#stands;
  }

  /** Applies all that happened until `time`, in shares between which others get their turn. */
  async reach(time: number, slices: Slices): Promise<void> {
    const until = Math.max(time + GRAIN, this.#stands);
    const snapshot = this.#recording.snapshotBefore(until);
    if (snapshot > this.#next) this.#next = snapshot;
    const end = this.#recording.indexAt(until);
    let share = SHARE.first;
    for (;;) {
      const stop = Math.min(end, this.#next + share);
      this.#give(stop);
      const isThere = this.#next >= end;
      const to = isThere ? until : this.#recording.timeOf(this.#next);
      const began = performance.now();
      await this.#standAt(to);
      const took = performance.now() - began;
      if (isThere) break;
      if (took > SHARE_TIME.most) share = Math.max(share >> 1, SHARE.least);
      else if (took < SHARE_TIME.least) share = Math.min(share * 2, SHARE.most);
      await slices.rest();
    }
    this.layer.classList.remove("unready");
  }

  play(): void {
    this.#giveAhead();
    void Promise.resolve().then(() => this.#replayer.play(this.#stands - this.#base));
  }

  /** To be called for each frame while it plays; returns the epoch milliseconds that it has come to. */
  tick(): number {
    const clock = this.#follow();
    this.#giveAhead();
    if (clock - this.#stands > MAX_LEAD * this.#speed) this.play();
    return this.#stands;
  }

  pause(): void {
    this.#follow();
    this.#replayer.pause();
    this.#takeBack();
  }

  setSpeed(speed: number): void {
    this.#speed = speed;
    this.#replayer.setConfig({ speed });
  }

  end(): void {
    this.#replayer.destroy();
    this.layer.remove();
  }

  /**
   * Seeks the replayer to a time until which it has all events. It takes up from the event that it applied last, by
   * its time, and a pointer's path counts from its beginning: what happened during the path would be applied twice. Hence
   * the mark as the last event.
   */
  async #standAt(time: number): Promise<void> {
    const beforeIt = 0.0004;
    this.#replayer.addEvent(mark(time - beforeIt));
    await Promise.resolve();
    this.#replayer.pause(time - this.#base);
    this.#stands = time;
    this.#takeBack();
  }

  /** All but the first event, which the replayer's clock counts from. */
  #takeBack(): void {
    const { events } = this.#replayer.service.state.context;
    const kept = events.findIndex(({ timestamp }, index) => index > 0 && timestamp >= this.#stands);
    events.splice(1, kept - 1);
  }

  /**
   * Notes where the replayer has come to, and returns the time of its clock. That is ahead where a frame came late, as in a
   * tab that was hidden: it goes on from where the last one was, or from what could be applied since.
   */
  #follow(): number {
    const clock = this.#base + this.#replayer.getCurrentTime();
    const furthest = Math.min(this.#stands + AHEAD * this.#speed, this.#recording.timeOf(this.#next));
    this.#stands = Math.max(this.#stands, Math.min(clock, furthest));
    return clock;
  }

  #giveAhead(): void {
    const ahead = this.#recording.indexAt(this.#stands + AHEAD * this.#speed);
    this.#give(Math.min(ahead, this.#next + MAX_IN_FRAME));
  }

  #give(stop: number): void {
    for (; this.#next < stop; this.#next += 1) {
      const event = this.#recording.events[this.#next];
      // The replayer writes a delay into its events.
      if (event !== undefined) this.#replayer.addEvent({ ...event });
    }
  }
}

/** An event that changes nothing. */
function mark(timestamp: number): ReplayEvent {
  return { type: CUSTOM, data: { tag: "", payload: {} }, timestamp };
}
