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
