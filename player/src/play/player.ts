// What is played, where it stands, and where it is to go. Wishes may come faster than they can be met: one seek is under
// way at a time, and of the wishes that came meanwhile the newest counts.
import { within } from "../clean/values.ts";
import type { Report } from "../protocol.ts";
import type { Recording } from "../read/recording.ts";
import { Left, Slices } from "../slices.ts";
import { Run, type RunHooks } from "./run.ts";
import type { Stage } from "./stage.ts";

const SPEED = { least: 0.1, most: 32 };

/** Times in here are epoch milliseconds. */
export class Player {
  readonly #recording: Recording;
  readonly #stage: Stage;
  readonly #tell: (report: Report) => void;
  readonly #origin: number;
  readonly #first: number;
  readonly #last: number;
  readonly #hooks: RunHooks;
  #run: Run | undefined;
  #at: number;
  #isPlaying = false;
  #speed = 1;
  /** Where it is to go next. */
  #wish: number | undefined;
  /** Where it is going. */
  #goal: number | undefined;
  #hasEnded = false;
  #frame = 0;
  #lastFrame = 0;

  constructor(
    recording: Recording,
    last: number,
    origin: number,
    stage: Stage,
    watch: (node: Node) => void,
    tell: (report: Report) => void,
  ) {
    this.#recording = recording;
    this.#stage = stage;
    this.#tell = tell;
    this.#origin = origin;
    this.#first = this.#at = recording.timeOf(0);
    this.#last = Math.max(last, this.#first);
    this.#hooks = { resized: (width, height) => this.#resized(width, height), built: watch };
    this.#resized(recording.size.width, recording.size.height);
    stage.setEmpty(true);
  }

  seek(time: number): void {
    this.#wish = Math.min(time, this.#last);
    this.#tell({ type: "seeking", at: this.#wish - this.#origin });
    this.#rest();
    if (this.#goal === undefined) void this.#goThere();
  }

  play(time: number): void {
    this.#isPlaying = true;
    this.seek(time);
  }

  pause(time: number | undefined): void {
    const wasPlaying = this.#isPlaying;
    this.#isPlaying = false;
    this.#rest();
    if (time !== undefined) this.seek(time);
    else if (wasPlaying && this.#goal === undefined) this.#stand();
    this.#tell({ type: "paused", at: (this.#wish ?? this.#goal ?? this.#at) - this.#origin });
  }

  setSpeed(speed: number): void {
    this.#speed = within(speed, SPEED.least, SPEED.most);
    this.#run?.setSpeed(this.#speed);
  }

  /** Another recording takes its place. */
  end(): void {
    this.#hasEnded = true;
    this.#isPlaying = false;
    this.#rest();
    this.#run?.end();
    this.#run = undefined;
  }

  /** Stops what moves by itself, without a word. */
  #rest(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#run?.pause();
  }

  /** Notes where a run that was stopped has come to. */
  #stand(): void {
    if (this.#at >= this.#first && this.#run !== undefined) this.#at = Math.min(this.#run.stands, this.#last);
  }

  async #goThere(): Promise<void> {
    while (this.#wish !== undefined && !this.#hasEnded) {
      const time = (this.#goal = this.#wish);
      this.#wish = undefined;
      try {
        await this.#reach(time);
      } catch (error) {
        if (error instanceof Left) continue;
        this.#fail(error);
        break;
      }
      this.#at = time;
      this.#tell({ type: "seeked", at: time - this.#origin });
    }
    this.#goal = undefined;
    if (this.#isPlaying && !this.#hasEnded) this.#start();
  }

  /** Builds the page as it was at that time; throws `Left` where another wish came meanwhile. */
  async #reach(time: number): Promise<void> {
    const isEmpty = time < this.#first;
    if (isEmpty) {
      this.#stage.setEmpty(true);
      return;
    }
    const slices = new Slices(() => this.#wish !== undefined || this.#hasEnded);
    const former = this.#run;
    if (former?.canReach(time) === true) {
      await former.reach(time, slices);
    } else {
      const run = new Run(this.#stage.sheet, this.#recording, time, this.#speed, this.#hooks);
      try {
        await run.reach(time, slices);
      } catch (error) {
        run.end();
        throw error;
      }
      former?.end();
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
      // There is no page yet, hence no replayer whose clock would run.
      this.#at = Math.min(this.#at + passed, this.#first);
      if (this.#at >= this.#first) {
        this.play(this.#first);
        return;
      }
    } else {
      this.#at = Math.min(this.#run?.tick() ?? this.#last, this.#last);
    }
    this.#tell({ type: "time", at: this.#at - this.#origin });
    if (this.#at < this.#last) {
      this.#frame = requestAnimationFrame(this.#tick);
      return;
    }
    this.#isPlaying = false;
    this.#rest();
    this.#tell({ type: "ended" });
  }

  #resized(width: number, height: number): void {
    if (this.#stage.resize(width, height)) this.#tell({ type: "resized", width, height });
  }

  #fail(error: unknown): void {
    this.#isPlaying = false;
    this.#wish = undefined;
    this.#tell({
      type: "failed",
      reason: `The page cannot be replayed: ${error instanceof Error ? error.message : String(error)}`,
    });
  }
}
