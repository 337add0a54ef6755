// What the server remembers: requests, answers being held back, and faults that were used up.

export interface Entry {
  number: number;
  method: string;
  path: string;
  tags: string[];
  /** The `Referer` header, where the request had one. */
  referrer?: string;
}

export interface Held {
  /** An answer is being held: the client gets its first bytes and waits for the rest. */
  waiting: boolean;
  /** A client left while it waited. */
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
  readonly #used = new Set<string>();

  record(method: string, path: string, tags: string[], referrer?: string): void {
    this.#entries.push({
      number: this.#entries.length + 1,
      method,
      path,
      tags,
      ...(referrer === undefined ? {} : { referrer }),
    });
  }

  /** The requests after number `since`, in the order they came. */
  entries(since = 0): Entry[] {
    return this.#entries.slice(since);
  }

  /** How often each path was asked for under a tag. */
  count(tag: string): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { path, tags } of this.#entries) {
      if (tags.includes(tag)) counts[path] = (counts[path] ?? 0) + 1;
    }
    return counts;
  }

  /** True the first time it is asked about this token and path. */
  first(token: string, path: string): boolean {
    const key = JSON.stringify([token, path]);
    if (this.#used.has(key)) return false;
    this.#used.add(key);
    return true;
  }

  held(token: string): Held {
    const { waiting, aborted } = this.#gate(token);
    return { waiting: waiting.size > 0, aborted };
  }

  /** Lets go of everything held under a token, now and from now on. */
  release(token: string): void {
    const gate = this.#gate(token);
    gate.released = true;
    for (const proceed of gate.waiting) proceed();
  }

  /** Resolves with true on release, with false when the client has left. */
  wait(token: string, left: AbortSignal): Promise<boolean> {
    const gate = this.#gate(token);
    if (gate.released) return Promise.resolve(true);
    return new Promise((resolve) => {
      const done = (released: boolean): void => {
        gate.waiting.delete(proceed);
        left.removeEventListener("abort", leave);
        resolve(released);
      };
      const proceed = (): void => done(true);
      const leave = (): void => {
        gate.aborted = true;
        done(false);
      };
      gate.waiting.add(proceed);
      if (left.aborted) leave();
      else left.addEventListener("abort", leave);
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
