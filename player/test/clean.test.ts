// The cleaning of recordings against generated events, and against each bound.
import assert from "node:assert/strict";
import { test } from "node:test";
import { cleanEvent, type Cleaned } from "../src/clean/events.ts";
import * as limits from "../src/clean/limits.ts";
import { Tree } from "../src/clean/tree.ts";
import { add, count, element, mutation, run, snapshot } from "./builders.ts";
import { recordingFrom } from "./generate.ts";

/** Milliseconds that one generated event may take on a busy machine. */
const MAX_TIME = 250;

function clean(events: readonly unknown[], tree = new Tree()): Cleaned[] {
  return events.map((event) => {
    const began = performance.now();
    const cleaned = cleanEvent(event, tree);
    assert.ok(performance.now() - began < MAX_TIME, "time of one event");
    return cleaned;
  });
}

/** As it is, without what is shared: attributes of style sheets are read through getters. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const played = (cleaned: readonly Cleaned[]): unknown[] =>
  plain(cleaned.filter((event) => typeof event === "object")) as unknown[];

function eachText(value: unknown, visit: (text: string, key: string) => void, key = ""): void {
  if (typeof value === "string") visit(value, key);
  else if (typeof value === "object" && value !== null)
    for (const [name, inner] of Object.entries(value)) eachText(inner, visit, name);
}

function eachAttribute(value: unknown, visit: (name: string, text: string) => void): void {
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === "attributes" && !Array.isArray(inner))
      for (const [name, text] of Object.entries(inner as object)) visit(name, String(text));
    else eachAttribute(inner, visit);
  }
}

test("generated events never throw, and what is kept is kept again when it is cleaned again", () => {
  const until = performance.now() + 4_000;
  let seed = 1;
  for (; performance.now() < until || seed < 200; seed += 1) {
    const once = played(clean(recordingFrom(seed, 40)));
    const twice = played(clean(once));
    assert.deepEqual(twice, once, `seed ${seed}`);
    eachAttribute(once, (name, text) => {
      assert.doesNotMatch(name, /^on|srcdoc|constructor/i, `seed ${seed}`);
      if (name === "href" || name === "src") assert.doesNotMatch(text, /javascript:/, `seed ${seed}`);
      if (name === "style") assert.doesNotMatch(text, /\({33}/, `seed ${seed}`);
    });
  }
});

test("nodes that would be within themselves are left out, whatever their order", () => {
  const page = snapshot(element(10, "iframe"));
  const adds = [
    { parentId: 20, nextId: null, node: { type: 0, id: 21, childNodes: [] } },
    { parentId: 21, nextId: null, node: { type: 5, id: 20, textContent: "" } },
    { parentId: 30, nextId: null, node: element(30, "p") },
  ];
  for (const order of [adds, [...adds].reverse()]) {
    const [, cleaned] = played(clean([page, mutation({ adds: order })])) as { data?: { adds: unknown[] } }[];
    assert.deepEqual(cleaned?.data?.adds ?? [], []);
  }
});

test("no text that is kept is longer than its bound", () => {
  const long = "x".repeat(limits.MAX_TEXT + 10);
  const value = "y".repeat(limits.MAX_VALUE + 10);
  const element = (id: number): unknown => ({
    type: 2,
    id,
    tagName: "p",
    attributes: { title: long, "data-a": value, ["n".repeat(300)]: "z" },
    childNodes: [{ type: 3, id: id + 100, textContent: long }],
  });
  const page = {
    type: 0,
    id: 1,
    childNodes: [
      {
        type: 2,
        id: 2,
        tagName: "html",
        attributes: {},
        childNodes: [element(3), element(4), element(5), element(6), element(7), element(8)],
      },
    ],
  };
  const tree = new Tree();
  const events = [
    { type: 2, timestamp: 0, data: { node: page, initialOffset: {} } },
    {
      type: 3,
      timestamp: 1,
      data: {
        source: 0,
        removes: [],
        adds: [],
        texts: [
          { id: 103, value: long },
          { id: 104, value: long },
        ],
        attributes: [{ id: 5, attributes: { title: long, class: value } }],
      },
    },
    { type: 3, timestamp: 2, data: { source: 5, id: 6, text: long, isChecked: false } },
  ];
  let total = 0;
  const texts: unknown[] = events.map((event) => plain(cleanEvent(event, tree)));
  eachText(texts, (text, key) => {
    assert.ok(text.length <= limits.MAX_TEXT, key);
    if (key === "textContent") total += text.length;
  });
  assert.ok(total <= limits.MAX_TEXT_TOTAL);
  assert.deepEqual(Object.keys(tree.budget.omissions.counts).sort(), ["attributes", "texts"]);
});

test("nodes are bounded together, however they come, and removing some makes room", () => {
  const many = (from: number, to: number): unknown[] =>
    Array.from({ length: to - from }, (_, at) => ({ type: 5, id: from + at, textContent: "" }));
  const tree = new Tree();
  cleanEvent(snapshot(element(4, "div", {}, many(10, limits.MAX_NODES))), tree);
  cleanEvent(mutation({ adds: many(200_000, 200_100).map((node) => add(3, node)) }), tree);
  assert.equal(tree.budget.remaining("nodes"), 0);
  const { elements } = tree.budget.omissions.counts;
  assert.ok(elements !== undefined && elements > 0);
  const after = JSON.stringify(
    cleanEvent(mutation({ removes: [{ id: 4, parentId: 3 }], adds: [add(3, element(300_000, "p"))] }), tree),
  );
  assert.match(after, /300000/);
  assert.equal(tree.budget.omissions.counts.elements, elements);
});

test("frames are bounded in a snapshot and in mutations; one too many is an empty box", () => {
  const frames = (from: number): unknown[] => Array.from({ length: 80 }, (_, at) => element(from + at, "iframe"));
  const { json, omitted } = run(snapshot(...frames(10)), mutation({ adds: frames(200).map((node) => add(3, node)) }));
  assert.equal(count(json, '"iframe"'), limits.MAX_FRAMES);
  assert.deepEqual(omitted, { frames: 60 });
});

test("a rule with brackets within brackets is left out, and those around it stay", () => {
  for (const bad of [
    `b{c:${"(".repeat(3_000_000)}`,
    `b{c:${"[".repeat(50)}`,
    `b:not(${":is(".repeat(40)}x)${")".repeat(40)}{}`,
    "b{".repeat(200),
  ]) {
    const { json, omitted } = run(snapshot(element(4, "style", { _cssText: `a{color:red}${bad}` })));
    assert.match(json, /a\{color:red\}/);
    assert.ok(json.length < 1_000);
    assert.deepEqual(omitted, { styles: 1 });
  }
});

test("rules keep their index: one that is left out makes way for one that matches nothing", () => {
  const { json } = run(snapshot(element(4, "style", { _cssText: `a{} b{c:${"(".repeat(40)}${")".repeat(40)}} d{}` })), {
    type: 3,
    timestamp: 1,
    data: { source: 8, id: 4, adds: [{ rule: `e{f:${"(".repeat(40)}}`, index: 1 }] },
  });
  assert.match(json, /a\{\}@media not all\{\} d\{\}/);
  assert.match(json, /"rule":"@media not all\{\}","index":1/);
});

test("rules are bounded in number", () => {
  const { json, omitted } = run(snapshot(element(4, "style", { _cssText: "a{}".repeat(limits.MAX_RULES + 500) })));
  assert.equal(count(json, "a{}"), limits.MAX_RULES);
  assert.deepEqual(omitted, { styles: 1 });
});

test("selectors that look at much are bounded by the elements that they are compared with", () => {
  const elements = Array.from({ length: 20_000 }, (_, at) => element(10 + at, "p", { class: "c" }));
  const sheet = (selector: string, times: number): unknown =>
    element(4, "style", {
      _cssText: Array.from({ length: times }, (_, at) => `${selector.replace("N", String(at))}{color:red}`).join(""),
    });
  const kept = (selector: string, times: number): number =>
    count(run(snapshot(sheet(selector, times), ...elements)).json, "color:red");
  for (const heavy of [
    "*:has(.zN)",
    "p:has(.zN)",
    ".c:has(.zN)",
    ".\\63:has(.zN)",
    "[class]:has(.zN)",
    "p:not(.q):has(> .zN, + .y)",
  ])
    assert.ok(kept(heavy, 300) < 10, heavy);
  assert.ok(kept(".q ~ .c.zN, .c", 50) < 10);
  // What names something else costs nothing.
  for (const light of [".qN:has(.c)", "#aN p", ".c > .bN", ":root:has(.zN)", "body:has(.zN)"])
    assert.equal(kept(light, 300), 300, light);
});

test("elements that come after a heavy sheet are bounded, too", () => {
  const adds = Array.from({ length: 30_000 }, (_, at) => add(3, element(10 + at, "p")));
  const { omitted } = run(
    snapshot(
      element(4, "style", { _cssText: Array.from({ length: 30 }, (_, at) => `*:has(.z${at}){color:red}`).join("") }),
    ),
    mutation({ adds }),
  );
  assert.deepEqual(Object.keys(omitted), ["elements"]);
});

test("attributes are bounded in number and in length", () => {
  const many = Object.fromEntries(Array.from({ length: 3_000 }, (_, at) => [`a${at}`, "x"]));
  const { json, omitted } = run(
    snapshot(element(4, "p", many)),
    ...Array.from({ length: 40 }, (_, round) =>
      mutation({
        attributes: [
          { id: 4, attributes: Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`b${round}-${at}`, "x"])) },
        ],
      }),
    ),
  );
  assert.ok(count(json, ':"x"') <= 2 * limits.MAX_ATTRIBUTES);
  assert.deepEqual(omitted, { attributes: 1 });
});

test("an attribute that changes all the time takes no more than one", () => {
  const changes = Array.from({ length: 1_500 }, (_, at) =>
    mutation({
      attributes: [{ id: 4, attributes: { style: { transform: `translate(${at}px)`, "--x": "y".repeat(50_000) } } }],
    }),
  );
  assert.deepEqual(run(snapshot(element(4, "p")), ...changes).omitted, {});
});

test("changes of direction are bounded in one text and in all", () => {
  const { json, omitted } = run(
    snapshot(
      element(
        4,
        "p",
        {},
        Array.from({ length: 10 }, (_, at) => ({ type: 3, id: 10 + at, textContent: "a\u05d0".repeat(20_000) })),
      ),
    ),
  );
  assert.ok(count(json, "\u05d0") <= limits.MAX_TURNS_TOTAL / 2 + 10);
  assert.deepEqual(omitted, { texts: 10 });
  const hebrew = "\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd. ".repeat(30_000);
  assert.deepEqual(run(snapshot(element(4, "p", {}, [{ type: 3, id: 10, textContent: hebrew }]))).omitted, {});
});

test("spans of cells and canvases are bounded, alone and together", () => {
  const { json } = run(
    snapshot(
      element(4, "td", { colspan: 1_000, rowspan: "65534" }),
      element(5, "canvas", { width: "30000", height: 30_000 }),
    ),
  );
  assert.match(json, /"colspan":"256","rowspan":"2000"/);
  assert.match(json, /"width":"8192","height":"8192"/);
  const cells = run(
    snapshot(...Array.from({ length: 100 }, (_, at) => element(10 + at, "td", { colspan: "200", rowspan: "2000" }))),
  );
  assert.ok(Object.hasOwn(cells.omitted, "cells"));
});

test("a font whose bytes only claim to be a list is not a font", () => {
  const font = (fontSource: unknown): unknown => ({
    type: 3,
    timestamp: 1,
    data: { source: 10, family: "F", buffer: true, fontSource },
  });
  const tree = new Tree();
  for (const source of ['{"length":4000000000}', "2000000000", "[1,[2]]", '["1"]', { length: 4e9 }, 4e9, null])
    assert.equal(cleanEvent(font(source), tree), undefined);
  assert.equal(typeof cleanEvent(font("[0, 1, 255]"), tree), "object");
  for (let at = 0; at < limits.MAX_FONTS + 5; at += 1) cleanEvent(font("[0]"), tree);
  assert.deepEqual(tree.budget.omissions.counts, { fonts: 1 });
});

test("a name that would shadow a property is removed; others are kept", () => {
  const named = (tag: string, name: string): string =>
    run(snapshot(element(4, "form", {}, [element(5, tag, { name, id: name })]))).json;
  for (const name of ["parentElement", "nodeType", "childNodes", "tagName", "insertBefore", "style", "__proto__"]) {
    for (const tag of ["input", "button", "select", "textarea", "fieldset", "output", "IMG"])
      assert.equal(count(named(tag, name), `:"${name}"`), 0, `${tag} ${name}`);
  }
  for (const name of ["body", "getElementsByTagName", "defaultView"])
    assert.equal(count(named("img", name), `"name":"${name}"`), 0, name);
  for (const name of ["title", "body", "location", "id", "name", "action", "method"])
    assert.equal(count(named("input", name), `"name":"${name}","id":"${name}"`), 1, name);
  assert.match(run(snapshot(element(4, "div", { id: "parentElement" }))).json, /"id":"parentElement"/);
});
