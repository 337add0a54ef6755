// Adds the modules that are loaded on demand, which the wasm-bindgen of this folder divided off, to
// the built app. A hook of Trunk; does nothing in builds that are one module.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

// What Rust's wasm32-unknown-unknown target generates.
const FEATURES = [
  "bulk-memory",
  "multivalue",
  "mutable-globals",
  "nontrapping-float-to-int",
  "reference-types",
  "sign-ext",
  "simd",
];

// Bytes up to which a module is part of the loader. What two or three others share is often a function or two: fetching
// it takes longer than reading it.
const MAX_INLINE_BYTES = 1024;

if (process.env.REPLAYSCOPE_SPLIT_MODULES) addModules(process.env.TRUNK_STAGING_DIR, "target/split-modules");

function addModules(staging, modules) {
  const names = readdirSync(modules);
  const loader = only(names, /^modules-[0-9a-f]+\.js$/);
  const app = only(readdirSync(staging), /^viewer-[0-9a-f]+\.js$/);
  let script = replace(readFileSync(join(modules, loader), "utf8"), '"./viewer.js"', `"./${app}"`);
  // A module is fetched before those that it needs, which are smaller.
  const [dependencies, fetchSelf] = ["const parallelStuff = deps.map(d => d());", "const instantiate = fetcher();"];
  script = replace(script, `${dependencies}\n        ${fetchSelf}`, `${fetchSelf}\n        ${dependencies}`);
  for (const name of names.filter((name) => /^(split|chunk)_.*\.wasm$/.test(name))) {
    const content = optimized(join(modules, name));
    if (name.startsWith("chunk_") && content.length <= MAX_INLINE_BYTES) {
      script = replace(script, fetched(name), inline(content));
      continue;
    }
    const hash = createHash("sha256").update(content).digest("hex").slice(0, 16);
    const hashed = name.replace(/^(?:split_)?(.*)\.wasm$/, `$1-${hash}.wasm`);
    script = replace(script, `"./${name}"`, `"./${hashed}"`);
    writeFileSync(join(staging, hashed), content);
  }
  writeFileSync(join(staging, loader), script);
}

// How the loader fetches a module, and how it reads one that is part of it.
function fetched(name) {
  return `const src = fetch(new URL("./${name}", import.meta.url));
    src.catch(() => {});
    return async (imports) => (WebAssembly.instantiateStreaming(src, imports));`;
}

function inline(content) {
  return `const bytes = Uint8Array.from(atob("${content.toString("base64")}"), (char) => char.charCodeAt(0));
    return async (imports) => WebAssembly.instantiate(bytes, imports);`;
}

function optimized(file) {
  const args = ["-Oz", ...FEATURES.map((feature) => `--enable-${feature}`), "--strip-debug", file, "-o", "-"];
  const { status, stdout, stderr } = spawnSync("wasm-opt", args, { maxBuffer: 64 << 20 });
  if (status !== 0) throw new Error(`wasm-opt failed on ${file}: ${stderr}`);
  return stdout;
}

function only(names, pattern) {
  const found = names.filter((name) => pattern.test(name));
  if (found.length !== 1) throw new Error(`${found.length} files match ${pattern}`);
  return found[0];
}

function replace(text, from, to) {
  if (!text.includes(from)) throw new Error(`The loader of modules does not contain ${from}`);
  return text.replace(from, to);
}
