// Checks which folder of the sources imports from which, and that no file is too long to be read in one go.
// The tables below are the architecture; a new folder needs a line in one of them.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const longestFile = 450;

const screenRoom = ["store", "ui"];

// The library crates are tested without a browser, so they must not need one.
const browser = /\b(leptos\w*|web_sys|js_sys|wasm_bindgen\w*|gloo\w*)\b/;

/** What each folder may import from, besides itself. `null`: everything; as `rooms`: modules of one level. */
const crates = [
  {
    sources: "src/",
    rooms: {
      main: null,
      app: null,
      ui: [],
      source: [],
      store: ["source"],
      timeline: screenRoom,
      network: screenRoom,
      messages: screenRoom,
      replay: screenRoom,
      console: screenRoom,
      events: screenRoom,
      home: screenRoom,
    },
  },
  {
    sources: "crates/json-spans/src/",
    rooms: null,
    forbidden: browser,
  },
  {
    sources: "crates/presentation/src/",
    rooms: null,
    forbidden: browser,
  },
  {
    sources: "crates/session/src/",
    rooms: {
      lib: null,
      model: [],
      archive: [],
      log: ["model"],
      join: ["model", "log"],
      formats: ["model", "log", "join", "encodings", "archive"],
      encodings: ["model"],
      filter: ["model", "log", "encodings"],
      redact: ["model"],
      export: ["model", "log", "encodings", "formats", "redact"],
    },
    forbidden: browser,
  },
];

/** The problems of one Rust file, `path` being relative to the repository with forward slashes. */
export function importProblems(path, text) {
  const crate = crates.find(({ sources }) => path.startsWith(sources));
  if (crate === undefined || !path.endsWith(".rs")) return [];
  const modules = modulePath(path.slice(crate.sources.length));
  const room = modules[0] ?? path.slice(crate.sources.length, -".rs".length);
  if (crate.rooms !== null && !Object.hasOwn(crate.rooms, room))
    return [`${path}: no rule says what \`${room}\` may import; add one to scripts/check-imports.mjs`];

  const code = withoutCommentsAndStrings(text);
  const problems = [];
  const forbidden = crate.forbidden?.exec(code)?.[0];
  if (forbidden !== undefined) problems.push(`${path}: ${crate.sources} must not use ${forbidden}`);
  const allowed = crate.rooms?.[room] ?? null;
  if (allowed === null) return problems;
  for (const used of usedRooms(code, modules)) {
    const isRoom = Object.hasOwn(crate.rooms, used);
    if (isRoom && used !== room && !allowed.includes(used))
      problems.push(`${path}: \`${room}\` must not use \`${used}\``);
  }
  return problems;
}

/** `network/table.rs` is the module network::table; `network/mod.rs` is network; the crate's root is empty. */
function modulePath(path) {
  const modules = path.slice(0, -".rs".length).split("/");
  if (modules.at(-1) === "mod") modules.pop();
  return modules.length === 1 && ["main", "lib"].includes(modules[0]) ? [] : modules;
}

/** Blanks out what is not code, so that a path in a sentence is no import. */
function withoutCommentsAndStrings(text) {
  const notCode = /\/\/.*|\/\*[\s\S]*?\*\/|b?r(#*)"[\s\S]*?"\1|b?"(?:\\[\s\S]|[^"\\])*"|b?'(?:\\[^']+|[^'\\])'/g;
  return text.replace(notCode, " ");
}

/** The first names below the crate's root that code in the module `modules` mentions. */
function usedRooms(code, modules) {
  const used = new Set();
  const start = /\b(crate|(?:super\s*::\s*)*super)\s*::\s*/g;
  for (let match = start.exec(code); match !== null; match = start.exec(code)) {
    const climbs = match[1] === "crate" ? modules.length : match[1].split("::").length;
    if (climbs < modules.length) continue;
    for (const name of namesAt(code, start.lastIndex)) used.add(name);
  }
  return used;
}

/** The name at `index`, or the first name of each branch of `{a::b, c::{d, e}}`. */
function namesAt(code, index) {
  if (code[index] !== "{") {
    const name = /^(?:r#)?(\w+)/.exec(code.slice(index))?.[1];
    return name === undefined ? [] : [name];
  }
  const branches = [""];
  let depth = 0;
  for (let position = index; position < code.length; position += 1) {
    const character = code[position];
    if (character === "{") depth += 1;
    else if (character === "}") depth -= 1;
    else if (character === "," && depth === 1) branches.push("");
    else branches[branches.length - 1] += character;
    if (depth === 0) break;
  }
  return branches.flatMap((branch) => /\w+/.exec(branch)?.[0] ?? []);
}

/** Says so where a file is too long. */
export function lengthProblems(path, text) {
  if (!/\.(rs|ts|mjs|css)$/.test(path)) return [];
  const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
  return lines > longestFile
    ? [`${path}: ${lines} lines, more than ${longestFile}; is there a second room inside?`]
    : [];
}

/** Every file below `folder` that people write. */
function* writtenFiles(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name.startsWith(".") || ["target", "dist", "node_modules"].includes(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* writtenFiles(path);
    else if (/\.(rs|ts|mjs|css)$/.test(entry.name)) yield path;
  }
}

export function checkFolder(root) {
  const problems = [];
  for (const file of writtenFiles(root)) {
    const path = relative(root, file).split(sep).join("/");
    const text = readFileSync(file, "utf8");
    problems.push(...importProblems(path, text), ...lengthProblems(path, text));
  }
  return problems.sort();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const problems = checkFolder(dirname(dirname(fileURLToPath(import.meta.url))));
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
