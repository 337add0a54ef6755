// What the recorder stores in the browser, and how much of the page's quota it leaves.
import { contents, expect, pageWith, test } from "../../support/lab/test.ts";

test("one key and one database are used, also with frames that are recorded, after a reload and with undelivered batches", async ({
  page,
  lab,
}) => {
  const inner = lab.page(pageWith(contents, "<p>Inner</p>"));
  const options = { ...contents, endpoint: "/api/status/500" };
  await page.goto(lab.page(pageWith(options, `<iframe src="${inner}"></iframe>`)));
  await expect(page.frameLocator("iframe").getByText("Inner")).toBeVisible();
  await page.evaluate(async () => {
    localStorage.clear();
    await window.recorder.flush();
  });
  await page.reload();
  const used = await page.evaluate(async () => ({
    session: Object.keys(sessionStorage),
    local: Object.keys(localStorage),
    databases: (await indexedDB.databases()).map(({ name }) => name),
    caches: await caches.keys(),
    cookie: document.cookie,
  }));
  expect(used).toEqual({
    session: ["replayscope.session"],
    local: [],
    databases: ["replayscope"],
    caches: [],
    cookie: "",
  });
});

test("a page that unloads keeps half of its free session storage", async ({ page, lab }) => {
  await page.goto(lab.page(pageWith(contents)));
  await page.evaluate(() => {
    sessionStorage.setItem("of the page", "x".repeat(4_600_000));
    // Never stored: the database is closed, and the batch is too large for what is left.
    Object.defineProperty(IDBDatabase.prototype, "transaction", {
      value: () => {
        throw new Error("closed");
      },
    });
    for (let line = 0; line < 60; line += 1) console.log("y".repeat(9_000));
  });
  await page.goto(lab.page("<!doctype html><title>Without</title>"));
  const written = await page.evaluate(() => {
    sessionStorage.setItem("more of the page", "z".repeat(300_000));
    return Object.keys(sessionStorage).sort();
  });
  expect(written).toEqual(["more of the page", "of the page", "replayscope.session"]);
});

test("the database is used only while the page has room left, and nothing is lost", async ({ page, lab, recorded }) => {
  const session = await page.context().newCDPSession(page);
  await session.send("Storage.overrideQuotaForOrigin", { origin: lab.origin, quotaSize: 6_000_000 });
  const warnings: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "warning") warnings.push(message.text());
  });
  await page.goto(lab.page(pageWith(contents)));
  const failure = await page.evaluate(async () => {
    for (let batch = 0; batch < 20; batch += 1) {
      // Text that the database cannot compress.
      for (let line = 0; line < 40; line += 1)
        console.log(Array.from({ length: 1000 }, () => Math.random().toString(36).slice(2, 11)).join(" "));
      await window.recorder.flush();
    }
    const bytes = crypto.getRandomValues(new Uint8Array(65536));
    const mine = await caches.open("of the page");
    return mine.put("/mine", new Response(new Blob(Array.from({ length: 16 }, () => bytes)))).then(
      () => "none",
      (error: Error) => error.name,
    );
  });
  expect(failure).toBe("none");
  expect(warnings.filter((text) => text.includes("storage"))).toHaveLength(1);
  expect((await recorded.files()).console).toHaveLength(800);
  await session.send("Storage.overrideQuotaForOrigin", { origin: lab.origin });
});
