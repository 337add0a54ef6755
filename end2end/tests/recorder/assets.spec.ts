// Images and fonts that are recorded with the page, and what a replay shows of them.
import type { Page } from "@playwright/test";
import type { Options } from "../../../recorder/src/index.ts";
import { PlayerPage } from "../../support/pages/player.ts";
import { startedAt } from "../../support/recorded-page.ts";
import { contents, expect, test, type RecordedPage } from "../../support/lab/test.ts";
import { runWithAndWithout } from "../../support/recorder-pages.ts";

const options: Options = { ...contents, recordAssets: true };

type Files = Awaited<ReturnType<RecordedPage["files"]>>;

interface Asset {
  url: string;
  content: string;
}

function assetsOf({ events }: Files): Asset[] {
  return events.flatMap(({ data }) => (data as { assets?: Asset[] }).assets ?? []);
}

const namesOf = (files: Files): string[] =>
  assetsOf(files)
    .map(({ url }) => url.slice(url.lastIndexOf("/") + 1))
    .sort();

const textOf = ({ content }: Asset): string =>
  Buffer.from(content.slice(content.indexOf(",") + 1), "base64").toString();

/** Waits until the page has loaded its images and fonts. */
const load = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    await document.fonts.ready;
    const isLoaded = (image: HTMLImageElement): boolean => image.complete;
    while (![...document.images].every(isLoaded)) await new Promise((resolve) => setTimeout(resolve, 10));
  });

/** The end of a recording in the player. */
async function replay(page: Page, files: Files): Promise<PlayerPage> {
  const player = new PlayerPage(page);
  await player.visit();
  await player.open(
    files.events.map((event) => JSON.stringify(event)),
    "opened",
    files.events.map(({ type, timestamp }) => ({ type, timestamp })),
  );
  await player.seek((files.events.at(-1)?.timestamp ?? 0) - startedAt);
  return player;
}

test("same-origin images and fonts are recorded once and replayed, others are not", async ({ page, lab, recorded }) => {
  const other = lab.origin.replace("127.0.0.1", "localhost");
  await recorded.open(
    options,
    `<img id="own" src="/assets/image.svg?color=red"><img id="again" src="/assets/image.svg?color=red#part">
    <img id="other" src="${other}/assets/image.svg?color=blue">
    <img id="large" src="/assets/image.svg?comment=600000">
    <img id="private" src="/assets/image.svg?cache=no-store">
    <img id="secret" src="/assets/image.svg?access_token=hush">
    <div class="replayscope-block"><img src="/assets/image.svg?blocked"></div>
    <img id="chosen" srcset="/assets/image.svg?color=green 1x, /assets/image.svg?unused 4x">
    <p id="styled" style="background: url('/assets/image.svg?color=teal')">Street</p>
    <svg><image id="drawn" width="20" height="20" href="/assets/image.svg?color=lime" /></svg>
    <input id="button" type="image" src="/assets/image.svg?color=navy">`,
    `<style>@font-face { font-family: Strokes; src: url(/assets/font.ttf); } p { font-family: Strokes; }
      body { background-image: url("/assets/image.svg?color=pink"); }</style>`,
  );
  await load(page);
  await expect
    .poll(async () => namesOf(await recorded.files()))
    .toEqual([
      "font.ttf",
      ...["green", "lime", "navy", "pink", "red", "teal"].map((color) => `image.svg?color=${color}`),
    ]);
  const files = await recorded.files();
  expect(textOf(assetsOf(files).find(({ url }) => url.endsWith("red")) as Asset)).toContain('fill="red"');
  expect(files.requests("image.svg?color=red")).toMatchObject([{ initiatorType: "img" }]);
  expect(files.resources.filter(({ initiatorType }) => initiatorType === "fetch")).toEqual([]);

  const { recorded: replayed } = await replay(page, files);
  const width = (id: string): Promise<number> =>
    replayed.locator(id).evaluate((image) => (image as HTMLImageElement).naturalWidth);
  for (const id of ["#own", "#again", "#chosen"]) await expect.poll(() => width(id)).toBe(20);
  // Not fetched.
  for (const id of ["#other", "#large", "#private", "#secret"]) expect(await width(id)).toBe(0);
  await expect(replayed.locator("#styled")).toHaveCSS("background-image", /^url\("data:image\/svg/);
  await expect(replayed.locator("body")).toHaveCSS("background-image", /^url\("data:image\/svg/);
  await expect(replayed.locator("#drawn")).toHaveAttribute("href", /^data:image\/svg/);
  await expect(replayed.locator("#button")).toHaveAttribute("src", /^data:image\/svg/);
  const hasFont = (): Promise<boolean> =>
    replayed.locator("body").evaluate(async ({ ownerDocument: { fonts } }) => {
      await fonts.ready;
      return [...fonts].some(({ status }) => status === "loaded");
    });
  await expect.poll(hasFont).toBe(true);
});

test("a page observes its requests, its nodes and its console as without the recording of files", async ({
  page,
  lab,
  recorded,
}) => {
  const run = `
    const nodes = [];
    new MutationObserver((records) => nodes.push(...records.map(({ type }) => type)))
      .observe(document, { subtree: true, childList: true, attributes: true });
    const fetched = [];
    const native = window.fetch;
    window.fetch = (...args) => (fetched.push(args[0]), native(...args));
    const image = Object.assign(new Image(), { src: "/assets/image.svg?color=olive" });
    await image.decode();
    document.body.append(image);
    await document.fonts.load("12px Strokes");
    if (window.recorder) await recorder.flush();
    return [nodes, fetched, document.body.innerHTML];`;
  const before = `<style>@font-face { font-family: Strokes; src: url(/assets/font.ttf); }</style>`;
  const result = await runWithAndWithout({ page, lab, recorded }, { before, options, run });
  expect(result.with).toEqual(result.without);
  await expect.poll(async () => namesOf(await recorded.files())).toEqual(["font.ttf", "image.svg?color=olive"]);
});

test("a reload records only the files that are new", async ({ page, recorded }) => {
  await recorded.open(options, `<img src="/assets/image.svg?color=red">`);
  await expect.poll(async () => namesOf(await recorded.files())).toHaveLength(1);
  await page.reload();
  await page.evaluate(() => {
    document.body.append(Object.assign(new Image(), { src: "/assets/image.svg?color=gold" }));
  });
  await expect
    .poll(async () => namesOf(await recorded.files()))
    .toEqual(["image.svg?color=gold", "image.svg?color=red"]);
});

const without: [what: string, options: Options][] = [
  ["by default", contents],
  ["with strict privacy", { ...options, privacySetting: "strict" }],
  ["above the limit of a file", { ...contents, recordAssets: { fileLimit: 100 } }],
  ["above the limit of a session", { ...contents, recordAssets: { totalLimit: 100 } }],
  ["from a blocked URL", { ...options, networkRecording: { recordHeadersAndBody: true, urlBlocklist: ["/assets/"] } }],
];

for (const [what, settings] of without) {
  test(`no file is recorded ${what}`, async ({ page, recorded }) => {
    await recorded.open(settings, `<img src="/assets/image.svg?color=red">`);
    await load(page);
    await page.evaluate(() => window.recorder.flush());
    await expect.poll(async () => (await recorded.files()).requests("/assets/image.svg?color=red")).toHaveLength(1);
    expect(namesOf(await recorded.files())).toEqual([]);
  });
}
