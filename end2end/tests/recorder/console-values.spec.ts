// Values that are logged: every entry is recorded, and recording it runs no code of the page.
import { expect, test } from "../../support/lab/test.ts";
import { runWithAndWithout, type PageCase } from "../../support/recorder-pages.ts";

/** Counts the calls of each trap of a proxy. */
const traps = `
  const calls = [];
  const handler = new Proxy({}, { get: (_, trap) => (target, ...rest) => (calls.push(trap), Reflect[trap](target, ...rest)) });
`;

/** A page, what it observes where the browser's own console calls no code of it, and the arguments that are recorded. */
interface ConsoleCase extends PageCase {
  observed?: unknown;
  args: unknown[][];
}

const cases: Record<string, ConsoleCase> = {
  "a proxy with every trap is logged": {
    run: `${traps} const data = new Proxy({ a: 1, list: [1, 2] }, handler);
      console.log("data", data, [data], { data }); console.error(new Proxy([1, data], handler));
      console.log(Proxy.revocable({ b: 2 }, handler).proxy); return calls;`,
    observed: [],
    args: [
      ["data", { a: 1, list: [1, 2] }, [{ a: 1, list: [1, 2] }], { data: { a: 1, list: [1, 2] } }],
      [[1, { a: 1, list: [1, 2] }]],
      [{ b: 2 }],
    ],
  },
  "a reactive proxy is logged within an effect": {
    run: `const state = { count: 1 }; let active, runs = 0; const effects = new Map();
      const track = (key) => active && effects.set(key, active);
      const reactive = new Proxy(state, {
        get: (target, key) => (track(key), Reflect.get(target, key)),
        has: (target, key) => (track(key), Reflect.has(target, key)),
        ownKeys: (target) => (track("keys"), Reflect.ownKeys(target)),
        set: (target, key, value) => { Reflect.set(target, key, value); effects.get(key)?.(); effects.get("keys")?.(); return true; } });
      const effect = () => { active = effect; runs += 1; console.log("state", reactive); active = undefined; };
      effect(); reactive.count = 2; reactive.other = 3; return [runs, [...effects.keys()]];`,
    observed: [1, []],
    args: [["state", { count: 1 }]],
  },
  "proxies of functions, classes, maps and errors are logged": {
    run: `${traps} const wrap = (target) => new Proxy(target, handler);
      console.log(wrap(function named() {}), wrap(new Map([["k", 1]])), wrap(new Error("within")), wrap(class { static get name() { calls.push("name"); } }));
      return calls;`,
    observed: [],
    args: [["ƒ named", { k: 1 }, "Error: within", "ƒ (getter)"]],
  },
  "a revoked proxy is logged": {
    run: `const { proxy, revoke } = Proxy.revocable({}, {}); const list = Proxy.revocable([], {}); revoke(); list.revoke();
      console.error("save failed", proxy, [list.proxy], { proxy }); console.warn(proxy); return typeof proxy;`,
    observed: "object",
    args: [["save failed", "(revoked proxy)", ["(revoked proxy)"], { proxy: "(revoked proxy)" }], ["(revoked proxy)"]],
  },
  "objects whose members throw or count are logged": {
    run: `let calls = 0; const fail = () => { calls += 1; throw new RangeError("of the page"); };
      class Strange extends Error { get name() { return fail(); } get message() { return fail(); } get stack() { return fail(); } }
      class Tagged { constructor() { this.a = 1; } get [Symbol.toStringTag]() { return fail(); } toString() { return fail(); } toJSON() { return fail(); } }
      class Own extends Array { static get [Symbol.species]() { return fail(); } }
      class Keyed extends Map { get size() { return fail(); } [Symbol.iterator]() { return fail(); } entries() { return fail(); } }
      Object.defineProperty(Error, Symbol.hasInstance, { value: fail, configurable: true });
      const element = document.createElement("p"); Object.defineProperty(element, "localName", { get: fail });
      const date = new Date(0); date.toISOString = date.getTime = fail;
      const re = /a/g; Object.defineProperty(re, "flags", { get: fail });
      console.log("before", new Tagged(), Own.from([1, 2]), new Keyed([["k", { get g() { return fail(); } }]]), element, date, re, { [Symbol.toPrimitive]: fail }, new Map([[new Tagged(), 1]]));
      try { console.log("strange", new Strange("x")); } finally { delete Error[Symbol.hasInstance]; }
      return calls;`,
    args: [
      [
        "before",
        { a: 1 },
        [1, 2],
        { k: { g: "(getter)" } },
        "<p>",
        "1970-01-01T00:00:00.000Z",
        "/a/g",
        {},
        { '{"a":1}': 1 },
      ],
      ["strange", "(getter): x"],
    ],
  },
  "a page formats stacks as call sites": {
    before: `<script>window.formatted = 0; Error.prepareStackTrace = (error, sites) => (window.formatted += 1, sites);</script>`,
    run: `const error = new Error("of the page"); console.error("failed", error);
      const seen = [formatted, Array.isArray(error.stack), formatted]; return seen;`,
    args: [["failed", "Error: of the page"]],
  },
  "a page limits stacks": {
    before: `<script>Error.stackTraceLimit = 1;</script>`,
    run: `console.log("limited"); return [Error.stackTraceLimit, new Error().stack.split("\\n").length];`,
    observed: [1, 2],
    args: [["limited"]],
  },
  "errors with causes and aggregate errors are logged": {
    run: `const cause = new TypeError("inner"); const error = new Error("outer", { cause });
      console.error(error, new AggregateError([cause, "text"], "all failed"), new Error("with data", { cause: { code: 7 } }));
      const circle = new Error("circle"); circle.cause = circle; console.error(circle); return [error.cause === cause];`,
    observed: [true],
    args: [
      [
        "Error: outer\nCaused by: TypeError: inner",
        "AggregateError: all failed\n- TypeError: inner\n- text",
        'Error: with data\nCaused by: {"code":7}',
      ],
      ["Error: circle\nCaused by: (circular)"],
    ],
  },
  "values of other frames, symbols, exceptions and boxes are logged": {
    body: `<iframe srcdoc="<p>Inner</p>"></iframe>`,
    run: `const other = document.querySelector("iframe").contentWindow;
      console.log(new other.Error("other"), new other.Map([[1, 2]]), new other.Array(1, 2), other.document.createElement("b"));
      console.log(new DOMException("gone", "AbortError"), Symbol("s"), 10n, -0, new Uint8Array(3), new DataView(new ArrayBuffer(2)), Promise.resolve(), window);
      return true;`,
    observed: true,
    args: [
      ["Error: other", { 1: 2 }, [1, 2], "<b>"],
      ["AbortError: gone", "Symbol(s)", "10n", 0, "Uint8Array(3 bytes)", "DataView(2 bytes)", "Promise", "Window"],
    ],
  },
};

for (const [name, { observed, args, ...pageCase }] of Object.entries(cases)) {
  test(`${name}: the page observes the same, and the entry is recorded`, async ({ page, lab, recorded }) => {
    const result = await runWithAndWithout({ page, lab, recorded }, pageCase);
    expect(result.with).toEqual(result.without);
    expect(result.with.problems).toEqual([]);
    if (observed !== undefined) expect(result.with.result).toEqual(observed);
    const { console: entries } = await recorded.files();
    expect(entries.map((entry) => entry.args)).toEqual(args);
    for (const { source } of entries) expect(source).toMatch(/:\d+:\d+$/);
  });
}

test("uncaught errors and rejections are recorded where the page formats stacks as call sites", async ({
  page,
  lab,
  recorded,
}) => {
  const result = await runWithAndWithout(
    { page, lab, recorded },
    {
      before: `<script>Error.prepareStackTrace = (_, sites) => sites;</script>`,
      run: `setTimeout(() => { throw new Error("outer", { cause: new TypeError("inner") }); });
        await new Promise((resolve) => addEventListener("error", resolve, { once: true }));
        const rejected = new Promise((resolve) => addEventListener("unhandledrejection", resolve, { once: true }));
        Promise.reject(new AggregateError([new Error("first")], "all failed"));
        await rejected; return true;`,
    },
  );
  expect(result.with).toEqual(result.without);
  const { console: entries } = await recorded.files();
  expect(entries.map(({ level, args }) => [level, args])).toEqual([
    ["exception", ["Uncaught Error: outer", "Caused by: TypeError: inner"]],
    ["exception", ["Uncaught (in promise)", "AggregateError: all failed\n- Error: first"]],
  ]);
});
