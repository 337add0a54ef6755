// What a page draws by reference is bounded, whether attributes, style sheets or images refer to
// it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { add, element, mutation, run, snapshot, svg } from "./builders.ts";

/** Each level uses the next one ten times. */
function levels(from: number, to: number): unknown[] {
  return Array.from({ length: to - from }, (_, at) => {
    const level = from + at;
    const uses = Array.from({ length: 10 }, (_, use) =>
      svg(1_000 + level * 20 + use, "use", { href: `#l${level + 1}` }),
    );
    return svg(100 + level, "g", { id: `l${level}` }, uses);
  });
}

test("what is drawn by reference is bounded, however the references come to be", () => {
  const leaf = svg(90, "rect", { id: "l8" });
  const inSnapshot = run(snapshot(svg(4, "svg", {}, [...levels(0, 8), leaf])));
  const byMutation = run(
    snapshot(svg(4, "svg", {}, [leaf])),
    mutation({
      adds: levels(0, 8).flatMap((group) => [
        add(4, { ...(group as object), childNodes: [] }),
        ...(group as { id: number; childNodes: unknown[] }).childNodes.map((use) =>
          add((group as { id: number }).id, use),
        ),
      ]),
    }),
  );
  const byId = run(
    snapshot(
      svg(4, "svg", {}, [...levels(0, 4), svg(95, "g", {}, levels(5, 8)), leaf, svg(96, "g", {}, levels(4, 5))]),
    ),
    mutation({ attributes: [{ id: 95, attributes: { id: "l4" } }] }),
  );
  for (const { json, omitted } of [inSnapshot, byMutation]) {
    assert.ok(Object.hasOwn(omitted, "references"));
    assert.match(json, /"href":"#l8"/);
  }
  assert.ok(Object.hasOwn(byId.omitted, "references"));
  const aCycle = run(
    snapshot(
      svg(4, "svg", {}, [...levels(0, 7), svg(97, "g", { id: "l7" }, [svg(98, "use", { "xlink:href": "#l0" })])]),
    ),
  );
  assert.ok(Object.hasOwn(aCycle.omitted, "references"));
  const icons = run(
    snapshot(
      svg(4, "symbol", { id: "icon" }, [svg(5, "path")]),
      ...Array.from({ length: 2_000 }, (_, at) => svg(10 + at, "use", { href: "#icon" })),
    ),
  );
  assert.deepEqual(icons.omitted, {});
});

/** Levels of masks (or the like) of which each is drawn for ten elements of the one before, by a class. */
const nestedEffects = (tagName: string, levels: number): unknown[] =>
  Array.from({ length: levels }, (_, level) =>
    svg(
      100 + level,
      tagName,
      { id: `m${level}` },
      Array.from({ length: 10 }, (_, at) =>
        svg(1_000 + level * 20 + at, "path", { class: `c${level}`, d: "M0 0 1 1" }),
      ),
    ),
  );
const classRules = (property: string, levels: number): string =>
  Array.from({ length: levels }, (_, level) => `.c${level} { ${property}: url("#m${level + 1}") }`).join("");

test("references that style sheets make are bounded, whatever the property and wherever the sheet comes from", () => {
  const event = (data: object): unknown => ({ type: 3, timestamp: 1, data });
  for (const [property, tagName] of [
    ["mask", "mask"],
    ["-webkit-mask-image", "mask"],
    ["clip-path", "clipPath"],
    ["filter", "filter"],
    ["marker-mid", "marker"],
    ["fill", "pattern"],
    ["stroke", "pattern"],
    ["--m: none; fil\\l", "pattern"],
  ] as const) {
    const page = svg(4, "svg", {}, nestedEffects(tagName, 7));
    const css = classRules(property, 7);
    const runs = {
      "a sheet of the page": run(snapshot(page, element(5, "style", { _cssText: `b{color:red}${css}` }))),
      "a text of a style element": run(
        snapshot(page, element(5, "style", {}, [{ type: 3, id: 6, isStyle: true, textContent: css }])),
      ),
      "an inserted rule": run(
        snapshot(page, element(5, "style")),
        ...css
          .split("}")
          .slice(0, -1)
          .map((rule) => event({ source: 8, id: 5, adds: [{ rule: `${rule}}` }] })),
      ),
      "an adopted sheet": run(
        snapshot(page),
        event({ source: 15, id: 1, styles: [{ styleId: 1, rules: [{ rule: `@media all{${css}}` }] }], styleIds: [1] }),
      ),
      "a replaced sheet": run(snapshot(page), event({ source: 8, styleId: 1, replaceSync: css })),
      "elements that come later": run(
        snapshot(svg(4, "svg"), element(5, "style", { _cssText: css })),
        mutation({
          adds: nestedEffects(tagName, 7).flatMap((group) => [
            add(4, { ...(group as object), childNodes: [] }),
            ...(group as { id: number; childNodes: unknown[] }).childNodes.map((node) =>
              add((group as { id: number }).id, node),
            ),
          ]),
        }),
      ),
    };
    for (const [name, { omitted }] of Object.entries(runs))
      assert.ok(Object.hasOwn(omitted, "references"), `${property}, ${name}`);
    assert.match(runs["a sheet of the page"].json, /b\{color:red\}/);
    assert.doesNotMatch(runs["a sheet of the page"].json, /url\(/);
    assert.match(runs["elements that come later"].json, /"id":null/);
  }
});

test("variables and animations that name an element are bounded as the element that they name", () => {
  const page = svg(4, "svg", {}, nestedEffects("mask", 4));
  for (const css of [
    `:root{--a:url(#m0)} ${classRules("mask", 4)} path{mask:var(--a)}`,
    `@keyframes k{from{mask:url(#m0)}} ${classRules("mask", 4)} div{animation:k 1s}`,
    `${classRules("mask", 4)} div{clip-path:url(#%6d0)}`,
    `${classRules("mask", 4)} div{clip-path:url(about:blank#m0)}`,
  ]) {
    const boxes = Array.from({ length: 100 }, (_, at) => element(2_000 + at, "div"));
    const { omitted } = run(snapshot(page, ...boxes, element(5, "style", { _cssText: css })));
    assert.ok(Object.hasOwn(omitted, "references"), css);
  }
});

test("what is inherited is drawn for each element, and a marker for each vertex", () => {
  const drawn = (attributes: object, inside: unknown[], tagName = "pattern"): object =>
    run(
      snapshot(
        svg(
          4,
          tagName,
          { id: "p" },
          Array.from({ length: 100 }, (_, at) => svg(10 + at, "rect")),
        ),
        svg(5, "g", attributes, inside),
      ),
    ).omitted;
  const rects = (count: number): unknown[] => Array.from({ length: count }, (_, at) => svg(200 + at, "rect"));
  assert.deepEqual(drawn({ fill: "url(#p)" }, rects(1_000)), { references: 1 });
  assert.deepEqual(drawn({ fill: "url(#p)" }, rects(100)), {});
  assert.deepEqual(drawn({ clipPath: "url(#p)" }, rects(1_000)), {});
  const path = (vertices: number): unknown[] => [svg(200, "path", { d: `M0 0${" 1 1".repeat(vertices)}` })];
  assert.deepEqual(drawn({ "marker-mid": "url(#p)" }, path(1_000), "marker"), { references: 1 });
  assert.deepEqual(drawn({ "marker-mid": "url(#p)" }, path(100), "marker"), {});
});

test("what usual pages draw by reference stays as it is", () => {
  const css =
    ".icon path{fill:url(#g)} .card{filter:drop-shadow(0 0 1px red)} .round{clip-path:url(#c)} :root{--g:url(#g)}";
  const icons = Array.from({ length: 300 }, (_, at) =>
    svg(1_000 + at * 10, "svg", { class: "icon" }, [svg(1_001 + at * 10, "path", { d: "M0 0h1v1z", mask: "url(#x)" })]),
  );
  const gradient = svg(5, "linearGradient", { id: "g" }, [svg(6, "stop"), svg(7, "stop")]);
  const clip = svg(8, "clipPath", { id: "c" }, [svg(9, "circle")]);
  const cards = Array.from({ length: 500 }, (_, at) => element(10_000 + at, "div", { class: "card round" }));
  const { json, omitted } = run(
    snapshot(element(4, "style", { _cssText: css }), svg(10, "svg", {}, [gradient, clip]), ...icons, ...cards),
  );
  assert.deepEqual(omitted, {});
  assert.ok(json.includes(css));
});

test("images that would draw themselves by reference, or that are immense, are left out", () => {
  const nested = Array.from(
    { length: 7 },
    (_, level) => `<g id="l${level}">${`<use href="#l${level + 1}"/>`.repeat(10)}</g>`,
  ).join("");
  const image = `<svg xmlns="http://www.w3.org/2000/svg">${nested}<rect id="l7"/></svg>`;
  const masks = Array.from(
    { length: 7 },
    (_, level) => `<mask id="m${level}">${`<path class="c${level}"/>`.repeat(10)}</mask>`,
  ).join("");
  const styledImage = `<svg xmlns="http://www.w3.org/2000/svg"><style><![CDATA[${classRules("mask", 7)}]]></style>${masks}</svg>`;
  const urls = [
    `data:image/svg+xml,${encodeURIComponent(image)}`,
    `data:image/svg+xml;base64,${btoa(image)}`,
    `data:image/svg+xml;utf8,${image.replaceAll("#", "%23")}`,
    "data:image/svg+xml,<!DOCTYPE x [<!ENTITY a 'b'>]><svg/>",
    `data:image/svg+xml,${encodeURIComponent(image.replaceAll("#", "&#x23;"))}`,
    `data:image/svg+xml;base64,${btoa(styledImage)}`,
  ];
  const png = new Uint8Array(40);
  png.set([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 1, 0x86, 0xa0, 0, 1, 0x86, 0xa0]);
  urls.push(`data:image/png;base64,${btoa(String.fromCharCode(...png))}`);
  for (const url of urls) {
    assert.deepEqual(run(snapshot(element(4, "img", { src: url }))).omitted, { images: 1 }, url.slice(0, 60));
    assert.deepEqual(
      run(snapshot(element(4, "img")), mutation({ attributes: [{ id: 4, attributes: { src: url } }] })).omitted,
      { images: 1 },
    );
    const quoted = url.replaceAll('"', '\\"');
    assert.deepEqual(run(snapshot(element(4, "style", { _cssText: `a{background:url("${quoted}")}` }))).omitted, {
      styles: 1,
    });
  }
  const usual =
    "data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg'><defs><path id='a'/></defs><use href='%23a'/></svg>";
  assert.deepEqual(
    run(
      snapshot(
        element(4, "img", { src: usual }),
        element(5, "style", { _cssText: `a{background:url("${usual}") 50%}` }),
      ),
    ).omitted,
    {},
  );
  const drawing =
    '<svg xmlns="http://www.w3.org/2000/svg"><style>.a{fill:url(#g)}</style><linearGradient id="g"><stop/></linearGradient><path class="a"/></svg>';
  assert.deepEqual(run(snapshot(element(4, "img", { src: `data:image/svg+xml;base64,${btoa(drawing)}` }))).omitted, {});
});
