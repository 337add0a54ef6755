// One tab's pages and frames: each session goes on where it was left, and none writes over another's batches.
import { chromium } from "@playwright/test";
import { launchOptions } from "../../support/browser.ts";
import { contents, expect, pageWith, RecordedPage, test } from "../../support/lab/test.ts";

test("a frame that is recorded too has a session of its own, and both go on after a reload", async ({ page, lab }) => {
  const frame = lab.page(pageWith(contents, "<p>Frame</p>"));
  await page.goto(lab.page(pageWith(contents, `<iframe src="${frame}"></iframe>`)));
  const ids = (): Promise<(string | undefined)[]> => Promise.all(page.frames().map((one) => one.evaluate(() => window.recorder.sessionId)));
  const before = await ids();
  expect(new Set(before).size).toBe(2);
  await page.reload();
  expect(await ids()).toEqual(before);
});

test("the back button brings a page back into its session, behind what the page between has added", async ({ lab }) => {
  // Playwright switches that off, and a page that is brought back is what this is about.
  const browser = await chromium.launch({ ...launchOptions(), ignoreDefaultArgs: ["--disable-back-forward-cache"] });
  try {
    const page = await browser.newPage();
    const recorded = new RecordedPage(page, lab);
    await recorded.open();
    const id = await page.evaluate(() => window.recorder.sessionId);
    await page.evaluate(() => (console.log("first"), window.recorder.flush(), Object.assign(window, { kept: true })));
    await recorded.open();
    for (const word of ["second", "third"]) await page.evaluate((word) => (console.log(word), window.recorder.flush()), word);
    await page.goBack();
    test.skip(!(await page.evaluate(() => "kept" in window)), "This browser loads a page anew where it goes back.");
    await page.evaluate(() => (console.log("fourth"), window.recorder.flush()));
    expect(await page.evaluate(() => window.recorder.sessionId)).toBe(id);
    const files = await recorded.files();
    expect(files.console.map(({ args, pageId }) => [args[0], pageId])).toEqual([["first", "page-1"], ["second", "page-2"], ["third", "page-2"], ["fourth", "page-1"]]);
    expect(files.manifest.pages.map((one) => one.id)).toEqual(["page-1", "page-2"]);
    // Its changes build on a picture of this page again, not of the one between.
    expect(files.events.filter(({ type }) => type === 2).length).toBeGreaterThanOrEqual(3);
  } finally {
    await browser.close();
  }
});

test("a page that is brought back after its session was ended begins another", async ({ page, recorded }) => {
  await recorded.open();
  const ids = await page.evaluate(async () => {
    const before = window.recorder.sessionId;
    dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
    const key = "replayscope.session";
    sessionStorage.setItem(key, (sessionStorage.getItem(key) ?? "").replace('"isLeft":true', '"isLeft":false'));
    dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
    console.log("of the other session");
    await window.recorder.flush();
    return [before, window.recorder.sessionId];
  });
  expect(new Set(ids).size).toBe(2);
  const { manifest, console: entries } = await recorded.files();
  expect(manifest).toMatchObject({ id: ids[1], pages: [{ id: "page-1" }] });
  expect(entries.map(({ args }) => args[0])).toEqual(["of the other session"]);
});
