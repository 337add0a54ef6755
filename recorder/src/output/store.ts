// Storage of batches until they are downloaded or delivered: IndexedDB, or memory where it is
// unavailable.
import { pageNow } from "../clock.ts";
import type { Files } from "../session/journal.ts";
import type { ManifestHead } from "../session/manifest.ts";

export interface Batch {
  session: string;
  sequence: number;
  page: string;
  /** Time of creation, epoch milliseconds. */
  at: number;
  head: ManifestHead;
  files: Files;
  /** The last batch of a session that its page has ended. */
  final?: true | undefined;
  /** When it was sent by a page that unloads, epoch milliseconds: the next page sends the same bytes. */
  sentAt?: number;
  /** The endpoint it is to be delivered to; removed after delivery. Apps of one origin may use different endpoints. */
  due?: string;
}

/** Characters of a batch's records. */
export function sizeOf({ files }: Batch): number {
  return Object.values(files).reduce((sum, { text }) => sum + text.length, 0);
}

/** Where a batch was stored; memory is lost when the page unloads. */
export type Storage = "database" | "memory";

export interface Store {
  /** Adds or replaces a batch. */
  put(batch: Batch): Promise<Storage>;
  remove(batch: Batch): Promise<void>;
  /** The batches of a session, in order. */
  all(session: string): Promise<Batch[]>;
  /** The first batch due for an endpoint, of any session. */
  nextDue(endpoint: string): Promise<Batch | undefined>;
  /** Removes all batches due for an endpoint, of any session. */
  removeDue(endpoint: string): Promise<void>;
  /** Removes expired batches of other sessions: after a day, or after a week if they are due for delivery. */
  purge(session: string): Promise<void>;
}

/** Some browsers never answer a request to open a database. */
const openTimeoutMs = 5000;
const dayMs = 24 * 60 * 60 * 1000;

/** Characters that are stored before the first check that the page has as much room left. */
const initialAllowance = 1 << 20;
/** Characters left of an allowance below which the next check is made, ahead of need. */
const minAllowance = 1 << 17;
/** Bytes of the longest padding of such a check. */
const maxPadding = 1 << 23;
/** Bytes of a padding that stay free: half of it, or these. */
const maxReserve = 1 << 21;
const checkIntervalMs = 60_000;
/** Bytes of random data, which is repeated: browsers compress blocks of at most this size, and copy larger ones more often. */
const paddingBlock = 60_000;

class StorageError extends Error {
  override name = "StorageError";
}

export async function openStore(): Promise<Store> {
  try {
    return new DatabaseStore(await openDatabase());
  } catch {
    return new MemoryStore();
  }
}

function openDatabase(): Promise<IDBDatabase> {
  const opening = indexedDB.open("replayscope", 1);
  opening.onupgradeneeded = () => {
    const batches = opening.result.createObjectStore("batches", { keyPath: ["session", "sequence"] });
    batches.createIndex("due", ["due", "session", "sequence"]);
  };
  return new Promise((resolve, reject) => {
    resultOf(opening).then(resolve, reject);
    setTimeout(reject, openTimeoutMs, new StorageError("IndexedDB did not open in time"));
  });
}

function resultOf<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new StorageError("The request failed"));
  });
}

/** Falls back to memory where the database is closed or deleted, or the page may need what is left of its storage. */
class DatabaseStore implements Store {
  readonly #database: IDBDatabase;
  readonly #fallback = new MemoryStore();
  #storedSize = 0;
  /** Characters that may be stored before the next check for room. */
  #allowance = initialAllowance;
  #checking: Promise<void> | undefined;
  /** Page time of the next check after one that failed. */
  #checkAfter = 0;

  constructor(database: IDBDatabase) {
    this.#database = database;
    // Another tab may upgrade the database with a newer recorder.
    database.onversionchange = () => database.close();
  }

  /** Checks for room, one check at a time. */
  #checkRoom(size: number): Promise<void> {
    if (pageNow() < this.#checkAfter) return Promise.resolve();
    this.#checking ??= this.#tryPadding(size).finally(() => (this.#checking = undefined));
    return this.#checking;
  }

  /**
   * Checks that there is room for twice as much as has been stored, and allows a part of it. Browsers
   * report no true quota: a padding is written and removed in one transaction, which fails without room.
   */
  async #tryPadding(needed: number): Promise<void> {
    const size = Math.max(2 * needed, Math.min(maxPadding, 2 * Math.max(this.#storedSize, initialAllowance)));
    const padding = crypto.getRandomValues(new Uint8Array(Math.min(size, paddingBlock)));
    const key = { session: "", sequence: 0 };
    try {
      await this.#transact("readwrite", (batches) => {
        // Many small ones take less time than a large one.
        for (let put = 0; put < size; put += padding.length) batches.put({ ...key, padding });
        return batches.delete([key.session, key.sequence]);
      });
      this.#allowance = size - Math.min(size / 2, maxReserve);
    } catch {
      this.#allowance = 0;
      this.#checkAfter = pageNow() + checkIntervalMs;
    }
  }

  async #transact<Result>(
    mode: IDBTransactionMode,
    request: (batches: IDBObjectStore) => IDBRequest<Result>,
  ): Promise<Result> {
    const transaction = this.#database.transaction("batches", mode);
    const completed = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      // A full disk is reported only here.
      transaction.onabort = () => reject(transaction.error ?? new StorageError("The transaction was aborted"));
    });
    const [result] = await Promise.all([resultOf(request(transaction.objectStore("batches"))), completed]);
    return result;
  }

  async put(batch: Batch): Promise<Storage> {
    try {
      const size = sizeOf(batch);
      if (size > this.#allowance) await this.#checkRoom(size);
      if (size > this.#allowance) throw new StorageError("The page may need the rest of its storage");
      this.#allowance -= size;
      this.#storedSize += size;
      await this.#transact("readwrite", (batches) => batches.put(batch));
      // Ahead of need, since a page that unloads cannot wait for it.
      if (this.#allowance < minAllowance) void this.#checkRoom(0);
      // It may be in memory from before a delivery freed space.
      await this.#fallback.remove(batch);
      return "database";
    } catch {
      await this.#fallback.put(batch);
      return "memory";
    }
  }

  async remove(batch: Batch): Promise<void> {
    const { session, sequence } = batch;
    await this.#fallback.remove(batch);
    await this.#transact("readwrite", (batches) => batches.delete([session, sequence])).catch(() => undefined);
  }

  async all(session: string): Promise<Batch[]> {
    const range = IDBKeyRange.bound([session, 0], [session, Infinity]);
    const stored = await this.#transact("readonly", (batches) => batches.getAll(range) as IDBRequest<Batch[]>).catch(
      () => [],
    );
    const fallback = await this.#fallback.all(session);
    // The copy in memory is the newer one.
    const batches = new Map([...stored, ...fallback].map((batch) => [batch.sequence, batch]));
    return [...batches.values()].sort(bySequence);
  }

  async nextDue(endpoint: string): Promise<Batch | undefined> {
    const request = (batches: IDBObjectStore) =>
      batches.index("due").get(rangeOf(endpoint)) as IDBRequest<Batch | undefined>;
    const stored = await this.#transact("readonly", request).catch(() => undefined);
    const fallback = await this.#fallback.nextDue(endpoint);
    if (stored === undefined || fallback === undefined) return stored ?? fallback;
    const isFallbackFirst = fallback.session === stored.session && fallback.sequence < stored.sequence;
    return isFallbackFirst ? fallback : stored;
  }

  async removeDue(endpoint: string): Promise<void> {
    await this.#fallback.removeDue(endpoint);
    await this.#removeWhere(
      (batches) => batches.index("due").openCursor(rangeOf(endpoint)),
      () => true,
    );
  }

  purge(session: string): Promise<void> {
    const now = Date.now();
    return this.#removeWhere(
      (batches) => batches.openCursor(),
      (batch) => {
        const maxAgeMs = batch.due === undefined ? dayMs : 7 * dayMs;
        return batch.session !== session && batch.at < now - maxAgeMs;
      },
    );
  }

  async #removeWhere(
    open: (batches: IDBObjectStore) => IDBRequest<IDBCursorWithValue | null>,
    isRemoved: (batch: Batch) => boolean,
  ): Promise<void> {
    const removed = new Promise<void>((resolve) => {
      const request = open(this.#database.transaction("batches", "readwrite").objectStore("batches"));
      request.onerror = () => resolve();
      request.onsuccess = () => {
        const cursor = request.result;
        if (cursor === null) return resolve();
        if (isRemoved(cursor.value as Batch)) cursor.delete();
        cursor.continue();
      };
    });
    await removed.catch(() => undefined);
  }
}

/** Of the index of due batches. In IndexedDB's key order an array follows every string and number. */
const rangeOf = (endpoint: string): IDBKeyRange => IDBKeyRange.bound([endpoint], [endpoint, []]);

const bySequence = (one: Batch, other: Batch): number => one.sequence - other.sequence;

class MemoryStore implements Store {
  #batches: Batch[] = [];

  async put(batch: Batch): Promise<Storage> {
    await this.remove(batch);
    this.#batches.push(batch);
    this.#batches.sort(bySequence);
    return "memory";
  }

  remove(batch: Batch): Promise<void> {
    this.#batches = this.#batches.filter(
      ({ session, sequence }) => session !== batch.session || sequence !== batch.sequence,
    );
    return Promise.resolve();
  }

  all(session: string): Promise<Batch[]> {
    return Promise.resolve(this.#batches.filter((batch) => batch.session === session));
  }

  nextDue(endpoint: string): Promise<Batch | undefined> {
    return Promise.resolve(this.#batches.find(({ due }) => due === endpoint));
  }

  removeDue(endpoint: string): Promise<void> {
    this.#batches = this.#batches.filter(({ due }) => due !== endpoint);
    return Promise.resolve();
  }

  purge(): Promise<void> {
    return Promise.resolve();
  }
}
