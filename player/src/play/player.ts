// Plays and seeks a recording. Seeks may be requested faster than they can be processed: one runs
// at a time, and of those requested meanwhile the newest wins.
import { clamp } from "../clean/values.ts";
import type { Report } from "../protocol.ts";
import type { Recording } from "../read/recording.ts";
import { Canceled, TimeSlicer } from "../time-slicer.ts";
import { Highlight } from "./highlight.ts";
import { Run, type RunHooks } from "./run.ts";
import type { Stage } from "./stage.ts";

const MIN_SPEED = 0.1;
const MAX_SPEED = 32;

/** Times in here are epoch milliseconds. */
export class Player {
  readonly #recording: Recording;
  readonly #stage: Stage;
  readonly #notify: (report: Report) => void;
  readonly #origin: number;
  readonly #first: number;
  readonly #last: number;
  readonly #hooks: RunHooks;
  readonly #highlight: Highlight;
  /** The ID of the node to mark when the seek is processed. */
  #highlightTarget: number | undefined;
  #run: Run | undefined;
  #at: number;
  #isPlaying = false;
  #speed = 1;
  /** The time of the seek to process next. */
  #pendingSeek: number | undefined;
  /** The time of the seek that is being processed. */
  #seekTarget: number | undefined;
  #hasEnded = false;
  #frame = 0;
  #lastFrame = 0;

  constructor(
    recording: Recording,
    last: number,
    origin: number,
    stage: Stage,
    watch: (node: Node) => void,
    notify: (report: Report) => void,
  ) {
    this.#recording = recording;
    this.#stage = stage;
    this.#notify = notify;
    this.#origin = origin;
    this.#highlight = new Highlight(stage.sheet);
    this.#first = this.#at = recording.timeOf(0);
    this.#last = Math.max(last, this.#first);
    this.#hooks = { resized: (width, height) => this.#resized(width, height), built: watch };
    this.#resized(recording.size.width, recording.size.height);
    stage.setEmpty(true);
  }

  seek(time: number): void {
    this.#pendingSeek = Math.min(time, this.#last);
    this.highlight(undefined);
    this.#notify({ type: "seeking", at: this.#pendingSeek - this.#origin });
    this.#stopClock();
    if (this.#seekTarget === undefined) void this.#processSeeks();
  }

  /** Marks a node once the page is at its time, or none. */
  highlight(node: number | undefined): void {
    this.#highlight.clear();
    this.#highlightTarget = node;
    if (this.#seekTarget === undefined && this.#pendingSeek === undefined) this.#showHighlight();
  }

  play(time: number): void {
    this.#isPlaying = true;
    this.seek(time);
  }

  pause(time: number | undefined): void {
    const wasPlaying = this.#isPlaying;
    this.#isPlaying = false;
    this.#stopClock();
    if (time !== undefined) this.seek(time);
    else if (wasPlaying && this.#seekTarget === undefined) this.#updatePosition();
    this.#notify({ type: "paused", at: (this.#pendingSeek ?? this.#seekTarget ?? this.#at) - this.#origin });
  }

  setSpeed(speed: number): void {
    this.#speed = clamp(speed, MIN_SPEED, MAX_SPEED);
    this.#run?.setSpeed(this.#speed);
  }

  /** Stops for good, so that another recording can be opened. */
  end(): void {
    this.#hasEnded = true;
    this.#isPlaying = false;
    this.#stopClock();
    this.#highlight.clear();
    this.#run?.end();
    this.#run = undefined;
  }

  #showHighlight(): void {
    const node = this.#highlightTarget;
    this.#highlightTarget = undefined;
    if (node === undefined || this.#isPlaying || this.#hasEnded) return;
    const run = this.#at < this.#first ? undefined : this.#run;
    const state = run === undefined ? "missing" : this.#highlight.show(() => run.nodeOf(node), run.page);
    this.#notify({ type: "highlighted", node, state });
  }

  /** Stops the clock without a report. */
  #stopClock(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#run?.pause();
  }

  /** Takes the position of a stopped run. */
  #updatePosition(): void {
    if (this.#at >= this.#first && this.#run !== undefined) this.#at = Math.min(this.#run.appliedUntil, this.#last);
  }

  async #processSeeks(): Promise<void> {
    while (this.#pendingSeek !== undefined && !this.#hasEnded) {
      const time = (this.#seekTarget = this.#pendingSeek);
      this.#pendingSeek = undefined;
      try {
        await this.#applyUntil(time);
      } catch (error) {
        if (error instanceof Canceled) continue;
        this.#fail(error);
        break;
      }
      this.#at = time;
      this.#notify({ type: "seeked", at: time - this.#origin });
    }
    this.#seekTarget = undefined;
    this.#showHighlight();
    if (this.#isPlaying && !this.#hasEnded) this.#start();
  }

  /** Builds the page as it was at that time; throws `Canceled` where another seek was requested meanwhile. */
  async #applyUntil(time: number): Promise<void> {
    const isEmpty = time < this.#first;
    if (isEmpty) {
      this.#stage.setEmpty(true);
      return;
    }
    const slicer = new TimeSlicer(() => this.#pendingSeek !== undefined || this.#hasEnded);
    const previous = this.#run;
    if (previous?.canReach(time) === true) {
      await previous.applyUntil(time, slicer);
    } else {
      const run = new Run(this.#stage.sheet, this.#recording, time, this.#speed, this.#hooks);
      try {
        await run.applyUntil(time, slicer);
      } catch (error) {
        run.end();
        throw error;
      }
      previous?.end();
      this.#run = run;
    }
    this.#stage.setEmpty(false);
  }

  #start(): void {
    this.#lastFrame = performance.now();
    if (this.#at >= this.#first) this.#run?.play();
    this.#frame = requestAnimationFrame(this.#tick);
  }

  readonly #tick = (): void => {
    try {
      this.#advance();
    } catch (error) {
      this.#fail(error);
    }
  };

  #advance(): void {
    const now = performance.now();
    const passed = (now - this.#lastFrame) * this.#speed;
    this.#lastFrame = now;
    if (this.#at < this.#first) {
      // Before the first full snapshot there is no replayer whose clock could run.
      this.#at = Math.min(this.#at + passed, this.#first);
      if (this.#at >= this.#first) {
        this.play(this.#first);
        return;
      }
    } else {
      this.#at = Math.min(this.#run?.tick() ?? this.#last, this.#last);
    }
    this.#notify({ type: "time", at: this.#at - this.#origin });
    if (this.#at < this.#last) {
      this.#frame = requestAnimationFrame(this.#tick);
      return;
    }
    this.#isPlaying = false;
    this.#stopClock();
    this.#notify({ type: "ended" });
  }

  #resized(width: number, height: number): void {
    if (this.#stage.resize(width, height)) this.#notify({ type: "resized", width, height });
  }

  #fail(error: unknown): void {
    this.#isPlaying = false;
    this.#pendingSeek = undefined;
    this.#notify({
      type: "failed",
      reason: error instanceof Error ? error.message : String(error),
    });
  }
}
