// Where batches lie until they are downloaded or delivered: IndexedDB, or memory where a page has none.
import type { Files } from "../session/journal.ts";
import type { ManifestHead } from "../session/manifest.ts";

export interface Batch {
  session: string;
  sequence: number;
  page: string;
  at: number;
  head: ManifestHead;
  files: Files;
  /** The endpoint it is for, until it has been delivered there. Other apps of the site may have endpoints of their own. */
  due?: string;
}

export interface Store {
  /** Whether it will survive the page. */
  put(batch: Batch): Promise<boolean>;
  remove(batch: Batch): Promise<void>;
  /** Of one session, in order. */
  all(session: string): Promise<Batch[]>;
  /** The first that is to be delivered to an endpoint, of whatever session. */
  nextDue(endpoint: string): Promise<Batch | undefined>;
  /** Removes what other sessions left: what nobody waits for after a day, what no endpoint took after a week. */
  purge(session: string): Promise<void>;
}

/** A database that has not opened by then is taken for none: some browsers never answer. */
const openingMilliseconds = 5000;
const aDay = 24 * 60 * 60 * 1000;

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
    answer(opening).then(resolve, reject);
    setTimeout(reject, openingMilliseconds, new Error("IndexedDB"));
  });
}

function answer<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("IndexedDB"));
  });
}

/** What the database does not take, or no longer gives, because it is full, closed or deleted, is held in memory. */
class DatabaseStore implements Store {
  readonly #database: IDBDatabase;
  readonly #spare = new MemoryStore();

  constructor(database: IDBDatabase) {
    this.#database = database;
    // Another tab may bring a newer recorder.
    database.onversionchange = () => database.close();
  }

  async #ask<Result>(mode: IDBTransactionMode, ask: (batches: IDBObjectStore) => IDBRequest<Result>): Promise<Result> {
    const transaction = this.#database.transaction("batches", mode);
    const ended = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      // A full disk is noticed only here.
      transaction.onabort = () => reject(transaction.error ?? new Error("IndexedDB"));
    });
    const [result] = await Promise.all([answer(ask(transaction.objectStore("batches"))), ended]);
    return result;
  }

  async put(batch: Batch): Promise<boolean> {
    try {
      await this.#ask("readwrite", (batches) => batches.put(batch));
      // What was held before a delivery that made room.
      await this.#spare.remove(batch);
      return true;
    } catch {
      await this.#spare.put(batch);
      return false;
    }
  }

  async remove(batch: Batch): Promise<void> {
    const { session, sequence } = batch;
    await this.#spare.remove(batch);
    await this.#ask("readwrite", (batches) => batches.delete([session, sequence])).catch(() => undefined);
  }

  async all(session: string): Promise<Batch[]> {
    const range = IDBKeyRange.bound([session, 0], [session, Infinity]);
    const stored = await this.#ask("readonly", (batches) => batches.getAll(range) as IDBRequest<Batch[]>).catch(
      () => [],
    );
    const held = await this.#spare.all(session);
    // A batch that is held is newer than what is stored of it.
    const batches = new Map([...stored, ...held].map((batch) => [batch.sequence, batch]));
    return [...batches.values()].sort(inOrder);
  }

  async nextDue(endpoint: string): Promise<Batch | undefined> {
    // A list is after every text and number.
    const range = IDBKeyRange.bound([endpoint], [endpoint, []]);
    const ask = (batches: IDBObjectStore) => batches.index("due").get(range) as IDBRequest<Batch | undefined>;
    const stored = await this.#ask("readonly", ask).catch(() => undefined);
    const held = await this.#spare.nextDue(endpoint);
    if (stored === undefined || held === undefined) return stored ?? held;
    return held.session === stored.session && held.sequence < stored.sequence ? held : stored;
  }

  purge(session: string): Promise<void> {
    const now = Date.now();
    const purged = new Promise<void>((resolve) => {
      const walk = this.#database.transaction("batches", "readwrite").objectStore("batches").openCursor();
      walk.onerror = () => resolve();
      walk.onsuccess = () => {
        const cursor = walk.result;
        if (cursor === null) return resolve();
        const batch = cursor.value as Batch;
        const longest = batch.due === undefined ? aDay : 7 * aDay;
        if (batch.session !== session && batch.at < now - longest) cursor.delete();
        cursor.continue();
      };
    });
    return purged.catch(() => undefined);
  }
}

const inOrder = (one: Batch, other: Batch): number => one.sequence - other.sequence;

class MemoryStore implements Store {
  #batches: Batch[] = [];

  async put(batch: Batch): Promise<boolean> {
    await this.remove(batch);
    this.#batches.push(batch);
    this.#batches.sort(inOrder);
    return true;
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

  purge(): Promise<void> {
    return Promise.resolve();
  }
}
