// The notice that is distributed with the player names the packages whose code the player's script
// includes.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const player = fileURLToPath(new URL("..", import.meta.url));

/** Names of the packages of which esbuild includes code. */
async function bundledPackages(): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: player,
    entryPoints: ["src/main.ts"],
    bundle: true,
    format: "esm",
    write: false,
    metafile: true,
    tsconfigRaw: {},
  });
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.keys(output.inputs));
  const names = inputs.map((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

test("the notice names each bundled package with its version", async () => {
  const packages = await bundledPackages();
  assert.deepEqual(packages, ["@rrweb/replay", "fflate"]);
  const notice = await readFile(join(player, "THIRD-PARTY-LICENSES"), "utf8");
  for (const name of packages) {
    const manifest = await readFile(join(player, "node_modules", name, "package.json"), "utf8");
    const { version } = JSON.parse(manifest) as { version: string };
    assert.match(notice, new RegExp(`^- ${name} ${version.replaceAll(".", "\\.")}(,|$)`, "m"));
  }
});

test("the build writes the notice next to the script, which refers to it", async () => {
  const target = await mkdtemp(join(tmpdir(), "player-"));
  try {
    execFileSync(process.execPath, [join(player, "build.mjs"), target]);
    const read = (name: string): Promise<string> => readFile(join(target, name), "utf8");
    const notice = await readFile(join(player, "THIRD-PARTY-LICENSES"), "utf8");
    assert.equal(await read("rrweb-player.licenses.txt"), notice);
    assert.match(await read("rrweb-player.js"), /^\/\/ .*rrweb-player\.licenses\.txt\n/);
  } finally {
    await rm(target, { recursive: true });
  }
});
