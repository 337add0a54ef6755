// Work in time slices: the player shares its thread with the app.

/** Milliseconds of work after which other tasks get their turn. */
const SLICE_MS = 8;

/** Thrown where the work was canceled. */
export class Canceled extends Error {
  override readonly name = "Canceled";
}

export class TimeSlicer {
  readonly #isCanceled: () => boolean;
  #startedAt = performance.now();

  constructor(isCanceled: () => boolean) {
    this.#isCanceled = isCanceled;
  }

  /** Whether the slice is used up. */
  get isDue(): boolean {
    return performance.now() - this.#startedAt >= SLICE_MS;
  }

  async yieldIfDue(): Promise<void> {
    if (this.isDue) await this.yieldNow();
  }

  /** Lets other tasks run; throws `Canceled` where the work was canceled meanwhile. */
  async yieldNow(): Promise<void> {
    await nextTask();
    if (this.#isCanceled()) throw new Canceled();
    this.#startedAt = performance.now();
  }
}

const waiting: (() => void)[] = [];
const channel = new MessageChannel();
channel.port1.onmessage = () => waiting.shift()?.();

/** Unlike a timer, without the 4 ms that browsers add to those. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    channel.port2.postMessage(null);
  });
}
