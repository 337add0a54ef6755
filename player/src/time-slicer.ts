// Work in slices: the player shares its thread with the app.

/** Milliseconds of work between which others get their turn. */
const SLICE = 8;

/** Thrown where the work is no longer wanted. */
export class Left extends Error {}

export class Slices {
  readonly #isLeft: () => boolean;
  #began = performance.now();

  constructor(isLeft: () => boolean) {
    this.#isLeft = isLeft;
  }

  get isUsedUp(): boolean {
    return performance.now() - this.#began >= SLICE;
  }

  /** Lets others have their turn, and throws `Left` where the work was given up meanwhile. */
  async rest(): Promise<void> {
    await nextTask();
    if (this.#isLeft()) throw new Left();
    this.#began = performance.now();
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
