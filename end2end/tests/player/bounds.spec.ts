// Small recordings that expand when they are replayed: the tables respond, the tab survives, and
// the replay notes its omissions.
import { expect, test } from "../../support/app.ts";
import { UsabilityTimer, type OwnTime } from "../../support/own-time.ts";
import { serveSession, start } from "../../support/made-session.ts";
import { Replay } from "../../support/pages/replay.ts";
import { RecordedPage, startedAt, type RecordedNode } from "../../support/recorded-page.ts";

/** Seconds of the app's own time from opening until the tables respond, and in which they do not respond afterwards. */
const MAX_SECONDS = 5;

/** Bytes of the heap that a tab may take with its replay. */
const MAX_HEAP = 700 * 1024 * 1024;

interface Hostile {
  name: string;
  /** A part of the notes. */
  note: string;
  body?: (page: RecordedPage) => RecordedNode[];
  after?: (page: RecordedPage) => unknown;
}

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const sheet = (page: RecordedPage, css: string): RecordedNode => page.element("style", { _cssText: css });

/** Each level uses the next one ten times. */
function nestedUse(page: RecordedPage, levels: number): RecordedNode[] {
  const groups = times(levels, (level) =>
    page.svg("g", { id: `l${level}` }, ...times(10, () => page.svg("use", { href: `#l${level + 1}` }))),
  );
  return [...groups, page.svg("rect", { id: `l${levels}`, width: 1, height: 1 })];
}

/** Each level has ten elements of a class that is drawn with the next level. */
function nestedByClass(page: RecordedPage, tagName: string, levels: number): RecordedNode[] {
  const box = { width: 300, height: 300, patternUnits: "userSpaceOnUse" };
  const path = (level: number): RecordedNode => page.svg("path", { class: `c${level}`, d: "M0 0L9 9L300 0L300 300z" });
  const groups = times(levels, (level) =>
    page.svg(tagName, { id: `m${level}`, ...box }, ...times(10, () => path(level))),
  );
  return [...groups, page.svg("path", { class: "all", d: "M0 0L9 9L300 0L300 300z" })];
}

const classRules = (property: string, levels: number): string =>
  [
    `.all{${property}:url(#m0)}`,
    ...times(levels - 1, (level) => `.c${level}{${property}:url(#m${level + 1})}`),
    "path{fill:white}",
  ].join("");

const nestedImage = (): string => {
  const groups = times(7, (level) => `<g id="l${level}">${`<use href="#l${level + 1}"/>`.repeat(10)}</g>`).join("");
  return `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">${groups}<rect id="l7"/></svg>`)}`;
};

const immensePng = (): string => {
  const head = [
    0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 1, 0x86, 0xa0, 0, 1, 0x86, 0xa0, 8, 6, 0, 0,
    0, 0, 0, 0, 0,
  ];
  return `data:image/png;base64,${Buffer.from(head).toString("base64")}`;
};

const hostile: Hostile[] = [
  {
    name: "three million brackets in a style sheet",
    note: "1 style sheet shortened: too complex to replay",
    body: (page) => [sheet(page, `p{color:${"(".repeat(3_000_000)}`)],
  },
  { name: "300,000 rules", note: "1 style sheet shortened", body: (page) => [sheet(page, "a{}".repeat(300_000))] },
  {
    name: "300,000 rules that are adapted for the pointer",
    note: "1 style sheet shortened",
    body: (page) => [sheet(page, "a:hover{}".repeat(300_000))],
  },
  {
    name: "SVG use within use, ten million elements",
    note: "not drawn: too complex to replay",
    body: (page) => [page.svg("svg", {}, ...nestedUse(page, 7))],
  },
  {
    name: "SVG use within use, by way of mutations",
    note: "not drawn",
    body: (page) => [page.svg("svg", { id: "into" })],
    after: (page) => addAll(page, 11, nestedUse(page, 7)),
  },
  ...(
    [
      ["masks", "mask", "mask"],
      ["clip paths", "clip-path", "clipPath"],
      ["patterns", "fill", "pattern"],
      ["markers", "marker-mid", "marker"],
    ] as const
  ).map(([what, property, tagName]) => ({
    name: `${what} within ${what} by rules for classes, ten million elements`,
    note: "not drawn",
    body: (page: RecordedPage) => [
      sheet(page, classRules(property, 7)),
      page.svg("svg", { width: 300, height: 300 }, ...nestedByClass(page, tagName, 7)),
    ],
  })),
  {
    name: "a filter of 500 primitives on 5,000 elements, by a rule that a script adds",
    note: "not drawn",
    body: (page) => [
      page.element("style", {}),
      page.svg(
        "svg",
        { width: 9, height: 9 },
        page.svg("filter", { id: "f" }, ...times(500, () => page.svg("feOffset", { dx: 1 }))),
      ),
      ...times(5_000, () => page.element("p", { class: "c" }, page.text("filtered"))),
    ],
    after: (page) => page.add(3, 10, { source: 8, id: 11, adds: [{ rule: ".c{filter:url(#f)}" }] }),
  },
  {
    name: "masks within masks that come after the rules for their classes",
    note: "not drawn",
    body: (page) => [page.svg("svg", { id: "into", width: 300, height: 300 }), sheet(page, classRules("mask", 7))],
    after: (page) => addAll(page, 11, nestedByClass(page, "mask", 7)),
  },
  {
    name: "an SVG image that uses itself",
    note: "1 image left out",
    body: (page) => [page.element("img", { src: nestedImage() })],
  },
  {
    name: "an SVG image that uses itself in a style sheet",
    note: "1 style sheet shortened",
    body: (page) => [sheet(page, `body{background:url("${nestedImage()}")}`)],
  },
  {
    name: "an image of ten billion pixels",
    note: "1 image left out",
    body: (page) => [page.element("img", { src: immensePng() })],
  },
  {
    name: "300,000 attributes on one element",
    note: "1 element shown without some attributes",
    body: (page) => [page.element("p", Object.fromEntries(times(300_000, (at) => [`a${at}`, "x"])))],
  },
  {
    name: "attributes that never end",
    note: "1 element shown without some attributes",
    body: (page) => [page.element("p", { id: "into" })],
    after: (page) =>
      times(400, (round) => page.change(10, 11, Object.fromEntries(times(100, (at) => [`b${round}-${at}`, "x"])))),
  },
  {
    name: "4.5 MB of text in both directions",
    note: "1 text shortened: too long to replay",
    body: (page) => [page.element("p", {}, page.text("a\u05d0".repeat(2_250_000)))],
  },
  {
    name: "direction controls in many texts",
    note: "texts shortened",
    body: (page) => times(200, () => page.element("span", {}, page.text("\u2067a\u2069".repeat(1_000)))),
  },
  {
    name: "20 MB of text in a narrow column",
    note: "1 text shortened",
    body: (page) => [page.element("p", { style: "width: 10px" }, page.text("word ".repeat(4_000_000)))],
  },
  {
    name: "a text that is replaced by a longer one",
    note: "1 text shortened",
    body: (page) => [page.element("p", {}, page.text("short"))],
    after: (page) => page.mutation(10, { texts: [{ id: 12, value: "long ".repeat(1_000_000) }] }),
  },
  {
    name: "3,000 frames",
    note: "2,900 frames left empty: too many to replay",
    body: (page) => times(3_000, () => page.element("iframe")),
  },
  {
    name: "300 rules with :has() over 20,000 elements",
    note: "1 style sheet shortened",
    body: (page) => [
      sheet(page, times(300, (at) => `p:has(.z${at}){color:red}`).join("")),
      ...times(20_000, () => page.element("p")),
    ],
  },
  {
    name: "rules that look at all siblings",
    note: "1 style sheet shortened",
    body: (page) => [
      sheet(page, times(50, (at) => `.q${at} ~ p{color:red}`).join("")),
      ...times(20_000, () => page.element("p")),
    ],
  },
  {
    name: "20,000 elements for 30 rules with :has(), one after the other",
    note: "nodes left out: the page is too large to replay",
    body: (page) => [sheet(page, times(30, (at) => `*:has(.z${at}){color:red}`).join(""))],
    after: (page) =>
      addAll(
        page,
        page.ids.body,
        times(20_000, () => page.element("p")),
      ),
  },
  {
    name: "rules that a script adds",
    note: "style sheets shortened",
    body: (page) => [page.element("style", {}), page.element("style", {})],
    after: (page) =>
      [11, 12].forEach((id) =>
        page.add(3, 10, { source: 8, id, adds: times(60_000, () => ({ rule: `p{color:${"(".repeat(40)}` })) }),
      ),
  },
  {
    name: "sheets that a script adopts",
    note: "style sheet shortened",
    after: (page) =>
      page.add(3, 10, {
        source: 15,
        id: 1,
        styles: [{ styleId: 1, rules: times(120_000, () => ({ rule: "p{color:red}" })) }],
        styleIds: [1],
      }),
  },
  { name: "200,000 nodes", note: "nodes left out", body: (page) => times(200_000, () => page.element("b")) },
  {
    name: "200,000 nodes, one after the other",
    note: "nodes left out",
    after: (page) =>
      times(20, () =>
        addAll(
          page,
          page.ids.body,
          times(10_000, () => page.element("b")),
        ),
      ),
  },
  {
    name: "cells that span a million others",
    note: "made smaller: too large to replay",
    body: (page) => [
      page.element(
        "table",
        {},
        page.element(
          "tr",
          {},
          ...times(30, () => page.element("td", { colspan: 1_000, rowspan: 65_534 }, page.text("cell"))),
        ),
      ),
    ],
  },
  {
    name: "canvases of a billion pixels",
    note: "20 canvases made smaller",
    body: (page) =>
      times(20, () =>
        page.element("canvas", {
          width: 32_000,
          height: 32_000,
          rr_dataURL:
            "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg==",
        }),
      ),
  },
  {
    name: "a font whose bytes only have a length",
    note: "2 events could not be read",
    after: (page) =>
      ['{"length":4000000000}', "2000000000"].forEach((fontSource) =>
        page.add(3, 10, { source: 10, family: "F", buffer: true, fontSource }),
      ),
  },
  {
    name: "a style sheet in a hundred thousand pieces",
    note: "",
    body: (page) => [
      page.element(
        "style",
        { _cssText: "p:hover{}/* rr_split */".repeat(90_000) },
        ...times(2_000, () => page.text("")),
      ),
    ],
  },
  {
    name: "all of it together",
    note: "style sheet shortened",
    body: (page) => [
      sheet(page, `${"a{}".repeat(150_000)}*:has(b){color:red}p{color:${"[".repeat(100_000)}`),
      page.svg("svg", {}, ...nestedUse(page, 6)),
      page.element("p", {}, page.text("a\u05d0".repeat(500_000))),
      ...times(500, () => page.element("iframe")),
      ...times(30_000, () => page.element("p")),
      page.element("p", { style: "width: 10px" }, page.text("word ".repeat(800_000))),
    ],
  },
];

/** Adds nodes with all that is in them, as recorders do: one by one. */
function addAll(page: RecordedPage, parentId: number, nodes: readonly RecordedNode[]): void {
  const adds: unknown[] = [];
  const add = (parent: number, node: RecordedNode): void => {
    adds.push({ parentId: parent, nextId: null, node: { ...node, childNodes: [] } });
    for (const child of (node["childNodes"] ?? []) as RecordedNode[]) add(node.id, child);
  };
  for (const node of nodes) add(parentId, node);
  page.mutation(10, { adds });
}

function recordingOf({ body, after }: Hostile): object[] {
  const page = new RecordedPage();
  // The cases know the ids of their first nodes: 11 and those that follow.
  const heading = {
    type: 2,
    id: 9_000_001,
    tagName: "h1",
    attributes: {},
    childNodes: [{ type: 3, id: 9_000_002, textContent: "Still here" }],
  };
  page.snapshot(0, [heading, ...(body?.(page) ?? [])]);
  after?.(page);
  page.add(3, 3_000, { source: 4, width: 800, height: 600 });
  return page.events.map((event) => ({ ...event, timestamp: event.timestamp - startedAt + start }));
}

const resources = times(3, (id) => ({
  id: String(id + 1),
  kind: "http",
  method: "GET",
  url: `https://shop.example.test/${id}`,
  startedAt: start + id,
  endedAt: start + id + 50,
  status: 200,
}));

for (const one of hostile) {
  test(`${one.name}: the tables respond, and the replay notes what it omits`, async ({ session, page }) => {
    test.setTimeout(60_000);
    const annotate = (type: string, { wall, own }: OwnTime): void => {
      test.info().annotations.push({ type, description: `${wall.toFixed(2)} s, ${own.toFixed(2)} s of its own` });
    };
    const replay = new Replay(page);
    const src = await serveSession(session, { resources, events: recordingOf(one) });
    const timer = await UsabilityTimer.start(page);
    await session.startOpening(src);
    await expect(session.requests.at(2)).toBeVisible({ timeout: 20_000 });
    await session.requests.at(2).click();
    await expect(session.details).toBeVisible();
    const usable = await timer.untilDetails();
    annotate("details shown after", usable);
    expect(usable.own, "seconds until the table is usable").toBeLessThan(MAX_SECONDS);
    await expect(replay.recorded.getByText("Still here")).toBeAttached({ timeout: 30_000 });
    if (one.note !== "") await expect(page.getByRole("status", { name: "Replay notes" })).toContainText(one.note);
    await replay.play.click();
    await expect.poll(() => replay.at()).toBeGreaterThan(100);
    const heap = await page.evaluate(
      () => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize,
    );
    expect(heap).toBeLessThan(MAX_HEAP);
    const longest = await timer.longestTask();
    annotate("longest task", longest);
    expect(longest.own, "seconds without a response").toBeLessThan(MAX_SECONDS);
  });
}
