#!/usr/bin/env node
// Runs the binary of this platform, which an optional dependency brings.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

const name = `@replayscope/cli-${process.platform}-${process.arch}`;

function binary() {
  const { optionalDependencies } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  if (!Object.hasOwn(optionalDependencies, name)) {
    const platforms = Object.keys(optionalDependencies).map((package_) => package_.replace("@replayscope/cli-", ""));
    return fail(
      `There is no binary for ${process.platform}-${process.arch}, only for ${platforms.join(", ")}. ` +
        "Build it from source: make install.",
    );
  }
  let folder;
  try {
    folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch {
    return fail(`The package ${name} is not installed. Install replayscope again, with optional dependencies.`);
  }
  const file = join(folder, process.platform === "win32" ? "replayscope.exe" : "replayscope");
  return existsSync(file) ? file : fail(`${file} is missing. Install replayscope again.`);
}

/** Ends with the status with which the command says that something could not be read. */
function fail(text) {
  process.stderr.write(`error: ${text}\n`);
  process.exit(2);
}

const command = spawn(binary(), process.argv.slice(2), { stdio: "inherit" });
for (const signal of SIGNALS) process.on(signal, () => command.kill(signal));
command.on("error", (error) => fail(`The binary could not be run: ${error.message}`));
command.on("exit", (status, signal) => {
  if (signal === null) process.exit(status);
  // Ends by the same signal, for shells and CI jobs that ask. Windows has no such end.
  for (const handled of SIGNALS) process.removeAllListeners(handled);
  process.exitCode = 128 + constants.signals[signal];
  process.kill(process.pid, signal);
});
