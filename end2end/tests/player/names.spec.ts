// Form fields and images with the names of properties: the replayer reads the page as if they had
// none.
import { expect, test } from "../../support/player.ts";
import type { PlayerPage } from "../../support/pages/player.ts";
import { RecordedPage, type RecordedNode } from "../../support/recorded-page.ts";

/** A page with that in its form, and all that may happen to it afterwards. */
function recording(named: (page: RecordedPage) => RecordedNode[]): RecordedPage {
  const page = new RecordedPage();
  const text = page.text("first");
  const label = page.element("label", { id: "label" }, text);
  const form = page.element("form", { id: "form" }, label, ...named(page));
  const last = page.element("p", { id: "last" }, page.text("last"));
  page.snapshot(0, [form, last]);
  page.add(3, 50, { source: 1, positions: [{ x: 5, y: 5, id: text.id, timeOffset: 0 }] });
  page.add(3, 60, { source: 2, type: 2, id: form.id, x: 5, y: 5 });
  page.mutation(100, {
    texts: [{ id: text.id, value: "second" }],
    attributes: [{ id: form.id, attributes: { class: "changed" } }],
  });
  for (const [at, parentId, id] of [
    [150, form.id, "added"],
    [200, page.ids.body, "behind"],
  ] as const) {
    const paragraph = page.element("p", { id });
    page.mutation(at, {
      adds: [
        { parentId, nextId: null, node: paragraph },
        { parentId: paragraph.id, nextId: null, node: page.text(id) },
      ],
    });
  }
  page.mutation(250, { removes: [{ id: last.id, parentId: page.ids.body }] });
  page.add(3, 260, { source: 3, id: form.id, x: 0, y: 5 });
  return page.add(3, 400, { source: 4, width: 800, height: 600 });
}

async function expectAll(player: PlayerPage): Promise<void> {
  await expect(player.recorded.locator("form#form.changed > label#label:first-child")).toHaveText("second");
  await expect(player.recorded.locator("form > #added")).toHaveText("added");
  await expect(player.recorded.locator("body > #behind")).toHaveText("behind");
  await expect(player.recorded.locator("#last")).toHaveCount(0);
}

const tags = ["input", "img", "button", "select", "textarea", "fieldset", "output"];
const readNames = [
  "parentElement",
  "parentNode",
  "nodeType",
  "nodeName",
  "childNodes",
  "tagName",
  "shadowRoot",
  "insertBefore",
  "appendChild",
  "removeChild",
  "nextSibling",
  "firstChild",
  "attributes",
  "setAttribute",
  "classList",
  "style",
  "ownerDocument",
  "getRootNode",
  "contains",
  "scrollTop",
  "matches",
  "textContent",
  "getElementsByTagName",
  "querySelectorAll",
  "addEventListener",
  "defaultView",
  "body",
  "head",
  "documentElement",
  "createElement",
  "implementation",
  "open",
  "close",
  "write",
  "adoptedStyleSheets",
  "fonts",
  "dispatchEvent",
  "__proto__",
  "toString",
];

for (const attribute of ["name", "id"]) {
  for (const tag of tags) {
    test(`${tag} elements whose ${attribute} is that of a property`, async ({ player }) => {
      await player.visit();
      const page = recording((page) =>
        readNames.map((name) =>
          page.element(tag, { [attribute]: name, ...(tag === "img" && attribute === "id" ? { name: "x" } : {}) }),
        ),
      );
      await player.open(page.texts);
      await player.seek(350);
      await expectAll(player);
      await player.request({ type: "play", at: 0 }, "ended");
      await expectAll(player);
    });
  }
}

test("no element has the name of a property of forms and documents that the replayer reads", async ({ player }) => {
  await player.visit();
  const properties = await player.page.evaluate(() => {
    const all = new Set<string>();
    const prototypes = [HTMLFormElement, HTMLElement, Element, HTMLDocument, Document, Node, EventTarget].map(
      ({ prototype }): object => prototype,
    );
    for (const prototype of prototypes) for (const name of Object.getOwnPropertyNames(prototype)) all.add(name);
    return [...all];
  });
  expect(properties.length).toBeGreaterThan(200);
  const page = recording((page) =>
    properties.flatMap((name) => [
      page.element("input", { name }),
      page.element("img", { name }),
      page.element("img", { name: "x", id: name }),
      page.element("form", { name }),
    ]),
  );
  await player.open(page.texts);
  await player.seek(350);
  await expectAll(player);
  await player.request({ type: "play", at: 0 }, "ended");
  await expectAll(player);
});

test("clobbering names in mutations have no effect", async ({ player }) => {
  await player.visit();
  const page = recording((page) => [page.element("input", { id: "field" })]);
  const field = 16;
  const early = readNames.map((name, at) => ({
    type: 3,
    timestamp: (page.events[0]?.timestamp ?? 0) + 1 + at / 100,
    data: { source: 0, texts: [], removes: [], adds: [], attributes: [{ id: field, attributes: { name, id: name } }] },
  }));
  page.events.splice(2, 0, ...early);
  await player.open(page.texts);
  await player.seek(350);
  await expectAll(player);
});

test("names that shadow no property are kept for style sheets", async ({ player }) => {
  await player.visit();
  const page = recording((page) => [
    page.element("style", { _cssText: "[name=title] { color: rgb(1, 2, 3) } #location { color: rgb(4, 5, 6) }" }),
    page.element("input", { name: "title" }),
    page.element("input", { id: "location" }),
  ]);
  await player.open(page.texts);
  await player.seek(350);
  await expect(player.recorded.locator("[name=title]")).toHaveCSS("color", "rgb(1, 2, 3)");
  await expect(player.recorded.locator("#location")).toHaveCSS("color", "rgb(4, 5, 6)");
});

test("blocked resources are counted on pages with clobbering names", async ({ player, server }) => {
  await player.visit();
  const page = recording((page) =>
    ["addEventListener", "nodeType"].map((name) =>
      page.element("img", { name, src: `${server.openOrigin}${server.tagged(`${name}.png`)}` }),
    ),
  );
  await player.open(page.texts);
  await player.seek(100);
  await expect.poll(async () => (await player.reports("blocked")).at(-1)).toMatchObject({ count: 2 });
});
