// Files that are read again by their handles, on the start page.
import { expect, test } from "../support/app.ts";
import { launchOptions } from "../support/browser.ts";

// The headless shell asks for a permission that nobody can give.
test.use({ launchOptions: launchOptions() });

test("a file with a handle is read again without the dialog", async ({ home, page, session }) => {
  const url = "https://shop.test/";
  const entry = { startedDateTime: "2026-03-01T10:00:00Z", time: 1, request: { method: "GET", url }, response: {} };
  const har = JSON.stringify({ log: { version: "1.2", creator: { name: "x", version: "1" }, entries: [entry] } });
  // A dialog that returns a handle of the browser's own file system, once.
  await page.addInitScript((content) => {
    const pick = async (): Promise<FileSystemFileHandle[]> => {
      if (sessionStorage.getItem("picked") !== null) throw new Error("picked already");
      sessionStorage.setItem("picked", "yes");
      const folder = await navigator.storage.getDirectory();
      const handle = await folder.getFileHandle("shop.har", { create: true });
      const writable = await handle.createWritable();
      await writable.write(content);
      await writable.close();
      return [handle];
    };
    Object.assign(window, { showOpenFilePicker: pick });
  }, har);
  await home.visit();
  await home.pickGenerated({ name: "shop.har", content: har });
  await session.requests.expectRowCount(1);
  const item = page.getByRole("list", { name: "Recent" }).getByRole("listitem");
  for (const hint of ["shop.har choose the file again", "shop.har"]) {
    await home.visit();
    await expect(item.locator(".home-recent-name")).toHaveText(hint);
    await item.getByRole("button", { name: "shop.har", exact: true }).click();
    await session.requests.expectRowCount(1);
  }
});
