// Events as a hostile recorder may write them: made from a seed, so that a run can be repeated.

export type Random = () => number;

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const tags = [
  "div",
  "span",
  "style",
  "link",
  "iframe",
  "input",
  "form",
  "img",
  "td",
  "canvas",
  "textarea",
  "script",
  "svg",
  "use",
  "g",
  "a",
  "x-y",
  "SELECT",
  "object",
  "not a name",
  "__proto__",
];
const names = [
  "id",
  "class",
  "style",
  "src",
  "href",
  "xlink:href",
  "name",
  "colspan",
  "rowspan",
  "width",
  "height",
  "value",
  "onload",
  "_cssText",
  "rr_dataURL",
  "constructor",
  "data-a",
  "fill",
  "srcdoc",
];
const values = [
  "a",
  "b",
  "parentElement",
  "nodeType",
  "#a",
  "#b",
  "url(#a)",
  "65534",
  "1e9",
  "-1",
  "javascript:x",
  "data:image/svg+xml,<svg><use href='#a'/></svg>",
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB",
  "color: red; background: url(data:,)",
  "(".repeat(40),
  "\u05d0a".repeat(50),
  "x".repeat(300),
  "",
  "a b a b",
  "\ud800",
  "/* rr_split */",
];
const sheets = [
  "a{color:red}",
  "a:has(b) c~d,*{}",
  "@media (min-width:1px){.a{x:y} .b:hover{}}",
  "a{b:(".repeat(20),
  "}".repeat(9),
  "@import url(x);",
  "@keyframes k{from{a:b}50%{c:d}}",
  "a{&:hover{b:c} .d &{}}",
  "\"'",
  "/*",
  "\\",
  "a{content:'\\",
  "{{{{{",
  "*{unicode-bidi:isolate}",
  "@",
  "a:not(*){}",
  "url(",
  ".\\31 0x{}",
  "[a='b']~c{}",
  ")]}",
];

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
const below = (random: Random, limit: number): number => Math.floor(random() * limit);
const listOf = <T>(random: Random, most: number, make: () => T): T[] =>
  Array.from({ length: below(random, most + 1) }, make);

/** Anything that JSON can hold. */
function junk(random: Random): unknown {
  return pick(random, [null, true, -1, 1e300, "", "x", [], {}, [null, 1], { length: 4e9 }, { __proto__: null, id: 1 }]);
}

/** The right kind of value mostly, and anything else at times. */
const mostly = (random: Random, value: unknown): unknown => (random() < 0.04 ? junk(random) : value);

const anId = (random: Random): unknown => mostly(random, 1 + below(random, 60));
const css = (random: Random): string =>
  listOf(random, 6, () => pick(random, sheets)).join(pick(random, ["", " ", "\n", "/* rr_split */"]));

function attributes(random: Random): unknown {
  const entries = listOf(
    random,
    5,
    () => [pick(random, names), mostly(random, random() < 0.2 ? css(random) : pick(random, values))] as const,
  );
  return mostly(random, Object.fromEntries(entries));
}

function node(random: Random, depth: number): unknown {
  const type = pick(random, [0, 1, 2, 2, 2, 2, 2, 3, 3, 4, 5, 9]);
  const children = depth > 0 ? listOf(random, 6, () => node(random, depth - 1)) : [];
  return mostly(random, {
    type: mostly(random, type),
    id: anId(random),
    tagName: mostly(random, pick(random, tags)),
    attributes: attributes(random),
    childNodes: mostly(random, children),
    textContent: mostly(random, random() < 0.5 ? pick(random, values) : css(random)),
    isSVG: random() < 0.3,
    isStyle: random() < 0.2,
    isShadow: random() < 0.1,
    isShadowHost: random() < 0.1,
    rootId: anId(random),
  });
}

const page = (random: Random): unknown => ({
  type: 0,
  id: 1,
  childNodes: [
    { type: 2, id: 2, tagName: "html", attributes: {}, childNodes: listOf(random, 8, () => node(random, 4)) },
  ],
});

function increment(random: Random): unknown {
  const many = <T>(make: () => T): unknown => mostly(random, listOf(random, 6, make));
  const rules = (): unknown =>
    many(() => mostly(random, { rule: css(random), index: mostly(random, pick(random, [0, [0, 1], undefined])) }));
  const kinds = [
    () => ({
      source: 0,
      removes: many(() => ({ id: anId(random), parentId: anId(random) })),
      adds: many(() => ({
        parentId: anId(random),
        nextId: mostly(random, pick(random, [null, 3, -1])),
        node: node(random, 1),
      })),
      texts: many(() => ({ id: anId(random), value: mostly(random, pick(random, values)) })),
      attributes: many(() => ({
        id: anId(random),
        attributes: random() < 0.3 ? { style: attributes(random) } : attributes(random),
      })),
    }),
    () => ({
      source: 8,
      id: anId(random),
      styleId: anId(random),
      adds: rules(),
      removes: many(() => ({ index: 1 })),
      replaceSync: mostly(random, css(random)),
    }),
    () => ({
      source: 10,
      family: "F",
      buffer: random() < 0.5,
      fontSource: mostly(random, pick(random, ["[1,2]", '{"length":4e9}', "2000000000", "url(x)"])),
      descriptors: junk(random),
    }),
    () => ({
      source: 13,
      id: anId(random),
      index: mostly(random, [0, 1]),
      set: { property: "a", value: pick(random, values) },
      remove: junk(random),
    }),
    () => ({
      source: 14,
      ranges: many(() => ({ start: anId(random), startOffset: 0, end: anId(random), endOffset: 1e9 })),
    }),
    () => ({
      source: 15,
      id: anId(random),
      styles: many(() => ({ styleId: anId(random), rules: rules() })),
      styleIds: many(() => anId(random)),
    }),
    () => ({
      source: pick(random, [1, 2, 3, 4, 5, 6, 7, 9, 11, 12, 16]),
      id: anId(random),
      text: pick(random, values),
      positions: many(() => ({ x: 1, y: 2, id: 3, timeOffset: -1e9 })),
      width: 1e9,
      height: 5,
      type: 1,
      x: junk(random),
    }),
  ];
  return pick(random, kinds)();
}

/** A recording: a snapshot, and what happens to its page. */
export function recordingFrom(seed: number, length: number): unknown[] {
  const random = randomFrom(seed);
  const events = Array.from({ length }, (_, at) => {
    const isSnapshot = at === 0 || random() < 0.02;
    const data = isSnapshot ? { node: mostly(random, page(random)), initialOffset: junk(random) } : increment(random);
    return mostly(random, {
      type: mostly(random, isSnapshot ? 2 : 3),
      data: mostly(random, data),
      timestamp: mostly(random, at),
    });
  });
  // What a recording holds came out of a JSON text.
  return JSON.parse(JSON.stringify(events)) as unknown[];
}
