// `test` with a `server` fixture: addresses that misbehave on purpose, and what was asked of the
// server.
import { test as base, type APIRequestContext } from "@playwright/test";
import { randomUUID } from "node:crypto";
import type { Entry, Held } from "./server/journal.ts";

export { expect } from "@playwright/test";

export class TestServer {
  /** Marks the requests of this test, and no other, in the server's count. */
  readonly tag = randomUUID();
  readonly #request: APIRequestContext;

  constructor(request: APIRequestContext) {
    this.#request = request;
  }

  /** Another origin with the same files, which refuses to be read. */
  get closedOrigin(): string {
    return fromEnvironment("REPLAYSCOPE_CLOSED_ORIGIN");
  }

  /** Another origin with the same files, which any page may read. */
  get openOrigin(): string {
    return fromEnvironment("REPLAYSCOPE_OPEN_ORIGIN");
  }

  /** `path` with the mark of this test: its requests appear in `count`. */
  tagged(path: string): string {
    return `/tag/${this.tag}/${path.replace(/^\//, "")}`;
  }

  /** How often the path of a file was asked for through `tagged` addresses. */
  async count(path: string): Promise<number> {
    return (await this.counts())[path] ?? 0;
  }

  /** How often each file was asked for through `tagged` addresses. */
  async counts(): Promise<Record<string, number>> {
    const answer = await this.#request.get(`/count/${this.tag}`);
    return (await answer.json()) as Record<string, number>;
  }

  /** The `Referer` headers of the requests that came through `tagged` addresses, by path; null where there was none. */
  async referrers(): Promise<Record<string, string | null>> {
    const answer = await this.#request.get("/log");
    const entries = ((await answer.json()) as Entry[]).filter(({ tags }) => tags.includes(this.tag));
    return Object.fromEntries(entries.map(({ path, referrer }) => [path, referrer ?? null]));
  }

  async held(token: string): Promise<Held> {
    return (await (await this.#request.get(`/held/${token}`)).json()) as Held;
  }

  async release(token: string): Promise<void> {
    await this.#request.post(`/release/${token}`);
  }
}

export const test = base.extend<{ server: TestServer }>({
  server: async ({ request }, use) => {
    await use(new TestServer(request));
  },
});

function fromEnvironment(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: the tests run through playwright.config.ts`);
  return value;
}
