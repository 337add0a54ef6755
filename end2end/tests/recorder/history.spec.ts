// Pages and frames of a tab: each session continues after unloads, and none overwrites another's
// batches.
import { contents, expect, pageWith, test } from "../../support/lab/test.ts";

test("a recorded frame has its own session, and both sessions continue after a reload", async ({ page, lab }) => {
  const frame = lab.page(pageWith(contents, "<p>Frame</p>"));
  await page.goto(lab.page(pageWith(contents, `<iframe src="${frame}"></iframe>`)));
  const ids = (): Promise<(string | undefined)[]> =>
    Promise.all(page.frames().map((each) => each.evaluate(() => window.recorder.sessionId)));
  const before = await ids();
  expect(new Set(before).size).toBe(2);
  await page.reload();
  expect(await ids()).toEqual(before);
});

test("a sandboxed frame, without storage and locks, is recorded in memory", async ({ page, lab }) => {
  const frame = lab.page(pageWith({ ...contents, endpoint: `${lab.origin}/collect/sandboxed` }, "<p>Frame</p>"));
  await page.goto(
    lab.page(
      `<!doctype html><title>Sandbox</title><link rel=icon href=data:,><iframe sandbox="allow-scripts" src="${frame}"></iframe>`,
    ),
  );
  const [, sandboxed] = page.frames();
  const type = await sandboxed?.evaluate(
    async () => (await window.recorder.flush(), (await window.recorder.zip()).type),
  );
  expect(type).toBe("application/zip");
});

test("a page restored from the back/forward cache continues its session after the batches of the pages in between", async ({
  page,
  lab,
  recorded,
}) => {
  await recorded.open({ ...contents, endpoint: `${lab.origin}/collect/back` });
  const id = await page.evaluate(() => window.recorder.sessionId);
  await page.evaluate(() => (console.log("before"), window.recorder.flush()));
  const lastSequence = lab.collector.sequences(id).at(-1) ?? 0;
  // Simulates the back/forward cache, which browsers under automation disable, and a page in
  // between.
  await page.evaluate(async () => {
    dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
    const key = "replayscope.session";
    const state = JSON.parse(sessionStorage.getItem(key) ?? "") as { sequence: number; pages: object[] };
    sessionStorage.setItem(
      key,
      JSON.stringify({
        ...state,
        sequence: state.sequence + 5,
        pages: [...state.pages, { ...state.pages[0], id: "page-2" }],
      }),
    );
    dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
    console.log("after");
    await window.recorder.flush();
  });
  const added = lab.collector.received.filter(
    ({ head, lines }) => head.session === id && JSON.stringify(lines).includes('"after"'),
  );
  expect(added.map(({ head }) => head.sequence > lastSequence + 6)).toEqual([true]);
  expect(added[0]?.head.manifest.pages.map(({ id }) => id)).toEqual(["page-1", "page-2"]);
  // Its mutations refer to a new snapshot of this page, not to one of the page in between.
  expect(lab.collector.session(id).events.filter(({ type }) => type === 2).length).toBeGreaterThanOrEqual(2);
});

test("a page restored from the back/forward cache after its session has ended starts a new one", async ({
  page,
  recorded,
}) => {
  await recorded.open();
  const ids = await page.evaluate(async () => {
    const before = window.recorder.sessionId;
    dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
    const key = "replayscope.session";
    sessionStorage.setItem(
      key,
      (sessionStorage.getItem(key) ?? "").replace('"isResumable":true', '"isResumable":false'),
    );
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
