// Recordings that try to run scripts, send requests or navigate. None of it happens, whether it is
// in the snapshot, is added later, or is set on an element that was harmless.
import type { Page, Request } from "@playwright/test";
import { expect, test } from "../../support/player.ts";
import { RecordedPage, type RecordedNode } from "../../support/recorded-page.ts";
import type { PlayerPage } from "../../support/pages/player.ts";

const mark = "parent.parent.ranBy = 1; top.ranBy = 1";
const script = `javascript:${mark}`;

/** Everything that could run or fetch, each with an address of its own below `beacon`. */
function tricks(page: RecordedPage, beacon: string): RecordedNode[] {
  const { element, svg, text } = {
    element: page.element.bind(page),
    svg: page.svg.bind(page),
    text: page.text.bind(page),
  };
  const at = (name: string): string => `${beacon}/${name}`;
  return [
    element("script", {}, text(mark)),
    element("SCRIPT", { src: at("script.js") }),
    element("script", { src: "/rrweb-player.js", type: "module" }),
    svg("script", { href: at("svg.js") }, text(mark)),
    svg("svg:script", { "xlink:href": at("svg2.js") }, text(mark)),
    element("noscript", {}, element("img", { src: at("noscript.png") })),
    element("img", { src: "data:image/png;base64,x", onerror: mark }),
    element("img", { src: at("img.png"), onload: mark, ONERROR: mark }),
    element("img", { srcset: `${at("srcset.png")} 1x` }),
    element("input", { type: "image", src: at("input.png") }),
    element("body", { onload: mark, background: at("background.png") }),
    element("div", { onclick: mark, onmouseover: mark, onanimationstart: mark }),
    element("a", { id: "link", href: script, ping: at("ping") }, text("link")),
    element("a", { href: at("a"), target: "_top" }, text("away")),
    element("area", { href: script }),
    element("form", { action: script }, element("button", { id: "send", formaction: at("form") }, text("send"))),
    element("iframe", { src: script }),
    element("iframe", { src: at("frame.html") }),
    element("iframe", { srcdoc: `<script>${mark}</script><img src="${at("srcdoc.png")}">` }),
    element("frame", { src: at("frame2.html") }),
    element("object", { data: at("object.html") }),
    element("embed", { src: at("embed.html") }),
    element("portal", { src: at("portal.html") }),
    element("meta", { "http-equiv": "refresh", content: `0; url=${at("refresh")}` }),
    element("meta", { "HTTP-EQUIV": "Refresh", content: `0; url=${script}` }),
    element("meta", { "http-equiv": "Content-Security-Policy", content: "default-src *" }),
    element("meta", { name: "referrer", content: "unsafe-url" }),
    element("base", { href: `${beacon}/` }),
    ...[
      "preload",
      "prefetch",
      "preconnect",
      "dns-prefetch",
      "modulepreload",
      "prerender",
      "manifest",
      "icon",
      "stylesheet",
      "import",
    ].map((rel) =>
      element("link", { rel, href: at(`link-${rel}`), as: "image", imagesrcset: `${at("imagesrcset")} 1x` }),
    ),
    element("link", { rel: "modulepreload", href: "/rrweb-player.js" }),
    element("link", { rel: "stylesheet", href: "/own-style.css" }),
    element("style", {
      _cssText: `@import "${at("import.css")}"; body { background: url(${at("css.png")}) } @font-face { font-family: F; src: url(${at("font.woff2")}) } b { font-family: F }`,
    }),
    element(
      "b",
      { style: `background: url(${at("style.png")}); content: image-set("${at("set.png")}" 1x)` },
      text("bold"),
    ),
    element(
      "video",
      { src: at("video.mp4"), poster: at("poster.png"), autoplay: "", rr_mediaState: "played" },
      element("source", { src: at("source.mp4") }),
      element("track", { src: at("track.vtt"), default: "" }),
    ),
    element("audio", { src: at("audio.mp3"), autoplay: "" }),
    svg(
      "svg",
      {},
      svg("use", { href: at("use.svg#x") }),
      svg("image", { "xlink:href": at("image.png") }),
      svg("feimage", { href: at("feimage.png") }),
      svg("a", { "xlink:href": script }, svg("animate", { attributeName: "href", values: script, begin: "0s" })),
      svg("set", { attributeName: "onmouseover", to: mark }),
      svg(
        "foreignobject",
        {},
        element("iframe", { srcdoc: `<script>${mark}</script>` }),
        element("script", {}, text(mark)),
      ),
    ),
    element("canvas", { rr_dataURL: at("canvas.png") }),
    element("img", { rr_dataURL: at("data.png"), src: at("data2.png") }),
    element("input", { autofocus: "", onfocus: mark }),
    element("x-custom", { is: "x-custom", onload: mark }),
    element("constructor"),
    element("__proto__"),
    element("not a name"),
    element("template", { shadowrootmode: "open" }, element("script", {}, text(mark))),
    { type: 4, id: 9_001, textContent: "cdata" },
  ];
}

/** What is set on elements that had nothing of the kind. */
function turn(page: RecordedPage, at: number, beacon: string, ids: Record<string, number>): void {
  page.change(at, ids["img"] ?? 0, { src: `${beacon}/turned.png`, onerror: mark, referrerpolicy: "unsafe-url" });
  page.change(at, ids["a"] ?? 0, { href: script, ping: `${beacon}/turned-ping` });
  page
    .change(at, ids["iframe"] ?? 0, { src: script, srcdoc: `<script>${mark}</script>` })
    .change(at, ids["iframe"] ?? 0, { src: `${beacon}/turned.html` });
  page
    .change(at, ids["link"] ?? 0, { rel: "preconnect" })
    .change(at, ids["link"] ?? 0, { href: `${beacon}/turned-link` });
  page.change(at, ids["meta"] ?? 0, { "http-equiv": "refresh", content: `0; url=${beacon}/turned-refresh` });
  page.mutation(at, {
    texts: [{ id: ids["script"], value: mark }],
    attributes: [{ id: ids["script"], attributes: { src: `${beacon}/turned.js` } }],
  });
  page.add(3, at, { source: 10, family: "G", fontSource: `url(${beacon}/turned.woff2)`, buffer: false });
  page.add(3, at, { source: 8, id: ids["style"], adds: [{ rule: `i { background: url(${beacon}/rule.png) }` }] });
  page.add(3, at, {
    source: 9,
    id: ids["canvas"],
    type: 0,
    commands: [{ property: "drawImage", args: [{ rr_type: "HTMLImageElement", src: `${beacon}/drawn.png` }] }],
  });
  page.add(3, at, {
    source: 9,
    id: ids["canvas"],
    type: 0,
    property: "constructor",
    args: [{ rr_type: "Function", args: [mark] }],
  });
  page
    .add(3, at, { source: 2, type: 2, id: ids["a"], x: 5, y: 5 })
    .add(3, at, { source: 2, type: 4, id: ids["a"], x: 5, y: 5 });
}

/** A recording with the tricks in its snapshot, added later, and set on what was harmless. */
function hostile(beacon: string): RecordedPage {
  const page = new RecordedPage();
  const plain = ["img", "a", "iframe", "link", "meta", "script", "style", "canvas", "i"].map((tag) =>
    page.element(tag, { class: "plain" }, page.text("plain")),
  );
  const ids = Object.fromEntries(plain.map((node): [string, number] => [String(node["tagName"]), node.id]));
  page.snapshot(0, [page.element("h1", {}, page.text("Hostile")), ...plain, ...tricks(page, `${beacon}/snapshot`)]);
  for (const node of tricks(page, `${beacon}/added`)) page.append(100, page.ids.body, node);
  // Recorders of frames add a document with its descendants.
  const html = page.element("html", {}, page.element("body", {}, ...tricks(page, `${beacon}/framed`)));
  page.mutation(200, {
    adds: [{ parentId: ids["iframe"], nextId: null, node: { type: 0, id: 9_000, childNodes: [html] } }],
  });
  turn(page, 300, `${beacon}/turned`, ids);
  return page.add(3, 600, { source: 4, width: 800, height: 600 });
}

/** Shows the recording in both ways: by seeking into it, and by playing it. */
async function showAll(player: PlayerPage, beacon: string): Promise<void> {
  await player.open(hostile(beacon).texts);
  await player.seek(500);
  await expect(player.recorded.locator("h1")).toHaveText("Hostile");
  await player.request({ type: "play", at: 0 }, "ended");
  await expect(player.recorded.locator("h1")).toHaveText("Hostile");
}

/** Addresses that the browser asked for from here on, without those of the player itself and those that its policy stopped. */
function requestsOf(page: Page): string[] {
  const requests: string[] = [];
  const note = (request: Request): void => {
    if (!/^data:|\/(?:player-harness\.html|replay(?:-remote)?\.html|rrweb-player\.js)$/.test(request.url()))
      requests.push(request.url());
  };
  page.on("requestfinished", note);
  page.on("requestfailed", (request) => {
    if (request.failure()?.errorText !== "csp") note(request);
  });
  return requests;
}

test("a recording runs no scripts and sends no requests", async ({ player, page, server }) => {
  const requests = requestsOf(page);
  const popups: unknown[] = [];
  page.on("popup", (popup) => popups.push(popup));
  page.on("dialog", (dialog) => popups.push(dialog));
  await player.visit();
  await showAll(player, server.openOrigin + server.tagged("beacon"));
  // Attacks that need user input: links and buttons receive neither pointer nor keyboard events.
  await page.mouse.click(400, 300);
  for (let key = 0; key < 5; key += 1) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await player.seek(550);
  expect(requests).toEqual([]);
  expect(await server.counts()).toEqual({});
  expect(popups).toEqual([]);
  expect(new URL(page.url()).pathname).toBe("/player-harness.html");
  for (const frame of page.frames()) expect(await frame.evaluate(() => "ranBy" in window), frame.url()).toBe(false);
});

test("the sanitized page is safe without its sandbox and policy", async ({ player }) => {
  await player.visit();
  await showAll(player, "http://beacon.test");
  const html = await player.recorded.locator("html").evaluate((root) => {
    const inner = [...root.querySelectorAll("iframe")].map(
      (frame) => frame.contentDocument?.documentElement.outerHTML ?? "",
    );
    return [root.outerHTML, ...inner].join("\n");
  });
  const traces = [
    /\son\w+=/i,
    /(?:href|src|action)="\s*javascript:/i,
    /<script/i,
    /srcdoc/i,
    /http-equiv/i,
    /<base/i,
    /<(?:object|embed|frame|portal)\b/i,
    /\sping=/i,
    /action=/i,
    /\srel="(?!stylesheet")/i,
    /referrer/i,
    /autofocus/i,
    /autoplay/i,
  ];
  for (const trace of traces) expect(html).not.toMatch(trace);
  const links = player.recorded.locator("a, area");
  const addresses = await links.evaluateAll((all) =>
    all.map((link) => link.getAttribute("href") ?? link.getAttribute("xlink:href") ?? "#"),
  );
  expect(addresses.length).toBeGreaterThan(0);
  expect(addresses.filter((address) => address !== "#")).toEqual([]);
});

test("the frame of a recording is sandboxed without scripts and inert", async ({ player }) => {
  await player.visit();
  await showAll(player, "http://beacon.test");
  const frame = player.page.frameLocator("#player").locator("iframe");
  await expect(frame).toHaveAttribute("sandbox", "allow-same-origin");
  await expect(frame).toHaveCSS("pointer-events", "none");
  const stage = player.page.frameLocator("#player").locator("#stage");
  await expect(stage).toHaveAttribute("inert", "");
});

test("blocked resources are counted by kind and host", async ({ player, server }) => {
  await player.visit();
  const page = new RecordedPage();
  const at = (name: string): string => server.openOrigin + server.tagged(name);
  page.snapshot(
    0,
    [
      page.element("img", { src: at("one.png") }),
      page.element("img", { src: at("two.png") }),
      page.element("video", { src: at("film.mp4") }),
    ],
    [page.element("link", { rel: "stylesheet", href: at("style.css") })],
  );
  page.add(3, 500, { source: 4, width: 800, height: 600 });
  await player.open(page.texts);
  await player.seek(0);
  await expect
    .poll(async () => (await player.reports("blocked")).at(-1))
    .toMatchObject({
      count: 4,
      kinds: { images: 2, styles: 1, fonts: 0, media: 1, others: 0 },
      hosts: [new URL(server.openOrigin).host],
    });
  await player.seek(400);
  await player.seek(0);
  expect((await player.reports("blocked")).at(-1)).toMatchObject({ count: 4 });
  expect(await server.counts()).toEqual({});
});

test("the document for remote resources loads images, styles and fonts only", async ({ player, page, server }) => {
  const requests = requestsOf(page);
  await player.visit("replay-remote.html");
  const beacon = server.openOrigin + server.tagged("beacon");
  await showAll(player, beacon);
  await expect.poll(() => requests.length).toBeGreaterThan(10);
  await player.seek(550);
  const names = new Set(requests.map((url) => new URL(url).pathname.split("/").at(-1) ?? ""));
  for (const name of ["img.png", "link-stylesheet", "css.png"]) expect([...names]).toContain(name);
  const others =
    /^(?:script|svg2?|turned)\.js$|\.html$|ping|form|refresh|\.mp[34]|vtt|link-(?!stylesheet)|noscript|srcdoc|canvas|drawn|imagesrcset|use\.svg|^a$/;
  expect([...names].filter((name) => others.test(name))).toEqual([]);
  for (const frame of page.frames()) expect(await frame.evaluate(() => "ranBy" in window), frame.url()).toBe(false);
});
