// Choosing rows by mouse and by keys.
import { expect, test } from "../support/app.ts";

test.beforeEach(async ({ session }) => {
  await session.open("fixtures/native/session.json");
});

test("a click selects a row and opens its details", async ({ session }) => {
  const { requests } = session;
  await expect(session.details).toHaveCount(0);
  await session.selectRow(4);
  await expect(requests.row(4)).toHaveAttribute("aria-selected", "true");
  await session.selectRow(5);
  await expect(requests.selected).toHaveCount(1);
  await expect(requests.row(5)).toHaveAttribute("aria-selected", "true");
});

test("up and down move through the rows and leave details closed", async ({ session, page }) => {
  const { requests } = session;
  await requests.focus();
  await page.keyboard.press("ArrowDown");
  await expect(requests.row(2)).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("ArrowDown");
  await expect(requests.row(1)).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("ArrowUp");
  await expect(requests.row(2)).toHaveAttribute("aria-selected", "true");
  await expect(session.details).toHaveCount(0);
});

test("Home and End go to the first and the last row and no further", async ({ session, page }) => {
  const { requests } = session;
  await requests.focus();
  await page.keyboard.press("End");
  await expect(requests.row(19)).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("ArrowDown");
  await expect(requests.row(19)).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Home");
  await expect(requests.row(2)).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("ArrowUp");
  await expect(requests.row(2)).toHaveAttribute("aria-selected", "true");
});

test("Enter opens the details of the selected row, Escape closes them and the row stays selected", async ({
  session,
  page,
}) => {
  await session.requests.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(session.details).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(session.details).toHaveCount(0);
  await expect(session.requests.row(2)).toHaveAttribute("aria-selected", "true");
});

test("with details open, keys move from row to row and the details follow", async ({ session, page }) => {
  await session.selectRow(2);
  await session.requests.focus();
  await page.keyboard.press("ArrowDown");
  await expect(session.details).toContainText("app.js");
});

test("Page down and Page up move by what fits on screen", async ({ session, page }) => {
  await session.openEntries(manyEntries(200));
  const { requests } = session;
  const onScreen = await requests.rows.count();
  await requests.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("PageDown");
  const place = async (): Promise<number> => Number(await requests.selected.getAttribute("aria-rowindex")) - 1;
  await expect(requests.selected).toBeInViewport();
  const jump = (await place()) - 1;
  expect(jump).toBeGreaterThan(onScreen - 4);
  expect(jump).toBeLessThanOrEqual(onScreen);
  await page.keyboard.press("PageUp");
  await expect(requests.row(1)).toHaveAttribute("aria-selected", "true");
});

test("/ goes to the filter from anywhere, and is not typed into it", async ({ session, page }) => {
  await session.selectRow(2);
  await page.keyboard.press("/");
  await expect(session.requests.filter).toBeFocused();
  await expect(session.requests.filter).toHaveValue("");
});

test("[ and ] go to the previous and the next row from anywhere", async ({ session, page }) => {
  await session.selectRow(2);
  await page.keyboard.press("]");
  await expect(session.requests.row(1)).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("]");
  await expect(session.requests.row(4)).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("[");
  await expect(session.requests.row(1)).toHaveAttribute("aria-selected", "true");
});

test("keys are text where one types", async ({ session, page }) => {
  await session.selectRow(2);
  await session.requests.filter.focus();
  await page.keyboard.type("[]/?o");
  await expect(session.requests.filter).toHaveValue("[]/?o");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("? lists all shortcuts, Escape closes the list", async ({ session, page }) => {
  await session.requests.focus();
  await page.keyboard.press("?");
  const list = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(list).toBeVisible();
  for (const key of ["/", "Enter", "Esc", "[ ]", "?"]) await expect(list.getByText(key, { exact: true })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(list).toBeHidden();
});

test("the selected row stays selected while the order changes, and is brought into sight", async ({ session }) => {
  await session.openEntries(manyEntries(200));
  await session.selectRow(1);
  await session.requests.sortBy("Start");
  await expect(session.requests.row(1)).toBeInViewport();
  await expect(session.requests.row(1)).toHaveAttribute("aria-selected", "true");
});

function manyEntries(count: number): unknown[] {
  return Array.from({ length: count }, (_, index) => ({
    startedDateTime: new Date(1_760_000_000_000 + index).toISOString(),
    time: 5,
    request: { method: "GET", url: `https://shop.example.test/page/${index + 1}` },
    response: { status: 200 },
  }));
}
