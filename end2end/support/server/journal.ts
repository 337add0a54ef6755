// State of the server: requests, held responses, and one-time faults that have been applied.

export interface Entry {
  number: number;
  method: string;
  path: string;
  tags: string[];
  /** The `Referer` header, if the request had one. */
  referrer?: string;
}

export interface Held {
  /** A response is held: the client has received its first bytes and waits for the rest. */
  waiting: boolean;
  /** A client disconnected while it waited. */
  aborted: boolean;
}

interface Gate {
  released: boolean;
  aborted: boolean;
  waiting: Set<() => void>;
}

export class Journal {
  readonly #entries: Entry[] = [];
  readonly #gates = new Map<string, Gate>();
  readonly #appliedOnce = new Set<string>();

  record(method: string, path: string, tags: string[], referrer?: string): void {
    this.#entries.push({
      number: this.#entries.length + 1,
      method,
      path,
      tags,
      ...(referrer === undefined ? {} : { referrer }),
    });
  }

  /** Requests after number `since`, in order of arrival. */
  entries(since = 0): Entry[] {
    return this.#entries.slice(since);
  }

  /** Number of requests for each path under a tag. */
  count(tag: string): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { path, tags } of this.#entries) {
      if (tags.includes(tag)) counts[path] = (counts[path] ?? 0) + 1;
    }
    return counts;
  }

  /** True at the first call for a token and path. */
  isFirst(token: string, path: string): boolean {
    const key = JSON.stringify([token, path]);
    if (this.#appliedOnce.has(key)) return false;
    this.#appliedOnce.add(key);
    return true;
  }

  held(token: string): Held {
    const { waiting, aborted } = this.#gate(token);
    return { waiting: waiting.size > 0, aborted };
  }

  /** Releases all current and future responses held under a token. */
  release(token: string): void {
    const gate = this.#gate(token);
    gate.released = true;
    for (const proceed of gate.waiting) proceed();
  }

  /** Resolves to true on release, and to false when the client disconnects. */
  waitForRelease(token: string, disconnected: AbortSignal): Promise<boolean> {
    const gate = this.#gate(token);
    if (gate.released) return Promise.resolve(true);
    return new Promise((resolve) => {
      const done = (released: boolean): void => {
        gate.waiting.delete(proceed);
        disconnected.removeEventListener("abort", onDisconnect);
        resolve(released);
      };
      const proceed = (): void => done(true);
      const onDisconnect = (): void => {
        gate.aborted = true;
        done(false);
      };
      gate.waiting.add(proceed);
      if (disconnected.aborted) onDisconnect();
      else disconnected.addEventListener("abort", onDisconnect);
    });
  }

  #gate(token: string): Gate {
    let gate = this.#gates.get(token);
    if (gate === undefined) {
      gate = { released: false, aborted: false, waiting: new Set() };
      this.#gates.set(token, gate);
    }
    return gate;
  }
}
