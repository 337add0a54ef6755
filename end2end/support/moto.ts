// An object store with the API of S3: moto, which `make test` installs and names by REPLAYSCOPE_MOTO.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect } from "@playwright/test";

export const moto = process.env["REPLAYSCOPE_MOTO"];

const bucket = "sessions";

/** moto wants a signature, and does not check it. */
const signed = {
  Authorization:
    "AWS4-HMAC-SHA256 Credential=tests/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0",
};

async function get(url: string): Promise<Response> {
  const response = await fetch(url, { headers: signed });
  expect(response.status, url).toBe(200);
  return response;
}

export class ObjectStore {
  /** For `--store`. */
  readonly location = `s3://${bucket}`;
  /** What object_store reads from the environment. */
  readonly environment: Record<string, string>;
  readonly #origin: string;

  private constructor(origin: string) {
    this.#origin = origin;
    this.environment = {
      AWS_ENDPOINT: origin,
      AWS_ALLOW_HTTP: "true",
      AWS_ACCESS_KEY_ID: "tests",
      AWS_SECRET_ACCESS_KEY: "tests",
      AWS_REGION: "us-east-1",
    };
  }

  /** Starts a store with an empty bucket, which ends when `use` does. */
  static async with(executable: string, use: (store: ObjectStore) => Promise<void>): Promise<void> {
    const port = await freePort();
    const process = spawn(executable, ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
    try {
      const store = new ObjectStore(`http://127.0.0.1:${port}`);
      const create = async (): Promise<boolean> => {
        const response = await fetch(`${store.#origin}/${bucket}`, { method: "PUT" }).catch(() => undefined);
        return response?.ok ?? false;
      };
      await expect.poll(create, "moto answers").toBe(true);
      await use(store);
    } finally {
      if (process.exitCode === null) {
        process.kill();
        await once(process, "exit");
      }
    }
  }

  /** Copies the objects with that prefix to a folder, as a static host would have them. */
  async copyTo(folder: string, prefix: string): Promise<void> {
    const query = new URLSearchParams({ "list-type": "2", prefix });
    const listed = await (await get(`${this.#origin}/${bucket}?${query.toString()}`)).text();
    for (const [, key = ""] of listed.matchAll(/<Key>([^<]*)<\/Key>/g)) {
      const object = await get(`${this.#origin}/${bucket}/${key}`);
      const path = join(folder, key);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, Buffer.from(await object.arrayBuffer()));
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
