// Checks the directions of imports between the modules of each crate, and the length of files.
// The tables below are the architecture; a new module needs a line in one of them.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const MAX_FILE_LINES = 450;

const screenModule = ["store", "payload", "ui"];

// The library crates are tested without a browser, so they must not need one.
const browser = /\b(leptos\w*|web_sys|js_sys|wasm_bindgen\w*|gloo\w*)\b/;

/**
 * The modules that each module may import from, besides itself. `null` means all; `modules: null` allows all within the crate.
 * `forbidden` is a pattern that no code of the crate may match, `forbiddenIn` one for each module that has its own.
 */
const crates = [
  {
    sources: "src/",
    modules: {
      main: null,
      app: null,
      ui: [],
      payload: ["ui"],
      source: [],
      on_demand: [],
      store: ["source", "on_demand"],
      timeline: screenModule,
      network: screenModule,
      messages: screenModule,
      replay: screenModule,
      console: screenModule,
      events: screenModule,
      compare: screenModule,
      home: screenModule,
    },
    // Parts that know nothing of sessions stay so.
    forbiddenIn: { ui: /\b(session|json_spans)\s*::/ },
  },
  {
    sources: "crates/json-spans/src/",
    modules: null,
    forbidden: browser,
  },
  {
    sources: "crates/compare/src/",
    modules: {
      lib: null,
      // Sessions for unit tests.
      testing: ["comparison"],
      part: [],
      key: ["testing"],
      align: ["key"],
      comparison: ["align", "part"],
      headers: [],
      body: ["part"],
      row: ["comparison", "part", "testing"],
      difference: ["body", "comparison", "headers", "part", "row", "testing"],
      comparer: ["align", "comparison", "difference", "key", "part", "row", "testing"],
      line: ["comparison", "part", "testing"],
      messages: ["comparison", "part", "testing"],
    },
    forbidden: browser,
  },
  {
    sources: "crates/findings/src/",
    modules: {
      lib: null,
      // Sessions for unit tests.
      testing: ["lib"],
      url: [],
      token: [],
      endpoint: ["url", "testing"],
      console: ["url", "testing"],
      failure: ["url", "console"],
      details: [],
      finding: ["rule"],
      report: ["lib", "finding", "rule"],
      groups: ["finding", "rule"],
      rule: ["console", "details", "endpoint", "finding", "report", "rules", "socket_runner"],
      rules: null,
      runner: ["lib", "console", "details", "endpoint", "report", "rule", "testing"],
      socket_runner: ["lib", "report", "rule"],
    },
    forbidden: browser,
  },
  {
    sources: "crates/presentation/src/",
    modules: {
      lib: null,
      // Sessions for unit tests.
      testing: [],
      time: ["testing"],
      labels: ["time", "testing"],
      toggles: [],
      saved_filters: [],
      pane_shares: [],
      recents: [],
      sort: [],
      virtual_list: [],
      time_scale: ["time", "testing"],
      details: ["labels", "time", "testing"],
      network: ["details", "labels", "time", "time_scale", "toggles", "sort", "testing"],
      console: ["network", "labels", "time", "toggles", "testing"],
      messages: ["network", "labels", "time", "sort", "testing"],
      connection: ["messages", "labels", "time", "testing"],
      events: ["console", "time", "testing"],
      timeline: ["network", "console", "events", "labels", "time", "time_scale", "testing"],
      replay: ["network", "messages", "console", "events", "timeline", "time", "testing"],
      around: ["network", "console", "events", "labels", "testing"],
      view_state: ["network", "messages", "console", "events", "toggles"],
    },
    forbidden: browser,
  },
  {
    sources: "crates/search-worker/src/",
    modules: {
      lib: null,
      main: null,
      wire: [],
      snippet: [],
      packed: ["wire"],
      source: ["wire"],
      result: ["packed", "snippet", "wire"],
      searcher: ["lib", "packed", "result", "snippet", "source"],
    },
  },
  {
    sources: "crates/server/src/",
    modules: {
      main: null,
      // What a command ends with is at the root.
      outcome: [],
      arguments: ["health", "manage", "serve"],
      output: [],
      source: [],
      recording: ["source"],
      commands: ["arguments", "output", "recording"],
      mcp: ["arguments", "commands", "output", "recording"],
      web: [],
      health: [],
      open: ["arguments", "source", "web"],
      bundle: [],
      rows: [],
      selection: ["rows"],
      serve: ["bundle", "rows", "selection", "web"],
      manage: ["bundle", "commands", "output", "recording", "rows", "selection", "source", "web"],
    },
    forbidden: browser,
  },
  {
    sources: "crates/store/src/",
    modules: null,
    forbidden: browser,
  },
  {
    sources: "crates/catalog/src/",
    modules: null,
    forbidden: browser,
  },
  {
    sources: "crates/session/src/",
    modules: {
      lib: null,
      model: [],
      archive: [],
      formats: ["model", "encodings", "archive"],
      encodings: ["model", "archive"],
      filter: ["model", "encodings", "protocols"],
      protocols: ["model", "encodings"],
      elements: ["model", "formats"],
      redact: ["model", "encodings"],
      export: ["model", "encodings", "protocols", "formats", "redact"],
    },
    forbidden: browser,
  },
];

/** The import problems of one Rust file; `path` is relative to the repository, with forward slashes. */
export function importProblems(path, text) {
  const crate = crates.find(({ sources }) => path.startsWith(sources));
  if (crate === undefined || !path.endsWith(".rs")) return [];
  const segments = modulePath(path.slice(crate.sources.length));
  const module = segments[0] ?? path.slice(crate.sources.length, -".rs".length);
  if (crate.modules !== null && !Object.hasOwn(crate.modules, module))
    return [`${path}: no rule states what \`${module}\` may import; add one to scripts/check-imports.mjs`];

  const code = withoutCommentsAndStrings(text);
  const problems = [];
  const forbidden = crate.forbidden?.exec(code)?.[0];
  if (forbidden !== undefined) problems.push(`${path}: ${crate.sources} must not use ${forbidden}`);
  const otherCrate = crate.forbiddenIn?.[module]?.exec(code)?.[1];
  if (otherCrate !== undefined) problems.push(`${path}: \`${module}\` must not use the crate \`${otherCrate}\``);
  const allowed = crate.modules?.[module] ?? null;
  if (allowed === null) return problems;
  for (const used of usedModules(code, segments)) {
    const isModule = Object.hasOwn(crate.modules, used);
    if (isModule && used !== module && !allowed.includes(used))
      problems.push(`${path}: \`${module}\` must not use \`${used}\``);
  }
  return problems;
}

/** The module path of a file: `network/table.rs` is network::table, `network/mod.rs` is network, the crate root is empty. */
function modulePath(path) {
  const segments = path.slice(0, -".rs".length).split("/");
  if (segments.at(-1) === "mod") segments.pop();
  return segments.length === 1 && ["main", "lib"].includes(segments[0]) ? [] : segments;
}

/** Blanks comments and literals, so that a path in prose does not count as an import. */
function withoutCommentsAndStrings(text) {
  const notCode = /\/\/.*|\/\*[\s\S]*?\*\/|b?r(#*)"[\s\S]*?"\1|b?"(?:\\[\s\S]|[^"\\])*"|b?'(?:\\[^']+|[^'\\])'/g;
  return text.replace(notCode, " ");
}

/** The top-level modules of the crate that code in the module at `segments` refers to. */
function usedModules(code, segments) {
  const used = new Set();
  const start = /\b(crate|(?:super\s*::\s*)*super)\s*::\s*/g;
  for (let match = start.exec(code); match !== null; match = start.exec(code)) {
    const climbs = match[1] === "crate" ? segments.length : match[1].split("::").length;
    if (climbs < segments.length) continue;
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

/** A problem if the file is too long. */
export function lengthProblems(path, text) {
  if (!/\.(rs|ts|mjs|css)$/.test(path)) return [];
  const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
  return lines > MAX_FILE_LINES ? [`${path}: ${lines} lines, more than ${MAX_FILE_LINES}; split the file`] : [];
}

/** Every source file below `folder`, without build output and dependencies. */
function* sourceFiles(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name.startsWith(".") || ["target", "dist", "node_modules"].includes(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sourceFiles(path);
    else if (/\.(rs|ts|mjs|css)$/.test(entry.name)) yield path;
  }
}

export function checkFolder(root) {
  const problems = [];
  for (const file of sourceFiles(root)) {
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
