// The command `replayscope`, started and ended by tests.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const binary =
  process.env["REPLAYSCOPE_BINARY"] ?? fileURLToPath(new URL("../../target/debug/replayscope", import.meta.url));

export class Command {
  /** The first line that it printed: an address. */
  readonly link: string;
  readonly #process: ChildProcess;

  private constructor(link: string, process: ChildProcess) {
    this.link = link;
    this.#process = process;
  }

  static async start(options: string[], environment: Record<string, string> = {}): Promise<Command> {
    const started = spawn(binary, options, {
      stdio: ["ignore", "pipe", "ignore"],
      env: { ...process.env, ...environment },
    });
    const ended = once(started, "exit").then(([status]) => {
      throw new Error(`replayscope ${options.join(" ")} ended with ${String(status)} before it printed an address`);
    });
    // Later it may end.
    ended.catch(() => undefined);
    const line = await Promise.race([firstLine(started), ended]);
    return new Command(line, started);
  }

  get hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  async stop(): Promise<void> {
    if (this.hasEnded) return;
    this.#process.kill();
    await once(this.#process, "exit");
  }
}

async function firstLine(started: ChildProcess): Promise<string> {
  let text = "";
  for await (const piece of started.stdout ?? []) {
    text += String(piece);
    const end = text.indexOf("\n");
    if (end >= 0) return text.slice(0, end);
  }
  return new Promise(() => undefined);
}

/** A folder that exists while a test runs. */
export async function withFolder<T>(use: (path: string) => Promise<T>): Promise<T> {
  const path = await mkdtemp(join(tmpdir(), "replayscope-test-"));
  try {
    return await use(path);
  } finally {
    await rm(path, { recursive: true, force: true });
  }
}
