// The npm packages: a platform's package with a binary made up for the test, and the launcher that runs it.
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import process from "node:process";
import { after, test } from "node:test";

import { packLauncher, packPlatform, platformManifest, platforms } from "../packaging/npm/pack.mjs";

const platform = `${process.platform}-${process.arch}`;
// The binary made up here is a script, which Windows cannot run.
const isSkipped = process.platform === "win32" || !platforms.includes(platform);
const options = { skip: isSkipped && `no test for ${platform}` };

const folders = [];
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));
function newFolder() {
  folders.push(mkdtempSync(join(tmpdir(), "replayscope-npm-")));
  return folders.at(-1);
}

const folder = newFolder();

// Says how it was called, and ends as its first argument says.
const BINARY = `#!${process.execPath}
const [end, ...rest] = process.argv.slice(2);
if (end === "wait") {
  process.on("SIGTERM", () => process.exit(7));
  process.on("SIGHUP", () => console.log("again"));
  console.log("ready");
  setInterval(() => {}, 1000);
} else if (end === "die") process.kill(process.pid, "SIGKILL");
else {
  console.log(JSON.stringify(rest));
  process.stdin.pipe(process.stderr).on("finish", () => process.exit());
  process.exitCode = Number(end);
}
`;

/** Installs what `npm pack` makes of a folder, as npm would. */
function install(source, name) {
  const [{ filename }] = JSON.parse(
    execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], { cwd: source }),
  );
  const target = join(folder, "node_modules", name);
  mkdirSync(target, { recursive: true });
  execFileSync("tar", ["-xzf", join(folder, filename), "-C", target, "--strip-components=1"]);
  return target;
}

/** The installed launcher; the platform's package is there too. */
let launcher;
function installed() {
  if (launcher !== undefined) return launcher;
  const binary = join(folder, "binary");
  writeFileSync(binary, BINARY);
  packPlatform(folder, platform, binary);
  packLauncher(folder);
  install(join(folder, `cli-${platform}`), `@replayscope/cli-${platform}`);
  launcher = join(install(join(folder, "replayscope"), "replayscope"), "bin/replayscope.js");
  return launcher;
}

const run = (args, more) => spawnSync(process.execPath, [installed(), ...args], { encoding: "utf8", ...more });

test("a package is for one system and processor", () => {
  assert.deepEqual(platforms, ["darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64", "win32-x64"]);
  const { name, os, cpu, files } = platformManifest("win32-x64");
  assert.deepEqual([name, os, cpu], ["@replayscope/cli-win32-x64", ["win32"], ["x64"]]);
  assert.equal(files[0], "replayscope.exe");
  assert.throws(() => packPlatform(folder, "sunos-x64", process.execPath), /sunos-x64 is not one of/);
});

test("a package holds the binary, which can be run, and the licenses", options, () => {
  installed();
  const target = join(folder, "node_modules/@replayscope", `cli-${platform}`);
  assert.equal(statSync(join(target, "replayscope")).mode & 0o111, 0o111);
  assert.match(readFileSync(join(target, "LICENSE-MIT"), "utf8"), /Permission is hereby granted/);
  assert.match(readFileSync(join(folder, "node_modules/replayscope/LICENSE-MIT"), "utf8"), /Permission/);
});

test("arguments, standard input and the status are passed on", options, () => {
  const { status, stdout, stderr } = run(["3", "open", "a b", "--filter=ü *"], { input: "input" });
  assert.equal(stdout, '["open","a b","--filter=ü *"]\n');
  assert.equal(stderr, "input");
  assert.equal(status, 3);
  assert.equal(run(["0"]).status, 0);
});

test("signals are passed on, and a command that ends by one ends the launcher by it", options, async () => {
  const command = spawn(process.execPath, [installed(), "wait"]);
  await once(command.stdout, "data");
  command.kill("SIGHUP");
  assert.equal(String((await once(command.stdout, "data"))[0]), "again\n", "the launcher goes on with its command");
  command.kill("SIGTERM");
  assert.deepEqual(await once(command, "exit"), [7, null]);
  assert.equal(run(["die"]).signal, "SIGKILL");
});

test("a platform without a binary is told which have one", options, () => {
  installed();
  // Node names the platform that this module sets.
  const other = join(folder, "other.mjs");
  writeFileSync(other, 'Object.defineProperty(process, "arch", { value: "s390x" });');
  const { status, stderr } = spawnSync(process.execPath, ["--import", other, installed()], { encoding: "utf8" });
  assert.equal(status, 2);
  assert.match(stderr, /^error: There is no binary for \w+-s390x, only for darwin-arm64, .*make install\.\n$/);
});

test("a package that was not installed is named", options, () => {
  const alone = newFolder();
  packLauncher(alone);
  const { status, stderr } = spawnSync(process.execPath, [join(alone, "replayscope/bin/replayscope.js")], {
    encoding: "utf8",
  });
  assert.equal(status, 2);
  assert.match(stderr, new RegExp(`^error: The package @replayscope/cli-${platform} is not installed\\.`));
});
