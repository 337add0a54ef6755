// Makes the folders of the npm packages from built binaries:
//
//   node packaging/npm/pack.mjs OUTPUT PLATFORM=BINARY…     linux-x64=target/release/replayscope
//
// OUTPUT then has a folder for each platform's package and one for `replayscope`, which depends on them.
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";

const folder = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(folder));
const launcher = JSON.parse(readFileSync(join(folder, "replayscope/package.json"), "utf8"));

const LICENSES = ["LICENSE-APACHE", "LICENSE-MIT"];
const PREFIX = "@replayscope/cli-";

/** The platforms that have a package, as Node names them: `linux-x64`. */
export const platforms = Object.keys(launcher.optionalDependencies).map((name) => name.slice(PREFIX.length));

/** The manifest of a platform's package. */
export function platformManifest(platform) {
  const [os, cpu] = platform.split("-");
  const { version, license, author, engines } = launcher;
  const file = os === "win32" ? "replayscope.exe" : "replayscope";
  return {
    name: PREFIX + platform,
    version,
    description: `The binary of replayscope for ${platform}`,
    license,
    author,
    files: [file, ...LICENSES],
    engines,
    os: [os],
    cpu: [cpu],
    preferUnplugged: true,
  };
}

/** Writes the package of a platform into a folder below `output`. */
export function packPlatform(output, platform, binary) {
  if (!platforms.includes(platform)) throw new Error(`${platform} is not one of ${platforms.join(", ")}`);
  const manifest = platformManifest(platform);
  const target = join(output, `cli-${platform}`);
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  const file = join(target, manifest.files[0]);
  copyFileSync(binary, file);
  chmodSync(file, 0o755);
  copyLicenses(target);
}

/** Writes the package `replayscope` into a folder below `output`. */
export function packLauncher(output) {
  const target = join(output, launcher.name);
  cpSync(join(folder, launcher.name), target, { recursive: true });
  copyLicenses(target);
}

function copyLicenses(target) {
  for (const license of LICENSES) copyFileSync(join(root, license), join(target, license));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [output, ...binaries] = process.argv.slice(2);
  if (output === undefined || binaries.length === 0) {
    console.error("Usage: node packaging/npm/pack.mjs OUTPUT PLATFORM=BINARY…");
    process.exit(2);
  }
  for (const argument of binaries) {
    const [platform, binary] = argument.split("=");
    packPlatform(output, platform, binary);
  }
  packLauncher(output);
}
