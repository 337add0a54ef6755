// What looks wrong in a recording.
import { expect, test } from "../support/app.ts";

function entry(nth: number, url: string, status: number): object {
  return {
    startedDateTime: new Date(Date.parse("2026-03-01T10:00:00Z") + nth * 1000).toISOString(),
    time: 100,
    _resourceType: "fetch",
    request: { method: "GET", url, headers: [] },
    response: { status, headers: [], content: {} },
  };
}

const entries = [
  entry(0, "https://shop.test/api/orders/1", 503),
  entry(1, "https://shop.test/api/orders/2", 503),
  entry(2, "https://shop.test/api/cart", 200),
];

test("findings are counted, listed by rule with their severity, and open their rows", async ({ page, session }) => {
  await session.openEntries(entries);
  const button = page.getByRole("button", { name: /^Findings/ });
  await expect(button).toHaveText(/Findings\s*1$/);
  await button.click();
  const region = page.getByRole("region", { name: "Findings" });
  const item = region.getByRole("list", { name: "Findings" }).getByRole("listitem").first();
  await expect(item).toHaveAttribute("data-severity", "error");
  await expect(item).toHaveAttribute("data-rule", "error-status");
  await expect(item).toContainText("2 × 503 from GET shop.test/api/orders/*");
  await item.getByRole("button", { name: "row 2" }).click();
  await expect(session.requests.row(2)).toHaveAttribute("aria-selected", "true");
  await expect.poll(() => page.url()).toContain("findings=1");
  await page.reload();
  await expect(item).toContainText("2 × 503");
  await region.getByRole("button", { name: "Close findings" }).click();
  await expect(region).toHaveCount(0);
});

test("a recording without anything wrong says so, and what could not be judged", async ({ page, session }) => {
  await session.openEntries([entry(0, "https://shop.test/api/cart", 200)]);
  await page.getByRole("button", { name: /^Findings/ }).click();
  const region = page.getByRole("region", { name: "Findings" });
  await expect(region).toContainText("Nothing looks wrong by the rules that could be applied");
  await region.getByText(/Not judged, because it was not recorded/).click();
  await expect(region.getByRole("list", { name: "Not judged" }).getByRole("listitem").first()).toBeVisible();
});
