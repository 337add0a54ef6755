// Takes batches, and sees to it that they are stored, found again after a reload, and delivered.
import { saveTail, takeTail, type SessionState } from "../session/state.ts";
import { openStore, type Batch, type Store } from "./store.ts";
import { sendLast, Uploader, type Endpoint } from "./upload.ts";

export class Outbox {
  readonly #state: SessionState;
  readonly #endpoint: Endpoint | undefined;
  readonly #limit: number;
  readonly #warn: (text: string) => void;
  readonly #store: Promise<Store>;
  #uploader: Uploader | undefined;
  #hasWarned = false;
  /** Handed to the store, which has not said yet that it has them. */
  readonly #unsaved = new Set<Batch>();

  constructor(state: SessionState, endpoint: Endpoint | undefined, limit: number, warn: (text: string) => void) {
    this.#state = state;
    this.#endpoint = endpoint;
    this.#limit = limit;
    this.#warn = warn;
    this.#store = this.#open();
  }

  async #open(): Promise<Store> {
    const store = await openStore();
    for (const batch of takeTail()) await store.put(batch);
    await store.purge(this.#state.id);
    if (this.#endpoint !== undefined) {
      this.#uploader = new Uploader(this.#endpoint, store, (batch) => this.#delivered(store, batch));
      this.#uploader.notice();
    }
    return store;
  }

  /** Stores a batch; delivery follows by itself. */
  async put(batch: Batch): Promise<void> {
    if (this.#endpoint !== undefined) batch.due = this.#endpoint.url;
    this.#unsaved.add(batch);
    const isKept = await (await this.#store).put(batch);
    this.#unsaved.delete(batch);
    if (!isKept && !this.#hasWarned) {
      this.#hasWarned = true;
      this.#warn("the browser has no room left; what it does not take is kept until the page is left.");
    }
    this.#uploader?.notice();
  }

  /** Delivered batches stay for a download while there is room. */
  async #delivered(store: Store, batch: Batch): Promise<void> {
    delete batch.due;
    if (batch.session === this.#state.id && this.#state.held < this.#limit / 2) return void (await store.put(batch));
    if (batch.session === this.#state.id) this.#state.held -= sizeOf(batch);
    await store.remove(batch);
  }

  /** Resolves when all that was put is stored, and delivered where the endpoint takes it. */
  async settle(): Promise<void> {
    await this.#store;
    await this.#uploader?.run();
  }

  async all(): Promise<Batch[]> {
    return (await this.#store).all(this.#state.id);
  }

  /** The page is being left, and may not live to see its last batches stored. */
  leave(last: Batch): void {
    void this.put(last);
    saveTail([...this.#unsaved]);
    if (this.#endpoint !== undefined) sendLast(this.#endpoint, last);
  }

  /** The page was not left after all. */
  stay(): void {
    takeTail();
  }

  stop(): void {
    this.#uploader?.stop();
  }
}

export function sizeOf({ files }: Batch): number {
  return Object.values(files).reduce((sum, { text }) => sum + text.length, 0);
}
