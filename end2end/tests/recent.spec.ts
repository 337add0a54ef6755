// What was opened last, on the start page.
import { expect, test } from "../support/app.ts";

test("files and addresses are listed by name, reopened and forgotten", async ({ home, page, session }) => {
  await home.visit();
  const list = page.getByRole("list", { name: "Recent" });
  await expect(list).toHaveCount(0);
  await home.openUrl("fixtures/har/order.har");
  await session.expectLoaded();
  await home.visit();
  await home.pick("har/order.har");
  await session.expectLoaded();
  await home.visit();
  await expect(list.getByRole("listitem")).toHaveCount(2);
  await expect(list.getByRole("listitem").first()).toContainText("order.har choose the file again");
  await list.getByRole("link", { name: "fixtures/har/order.har", exact: true }).click();
  await session.requests.expectRowCount(5);
  await home.visit();
  await page.getByRole("button", { name: "Forget order.har", exact: true }).click();
  await expect(list.getByRole("listitem")).toHaveCount(1);
  await page.getByRole("button", { name: "Clear recent" }).click();
  await expect(list).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole("button", { name: "Open file" })).toBeVisible();
  await expect(list).toHaveCount(0);
});

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
