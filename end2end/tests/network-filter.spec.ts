// Which rows the Network table lists.
import { expect, test } from "../support/app.ts";

test.beforeEach(async ({ session }) => {
  await session.open("fixtures/native/session.json");
});

const filters: [what: string, filter: string, rows: number[]][] = [
  ["a part of the URL", "api/", [3, 7, 8, 10]],
  ["the method", "post", [3]],
  ["the type", "websocket", [6, 11, 13, 14, 15, 17, 19]],
  ["the status", "404", [5]],
  ["the word in place of a status", "(canceled)", [8]],
  ["whatever the case", "CHECKOUT", [2]],
  ["all of several terms", "api fetch", [3, 7, 10]],
  ["an exclusion", "api -fetch", [8]],
  ["exclusions alone", "-websocket -api -js", [2, 4, 5]],
  ["a phrase", '"api/cart?"', [3]],
  ["an excluded phrase", 'api -"cart?currency"', [7, 8, 10]],
];

test("the filter is matched against URL, method, type and status", async ({ session }) => {
  const { requests } = session;
  for (const [what, filter, rows] of filters) {
    await test.step(`${what}: ${filter}`, async () => {
      await requests.filter.fill(filter);
      await requests.expectOrder(rows);
      await requests.expectRowCount(rows.length);
      await expect(requests.summary).toContainText(`${rows.length} of 16 requests`);
    });
  }
});

test("the summary counts all rows, sockets included", async ({ session }) => {
  await session.requests.expectRowCount(16);
  await expect(session.requests.summary).toContainText("16 requests");
  await expect(session.requests.summary).not.toContainText("of 16");
  await expect(session.requests.summary).toContainText("4.3 kB transferred");
});

test("where nothing passes, the table stays and says so", async ({ session }) => {
  await session.requests.filter.fill("no such thing");
  await session.requests.expectRowCount(0);
  await expect(session.requests.root).toContainText("No request matches the filter");
  await expect(session.requests.header("Status")).toBeVisible();
  await expect(session.requests.summary).toContainText("0 of 16 requests");
  await session.requests.filter.fill("");
  await session.requests.expectRowCount(16);
});

test("each type has its count, whatever the filter leaves", async ({ session }) => {
  const { types } = session.requests;
  const counts = [
    /^All 16$/,
    /^Fetch\/XHR 4$/,
    /^WS 7$/,
    /^Doc 1$/,
    /^JS 2$/,
    /^CSS 1$/,
    /^Img 1$/,
    /^Font 0$/,
    /^Media 0$/,
    /^Other 0$/,
  ];
  await expect(types.getByRole("button")).toHaveText(counts);
});

test("a click shows one type alone", async ({ session }) => {
  const { requests } = session;
  await requests.type("WS").click();
  await requests.expectOrder([6, 11, 13, 14, 15, 17, 19]);
  await requests.type("JS").click();
  await requests.expectOrder([1, 9]);
  await expect(requests.type("JS")).toHaveAttribute("aria-pressed", "true");
  await expect(requests.type("WS")).toHaveAttribute("aria-pressed", "false");
  await expect(requests.type("All")).toHaveAttribute("aria-pressed", "false");
});

test("Ctrl-, Shift- and Cmd-click add a type and take it away again", async ({ session }) => {
  const { requests } = session;
  await requests.type("JS").click();
  for (const modifier of ["Control", "Shift", "Meta"] as const) {
    await requests.type("Doc").click({ modifiers: [modifier] });
    await requests.expectOrder([2, 1, 9]);
    await requests.type("Doc").click({ modifiers: [modifier] });
    await requests.expectOrder([1, 9]);
  }
});

test("All shows all types again", async ({ session }) => {
  const { requests } = session;
  await expect(requests.type("All")).toHaveAttribute("aria-pressed", "true");
  await requests.type("Doc").click();
  await requests.type("All").click();
  await requests.expectRowCount(16);
  await expect(requests.type("All")).toHaveAttribute("aria-pressed", "true");
});

test("types are never disabled, those without a row neither", async ({ session }) => {
  const { requests } = session;
  for (const button of await requests.types.getByRole("button").all()) await expect(button).toBeEnabled();
  await requests.type("Font").click();
  await requests.expectRowCount(0);
});

test("types and the filter hold together", async ({ session }) => {
  await session.requests.type("Fetch/XHR").click();
  await session.requests.filter.fill("-failed");
  await session.requests.expectOrder([3, 8, 10]);
});

test("Escape in the filter clears it", async ({ session }) => {
  await session.requests.filter.fill("websocket");
  await session.requests.filter.press("Escape");
  await expect(session.requests.filter).toHaveValue("");
  await session.requests.expectRowCount(16);
});
