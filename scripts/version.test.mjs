// One version for all parts: what a recording names as its recorder is the version of the app that
// was built with it.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const read = (path) => readFileSync(join(root, path), "utf8");
const json = (path) => JSON.parse(read(path));

const workspace = /^\[workspace\.package\]\n(?:[^[].*\n)*?version = "([^"]+)"/m.exec(read("Cargo.toml"))?.[1];
const npmPackages = ["end2end", "player", "recorder"];

test("the workspace has a version", () => {
  assert.match(workspace ?? "", /^\d+\.\d+\.\d+(-[\w.]+)?$/);
});

test("every crate of the workspace takes its version, edition, Rust version and license", () => {
  const manifests = ["Cargo.toml", ...readdirSync(join(root, "crates")).map((name) => `crates/${name}/Cargo.toml`)];
  for (const manifest of manifests) {
    for (const key of ["version", "edition", "rust-version", "license"])
      assert.match(read(manifest), new RegExp(`^${key}\\.workspace = true$`, "m"), `${manifest}: ${key}`);
    assert.match(read(manifest), /^description = ".+"$/m, manifest);
  }
});

test("the npm packages and their locks have the version of the workspace", () => {
  for (const name of npmPackages) {
    const manifest = json(`${name}/package.json`);
    assert.equal(manifest.version, workspace, name);
    assert.equal(manifest.license, "MIT OR Apache-2.0", name);
    const lock = json(`${name}/package-lock.json`);
    assert.equal(lock.version, workspace, `${name}/package-lock.json`);
    assert.equal(lock.packages[""].version, workspace, `${name}/package-lock.json`);
  }
});

test("the npm package of the command and those that it depends on have the version of the workspace", () => {
  const { version, license, optionalDependencies } = json("packaging/npm/replayscope/package.json");
  assert.equal(version, workspace);
  assert.equal(license, "MIT OR Apache-2.0");
  for (const [name, wanted] of Object.entries(optionalDependencies)) assert.equal(wanted, workspace, name);
});

test("the container image is built with the toolchain of the repository", () => {
  const toolchain = /^channel = "(.+)"$/m.exec(read("rust-toolchain.toml"))?.[1];
  assert.equal(/^ARG RUST_VERSION=(.+)$/m.exec(read("Dockerfile"))?.[1], toolchain);
});

test("a release builds a binary for every npm package", () => {
  const built = [...read(".github/workflows/release.yml").matchAll(/\bnpm: ([a-z0-9]+-[a-z0-9]+) \}/g)];
  const { optionalDependencies } = json("packaging/npm/replayscope/package.json");
  const names = built.map(([, platform]) => `@replayscope/cli-${platform}`);
  assert.deepEqual(names.sort(), Object.keys(optionalDependencies));
});

test("the recorder writes the version of the workspace into recordings", () => {
  const version = /version = "([^"]+)"/.exec(read("recorder/src/version.ts"))?.[1];
  assert.equal(version, workspace);
});
