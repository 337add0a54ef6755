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
  /** Set until it is delivered; without an endpoint it never is. */
  due?: 1;
}

export interface Store {
  put(batch: Batch): Promise<void>;
  remove(batch: Batch): Promise<void>;
  /** Of one session, in order. */
  all(session: string): Promise<Batch[]>;
  /** The first that is to be delivered, of whatever session. */
  nextDue(): Promise<Batch | undefined>;
  /** Removes what other sessions left before a time and nobody waits for. */
  purge(session: string, before: number): Promise<void>;
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
  return answer(opening);
}

function answer<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("IndexedDB"));
  });
}

class DatabaseStore implements Store {
  readonly #database: IDBDatabase;

  constructor(database: IDBDatabase) {
    this.#database = database;
    // Another tab may bring a newer recorder.
    database.onversionchange = () => database.close();
  }

  #batches(mode: IDBTransactionMode): IDBObjectStore {
    return this.#database.transaction("batches", mode).objectStore("batches");
  }

  async put(batch: Batch): Promise<void> {
    await answer(this.#batches("readwrite").put(batch));
  }

  async remove({ session, sequence }: Batch): Promise<void> {
    await answer(this.#batches("readwrite").delete([session, sequence]));
  }

  all(session: string): Promise<Batch[]> {
    const range = IDBKeyRange.bound([session, 0], [session, Infinity]);
    return answer(this.#batches("readonly").getAll(range) as IDBRequest<Batch[]>);
  }

  async nextDue(): Promise<Batch | undefined> {
    const cursor = await answer(this.#batches("readonly").index("due").openCursor());
    return cursor?.value as Batch | undefined;
  }

  async purge(session: string, before: number): Promise<void> {
    const walk = this.#batches("readwrite").openCursor();
    return new Promise((resolve) => {
      walk.onerror = () => resolve();
      walk.onsuccess = () => {
        const cursor = walk.result;
        if (cursor === null) return resolve();
        const batch = cursor.value as Batch;
        if (batch.session !== session && batch.due === undefined && batch.at < before) cursor.delete();
        cursor.continue();
      };
    });
  }
}

class MemoryStore implements Store {
  #batches: Batch[] = [];

  async put(batch: Batch): Promise<void> {
    await this.remove(batch);
    this.#batches.push(batch);
    this.#batches.sort((one, other) => one.sequence - other.sequence);
  }

  remove(batch: Batch): Promise<void> {
    this.#batches = this.#batches.filter(({ sequence }) => sequence !== batch.sequence);
    return Promise.resolve();
  }

  all(): Promise<Batch[]> {
    return Promise.resolve([...this.#batches]);
  }

  nextDue(): Promise<Batch | undefined> {
    return Promise.resolve(this.#batches.find(({ due }) => due));
  }

  purge(): Promise<void> {
    return Promise.resolve();
  }
}
