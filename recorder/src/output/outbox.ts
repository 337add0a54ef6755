// Stores batches, recovers those of the previous page, and delivers them.
import { saveUnstored, takeUnstored, type SessionState } from "../session/state.ts";
import { openStore, sizeOf, type Batch, type Store } from "./store.ts";
import { sendOnUnload, Uploader, type Endpoint } from "./upload.ts";
import type { Warn } from "../warnings.ts";

export class Outbox {
  readonly #state: SessionState;
  readonly #endpoint: Endpoint | undefined;
  readonly #limit: number;
  readonly #warn: Warn;
  readonly #store: Promise<Store>;
  #uploader: Uploader | undefined;
  #hasWarned = false;
  /** The endpoint accepts nothing more. */
  #isGone = false;
  /** Batches whose write to the store has not completed. */
  readonly #unstored = new Set<Batch>();

  constructor(state: SessionState, endpoint: Endpoint | undefined, limit: number, warn: Warn) {
    this.#state = state;
    this.#endpoint = endpoint;
    this.#limit = limit;
    this.#warn = warn;
    this.#store = this.#open();
  }

  async #open(): Promise<Store> {
    const store = await openStore();
    for (const batch of takeUnstored()) await store.put(batch);
    await store.purge(this.#state.id);
    if (this.#endpoint !== undefined) {
      this.#uploader = new Uploader(this.#endpoint, store, {
        delivered: (batch) => this.#onDelivered(store, batch),
        gone: () => this.#onGone(store),
      });
      this.#uploader.notify();
    }
    return store;
  }

  /** Stores a batch, and schedules its delivery if there is an endpoint. */
  async put(batch: Batch): Promise<void> {
    if (this.#isGone) return;
    if (this.#endpoint !== undefined) batch.due = this.#endpoint.url;
    this.#unstored.add(batch);
    const storage = await (await this.#store).put(batch);
    this.#unstored.delete(batch);
    if (storage === "memory" && !this.#hasWarned) {
      this.#hasWarned = true;
      this.#warn({ kind: "storage-full" });
    }
    this.#uploader?.notify();
  }

  /** Keeps a delivered batch for a download while the session is under half of its size limit. */
  async #onDelivered(store: Store, batch: Batch): Promise<void> {
    delete batch.due;
    const isOfThisSession = batch.session === this.#state.id;
    if (isOfThisSession && this.#state.storedSize < this.#limit / 2) return void (await store.put(batch));
    if (isOfThisSession) this.#state.storedSize -= sizeOf(batch);
    await store.remove(batch);
  }

  /** Drops what waits for the endpoint, of other sessions too. */
  async #onGone(store: Store): Promise<void> {
    this.#isGone = true;
    this.#uploader = undefined;
    this.#unstored.clear();
    if (this.#endpoint === undefined) return;
    await store.removeDue(this.#endpoint.url);
    this.#endpoint.onGone();
  }

  /** Resolves when all batches are stored, and delivered if the endpoint accepts them. */
  async flush(): Promise<void> {
    await this.#store;
    await this.#uploader?.run();
  }

  async all(): Promise<Batch[]> {
    return (await this.#store).all(this.#state.id);
  }

  /** The page is unloading, possibly before its last batches are stored. */
  onPageHide(last: Batch): void {
    if (this.#isGone) return;
    if (this.#endpoint !== undefined) last.sentAt = Date.now();
    void this.put(last);
    saveUnstored([...this.#unstored]);
    if (this.#endpoint !== undefined) sendOnUnload(this.#endpoint, last);
  }

  /** The page was restored and still has its batches in memory. */
  onPageShow(): void {
    takeUnstored();
  }

  stop(): void {
    this.#uploader?.stop();
  }
}
