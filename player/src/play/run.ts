// One run of the replayer, from a full snapshot forward; seeking backward starts another run. The
// replayer is given its events in batches, and those that it has applied are removed from it, since
// it visits each event that it has whenever it starts or seeks.
import type { ReplayEvent } from "@rrweb/replay";
import { CUSTOM } from "../clean/events.ts";
import type { Recording } from "../read/recording.ts";
import type { TimeSlicer } from "../time-slicer.ts";
import { GuardedReplayer } from "./replayer.ts";

/** Events up to this many milliseconds after a seek target belong to it. */
const GRAIN_MS = 1;

/** Milliseconds, at speed 1, for which events are provided ahead while playing. */
const AHEAD_MS = 2_000;

/** Events that are provided in one frame: a thousand at once would delay it. */
const MAX_EVENTS_PER_FRAME = 500;

/**
 * Events that are applied at once while seeking: the first batch, and the bounds of those after it,
 * whose size follows from the time that the last one took. Each batch compares all of the page, so
 * that small batches are inefficient.
 */
const FIRST_BATCH = 500;
const MIN_BATCH = 250;
const MAX_BATCH = 20_000;

/** Milliseconds that applying a batch should take. */
const MIN_BATCH_MS = 12;
const MAX_BATCH_MS = 30;

/** Milliseconds by which the replayer's clock may be ahead of the provided events. */
const MAX_LEAD_MS = 250;

/** Milliseconds beyond any recording: at its last event the replayer would reset its state. */
const NEVER_MS = 1e12;

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
  /** Index of the first event that the replayer does not have yet. */
  #next: number;
  /** Epoch milliseconds: all events before are applied, none after. */
  #appliedUntil: number;
  #speed: number;

  /** `time` is the target of the first seek. */
  constructor(stage: HTMLElement, recording: Recording, time: number, speed: number, hooks: RunHooks) {
    this.#recording = recording;
    this.#speed = speed;
    this.#next = recording.snapshotBefore(time + GRAIN_MS);
    this.#base = this.#appliedUntil = recording.timeOf(this.#next) - GRAIN_MS;
    this.layer.className = "layer unready";
    stage.append(this.layer);
    this.#replayer = new GuardedReplayer([mark(this.#base), mark(this.#base + NEVER_MS)], {
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
  get appliedUntil(): number {
    return this.#appliedUntil;
  }

  /** The frame of the page. */
  get page(): HTMLIFrameElement {
    return this.#replayer.iframe;
  }

  /** The node with that ID of rrweb. */
  nodeOf(id: number): Node | null {
    return this.#replayer.getMirror().getNode(id);
  }

  canReach(time: number): boolean {
    return time + GRAIN_MS >= this.#appliedUntil;
  }

  /** Applies all events until `time`, in batches between which other tasks run. */
  async applyUntil(time: number, slicer: TimeSlicer): Promise<void> {
    const until = Math.max(time + GRAIN_MS, this.#appliedUntil);
    const snapshot = this.#recording.snapshotBefore(until);
    if (snapshot > this.#next) this.#next = snapshot;
    const end = this.#recording.indexAt(until);
    let batch = FIRST_BATCH;
    for (;;) {
      const stop = Math.min(end, this.#next + batch);
      this.#provide(stop);
      const isLast = this.#next >= end;
      const to = isLast ? until : this.#recording.timeOf(this.#next);
      const began = performance.now();
      await this.#seekReplayer(to);
      const took = performance.now() - began;
      if (isLast) break;
      if (took > MAX_BATCH_MS) batch = Math.max(batch >> 1, MIN_BATCH);
      else if (took < MIN_BATCH_MS) batch = Math.min(batch * 2, MAX_BATCH);
      await slicer.yieldNow();
    }
    this.layer.classList.remove("unready");
  }

  play(): void {
    this.#provideAhead();
    void Promise.resolve().then(() => this.#replayer.play(this.#appliedUntil - this.#base));
  }

  /** To be called for each frame while it plays; returns its time in epoch milliseconds. */
  tick(): number {
    const clock = this.#updateClock();
    this.#provideAhead();
    if (clock - this.#appliedUntil > MAX_LEAD_MS * this.#speed) this.play();
    return this.#appliedUntil;
  }

  pause(): void {
    this.#updateClock();
    this.#replayer.pause();
    this.#removeApplied();
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
   * Seeks the replayer to a time until which it has all events. It continues from the time of the
   * event that it applied last, and a pointer's path has the time of its start: events during the
   * path would be applied twice. Hence the mark as the last event.
   */
  async #seekReplayer(time: number): Promise<void> {
    const marginMs = 0.0004;
    this.#replayer.addEvent(mark(time - marginMs));
    await Promise.resolve();
    this.#replayer.pause(time - this.#base);
    this.#appliedUntil = time;
    this.#removeApplied();
  }

  /** Removes the applied events, except the first, from which the replayer's clock counts. */
  #removeApplied(): void {
    const { events } = this.#replayer.service.state.context;
    const kept = events.findIndex(({ timestamp }, index) => index > 0 && timestamp >= this.#appliedUntil);
    events.splice(1, kept - 1);
  }

  /**
   * Updates the applied time from the replayer's clock, which it returns. The clock is ahead where
   * a frame was late, as in a hidden tab: playback continues from the last frame, or from what
   * could be applied since.
   */
  #updateClock(): number {
    const clock = this.#base + this.#replayer.getCurrentTime();
    const furthest = Math.min(this.#appliedUntil + AHEAD_MS * this.#speed, this.#recording.timeOf(this.#next));
    this.#appliedUntil = Math.max(this.#appliedUntil, Math.min(clock, furthest));
    return clock;
  }

  #provideAhead(): void {
    const ahead = this.#recording.indexAt(this.#appliedUntil + AHEAD_MS * this.#speed);
    this.#provide(Math.min(ahead, this.#next + MAX_EVENTS_PER_FRAME));
  }

  #provide(stop: number): void {
    for (; this.#next < stop; this.#next += 1) {
      const event = this.#recording.events[this.#next];
      // A copy: the replayer adds a delay to its events.
      if (event !== undefined) this.#replayer.addEvent({ ...event });
    }
  }
}

/** An event that changes nothing. */
function mark(timestamp: number): ReplayEvent {
  return { type: CUSTOM, data: { tag: "", payload: {} }, timestamp };
}
