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

// The module of the session page. All others but the app's are loaded after it, so that it carries what they share with
// it, as custom sections: dozens of parts, most of them a function or two.
const PAGE = "session";

// Bytes up to which any other shared part is in the loader: fetching it takes longer than reading it.
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
  const page = `split_${PAGE}.wasm`;
  const sections = [];
  for (const name of names.filter((name) => /^(split|chunk)_.*\.wasm$/.test(name) && name !== page)) {
    const content = optimized(join(modules, name));
    if (isPartOfPage(script, name)) {
      script = replace(script, fetched(name), carried(name));
      sections.push(customSection(name, content));
    } else if (name.startsWith("chunk_") && content.length <= MAX_INLINE_BYTES) {
      script = replace(script, fetched(name), inline(content));
    } else {
      script = replace(script, `"./${name}"`, `"./${write(staging, name, content)}"`);
    }
  }
  const pageName = write(staging, page, Buffer.concat([optimized(join(modules, page)), ...sections]));
  script = replace(script, fetched(page), instantiatedPage());
  writeFileSync(join(staging, loader), `${compilePage(pageName)}${script}`);
  // The page's address names what it shows: that is fetched while the app's module is compiled.
  const index = join(staging, "index.html");
  writeFileSync(index, replace(readFileSync(index, "utf8"), " data-wasm=", ` data-${PAGE}="${pageName}" data-wasm=`));
}

// Writes a module under a name that changes with its content; returns that name.
function write(staging, name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 16);
  const hashed = name.replace(/^(?:split_)?(.*)\.wasm$/, `$1-${hash}.wasm`);
  writeFileSync(join(staging, hashed), content);
  return hashed;
}

// Whether the page's module needs a shared part: the loader has the names of those that do before it.
function isPartOfPage(script, name) {
  const users = script.match(new RegExp(`/\\* (.*) \\*/\\s*const __${name.replace(".wasm", "")} =`));
  return users !== null && users[1].split(", ").includes(PAGE);
}

// A custom section of a WebAssembly module: its id, the size of the rest, and the name with its length.
function customSection(name, content) {
  const label = Buffer.from(name);
  const rest = Buffer.concat([leb128(label.length), label, content]);
  return Buffer.concat([Buffer.of(0), leb128(rest.length), rest]);
}

function leb128(number) {
  const bytes = [];
  for (; number > 127; number >>>= 7) bytes.push((number & 127) | 128);
  return Buffer.from([...bytes, number]);
}

// How the loader compiles the page's module. What could not be fetched is fetched again by the next call.
function compilePage(name) {
  return `let compiled;
function page() {
    compiled ??= WebAssembly.compileStreaming(fetch(new URL("./${name}", import.meta.url)));
    compiled.catch(() => { compiled = undefined; });
    return compiled;
}
`;
}

// How the loader instantiates the page's module.
function instantiatedPage() {
  return `const src = page();
    src.catch(() => {});
    return async (imports) => WebAssembly.instantiate(await src, imports);`;
}

// How the loader reads a part that the page's module carries.
function carried(name) {
  return `const src = page();
    src.catch(() => {});
    return async (imports) => {
        const [bytes] = WebAssembly.Module.customSections(await src, "${name}");
        return WebAssembly.instantiate(bytes, imports);
    };`;
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
