// What a recorded page is allowed to fetch does not learn where the viewer is.
import { expect, test } from "../../support/player.ts";
import { RecordedPage, type RecordedNode } from "../../support/recorded-page.ts";

test("no request of a replay has a Referer", async ({ player, server }) => {
  await player.visit("replay-remote.html");
  const page = new RecordedPage();
  const at = (name: string): string => server.openOrigin + server.tagged(name);
  const css = (name: string): string =>
    `@import "${at(`${name}-import.css`)}"; @font-face { font-family: ${name}; src: url(${at(`${name}.woff2`)}) } .${name} { font-family: ${name}; background: url(${at(`${name}-background.png`)}) }`;
  const parts = (name: string): RecordedNode[] => [
    page.element("style", { _cssText: css(name) }),
    page.element("p", { class: name }, page.text("text")),
    page.element("img", { src: at(`${name}.png`) }),
    page.element("p", { style: `background: url(${at(`${name}-style.png`)})` }, page.text("text")),
    page.element("link", { rel: "stylesheet", href: at(`${name}-link.css`) }),
    page.svg("svg", {}, page.svg("image", { href: at(`${name}-svg.png`), width: 5, height: 5 })),
    page.element("img", { referrerpolicy: "unsafe-url", src: at(`${name}-policy.png`) }),
  ];
  const frame = page.element("iframe");
  page.snapshot(
    0,
    [...parts("body"), frame],
    [page.element("meta", { name: "referrer", content: "unsafe-url" }), ...parts("head")],
  );
  const html = page.element("html", {}, page.element("head", {}), page.element("body", {}, ...parts("framed")));
  page.mutation(50, { adds: [{ parentId: frame.id, nextId: null, node: { type: 0, id: 9_000, childNodes: [html] } }] });
  for (const node of parts("added")) page.append(100, page.ids.body, node);
  page.add(3, 500, { source: 4, width: 800, height: 600 });
  await player.open(page.texts);
  await player.seek(20);
  await player.seek(200);
  await player.request({ type: "play", at: 0 }, "ended");
  await expect
    .poll(async () => Object.keys(await server.referrers()))
    .toEqual(
      expect.arrayContaining([
        "/body-background.png",
        "/body.woff2",
        "/body.png",
        "/body-style.png",
        "/body-link.css",
        "/body-import.css",
        "/framed-background.png",
        "/framed.woff2",
        "/framed.png",
        "/added-style.png",
      ]),
    );
  const withReferrer = Object.entries(await server.referrers()).filter(([, referrer]) => referrer !== null);
  expect(withReferrer).toEqual([]);
});
