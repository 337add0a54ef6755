// What the recorder keeps alive: nodes, frames and shadow roots that a page removes are collectable
// within two full snapshots.
import type { CDPSession, Page } from "@playwright/test";
import { contents, expect, pageWith, test } from "../../support/lab/test.ts";

interface HeapCounts {
  documents: number;
  nodes: number;
  frames: number;
  shadowRoots: number;
}

/** Live objects after a garbage collection. */
async function countObjects(session: CDPSession): Promise<HeapCounts> {
  await session.send("HeapProfiler.collectGarbage");
  const { documents, nodes } = await session.send("Memory.getDOMCounters");
  const count = async (className: string): Promise<number> => {
    const prototype = await session.send("Runtime.evaluate", { expression: `${className}.prototype` });
    const { objects } = await session.send("Runtime.queryObjects", {
      prototypeObjectId: prototype.result.objectId ?? "",
      objectGroup: "counted",
    });
    const { result } = await session.send("Runtime.callFunctionOn", {
      objectId: objects.objectId ?? "",
      functionDeclaration: "function () { return this.length; }",
      returnByValue: true,
    });
    await session.send("Runtime.releaseObjectGroup", { objectGroup: "counted" });
    return result.value as number;
  };
  return { documents, nodes, frames: await count("HTMLIFrameElement"), shadowRoots: await count("ShadowRoot") };
}

/** Causes two full snapshots, of which one is taken every 2,000 events. */
async function takeSnapshots(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const box = document.querySelector("#box");
    for (let change = 0; change < 4200; change += 1) {
      box?.setAttribute("data-change", String(change));
      await Promise.resolve();
    }
  });
}

/** Adds and removes frames and shadow hosts, in which something changes meanwhile. */
async function addAndRemove(page: Page, count: number): Promise<void> {
  await page.evaluate(async (count) => {
    const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
    for (let round = 0; round < count / 10; round += 1) {
      const added = Array.from({ length: 10 }, (_, index) => {
        const frame = document.createElement("iframe");
        const host = document.createElement("div");
        const root = host.attachShadow({ mode: "open" });
        root.innerHTML = `<p>Text <input value="${index}"></p>`;
        const sheet = new CSSStyleSheet();
        root.adoptedStyleSheets = [sheet];
        document.body.append(frame, host);
        const inner = frame.contentDocument as Document;
        inner.body.innerHTML = "<p>Inner</p>";
        return { frame, host, root, inner };
      });
      await turn();
      for (const { root, inner } of added) {
        root.append("more");
        inner.body.append("more");
      }
      await turn();
      for (const { frame, host } of added) {
        frame.remove();
        host.remove();
      }
      await turn();
    }
  }, count);
}

test("1,000 frames and shadow roots that were added and removed are collectable", async ({ page, lab, recorded }) => {
  test.setTimeout(180_000);
  await page.goto(lab.page(pageWith(contents, `<p id="box">Box</p>`)));
  const session = await page.context().newCDPSession(page);
  await addAndRemove(page, 20);
  await takeSnapshots(page);
  const before = await countObjects(session);
  await addAndRemove(page, 1000);
  await takeSnapshots(page);
  const after = await countObjects(session);
  expect(after.documents - before.documents).toBeLessThan(20);
  expect(after.frames - before.frames).toBeLessThan(20);
  expect(after.shadowRoots - before.shadowRoots).toBeLessThan(20);
  expect(after.nodes - before.nodes).toBeLessThan(1000);
  expect((await recorded.files()).events.length).toBeGreaterThan(4000);
});

test("a frame is recorded once, however many snapshots there have been, also after it navigates", async ({
  page,
  lab,
  recorded,
}) => {
  const other = lab.page("<!doctype html><title>Other</title><p>Other</p>");
  await page.goto(lab.page(pageWith(contents, `<p id="box">Box</p><iframe srcdoc="<p>First</p>"></iframe>`)));
  await expect(page.frameLocator("iframe").getByText("First")).toBeVisible();
  await takeSnapshots(page);
  await page.evaluate((url) => {
    const frame = document.querySelector("iframe") as HTMLIFrameElement;
    frame.removeAttribute("srcdoc");
    frame.src = url;
  }, other);
  await expect(page.frameLocator("iframe").getByText("Other")).toBeVisible();
  const changes = async (text: string): Promise<unknown[]> =>
    (await recorded.files()).events.filter(({ type, data }) => type === 3 && JSON.stringify(data).includes(text));
  await expect.poll(async () => (await changes('"Other"')).length).toBe(1);
  await page.evaluate(() => {
    const inner = document.querySelector("iframe")?.contentDocument as Document;
    (inner.querySelector("p") as HTMLElement).textContent = "Changed once";
  });
  await expect.poll(async () => (await changes("Changed once")).length).toBe(1);
});
