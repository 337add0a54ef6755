// Nodes that a page adds and changes in one task: what is true for an element, such as that it is
// blocked, is found once for all of its descendants.
import { contents, expect, test } from "../../support/lab/test.ts";

interface Mutation {
  adds: {
    node: { tagName?: string; attributes?: Record<string, unknown>; textContent?: string; isCustom?: boolean };
  }[];
  texts: { value: string }[];
}

const mutationsOf = (events: object[]): Mutation[] =>
  events.map((event) => (event as { data: Mutation }).data).filter((data) => Array.isArray(data.adds));

test("of many nodes added in one task, those within blocked and masked elements are hidden", async ({
  page,
  recorded,
}) => {
  await recorded.open(contents, `<main id="main"></main>`);
  await page.evaluate(() => {
    const main = document.querySelector("#main") as HTMLElement;
    for (let row = 0; row < 20; row += 1) {
      const word = ["shown", "blocked", "masked", "visible"][row % 4] as string;
      const item = main.appendChild(document.createElement("section"));
      item.className = ["plain", "other highlight-block", "\n rr-mask\tother", "no-rr-mask rr-blocker"][
        row % 4
      ] as string;
      const inner = item.appendChild(document.createElement("p"));
      inner.append(`${word}${row}`);
      inner.appendChild(document.createElement("b")).textContent = `${word}B`;
    }
    const editable = main.appendChild(document.createElement("div"));
    editable.contentEditable = "true";
    editable.innerHTML = "<i><u>typed</u></i>";
  });
  const { events } = await recorded.files();
  const text = JSON.stringify(events);
  expect(text).not.toMatch(/blocked\w|masked\w|typed/);
  const shown = mutationsOf(events).flatMap(({ adds }) => adds.map(({ node }) => node.textContent ?? ""));
  for (const row of [0, 4, 8, 12, 16]) {
    expect(shown).toContain(`shown${row}`);
    expect(shown).toContain(`visible${row + 3}`);
  }
  expect(shown.filter((value) => value === "shownB" || value === "visibleB")).toHaveLength(10);
  expect(shown).toContain("*****");
});

test("an element that is masked or shown later has its text recorded as it then is", async ({ page, recorded }) => {
  await recorded.open(contents, `<div id="box"><p id="text">first</p></div>`);
  await page.evaluate(async () => {
    const box = document.querySelector("#box") as HTMLElement;
    const text = document.querySelector("#text")?.firstChild as Text;
    const later = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve));
    text.data = "open1";
    await later();
    box.className = "rr-mask";
    await later();
    text.data = "hush2";
    await later();
    box.className = "";
    await later();
    text.data = "open3";
    await later();
  });
  const { events } = await recorded.files();
  const values = mutationsOf(events).flatMap(({ texts }) => texts.map(({ value }) => value));
  expect(values).toEqual(["open1", "*****", "open3"]);
});

test("attributes of every kind of element are recorded with their values", async ({ page, recorded }) => {
  await recorded.open(contents, `<main id="main"></main>`);
  await page.evaluate(() => {
    customElements.define("my-row", class extends HTMLElement {});
    const main = document.querySelector("#main") as HTMLElement;
    const capitals = document.createElement("p");
    capitals.setAttributeNS(null, "dataCapital", "kept");
    capitals.setAttributeNS("urn:x", "x:named", "spaced");
    capitals.setAttribute("empty", "");
    const form = document.createElement("form");
    form.innerHTML = `<input name="attributes"><input name="tagName"><input name="childNodes"><input name="nodeType">`;
    form.setAttribute("data-form", "mine");
    const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    drawing.setAttribute("viewBox", "0 0 1 1");
    const video = document.createElement("video");
    video.setAttribute("autoplay", "");
    video.setAttribute("muted", "");
    main.append(capitals, form, drawing, video, document.createElement("my-row"));
  });
  const { events } = await recorded.files();
  const nodes = mutationsOf(events).flatMap(({ adds }) => adds.map(({ node }) => node));
  const byName = (name: string): unknown => nodes.find(({ tagName }) => tagName === name);
  expect(byName("p")).toMatchObject({ attributes: { dataCapital: "kept", "x:named": "spaced", empty: "" } });
  expect(byName("form")).toMatchObject({ attributes: { "data-form": "mine" } });
  expect(nodes.filter(({ tagName }) => tagName === "input")).toHaveLength(4);
  expect(byName("svg")).toMatchObject({ attributes: { viewBox: "0 0 1 1" }, isSVG: true });
  expect(byName("video")).toMatchObject({ attributes: { muted: "" } });
  expect(byName("video")).not.toHaveProperty("attributes.autoplay");
  expect(byName("my-row")).toMatchObject({ isCustom: true });
});
