// The address bar holds what is on screen, and a link brings it back.
import { expect, test } from "../support/app.ts";
import { demo } from "../support/demo.ts";
import { sessionAddress } from "../support/pages/session.ts";

const native = "fixtures/native/session.json";

test("what is done is written into the address, and a reload brings it back", async ({ session, page }) => {
  await session.open(native);
  const entries = await page.evaluate(() => history.length);

  await session.requests.filter.fill("shop");
  await session.expectParameter("q", "shop");
  await session.requests.type("WS").click();
  await session.expectParameter("types", "ws");
  await session.requests.type("JS").click({ modifiers: ["Control"] });
  await session.expectParameter("types", "ws,js");
  await session.requests.sortBy("Latency");
  await session.expectParameter("sort", "latency");
  await session.requests.sortBy("Latency");
  await session.expectParameter("sort", "-latency");
  await session.selectRow(6);
  await session.expectParameter("row", "6");
  await session.messages.filter.fill("tick");
  await session.expectParameter("mq", "tick");
  await session.messages.direction("Received").click();
  await session.expectParameter("dir", "received");
  await session.messages.row(5).click();
  await session.expectParameter("msg", "5");
  expect(session.parameter("src")).toBe(native);
  expect(await page.evaluate(() => history.length), "no new entries in the history").toBe(entries);

  await page.reload();
  await session.expectLoaded();
  await expect(session.requests.filter).toHaveValue("shop");
  await expect(session.requests.type("WS")).toHaveAttribute("aria-pressed", "true");
  await expect(session.requests.type("JS")).toHaveAttribute("aria-pressed", "true");
  await expect(session.requests.header("Latency")).toHaveAttribute("aria-sort", "descending");
  await expect(session.requests.row(6)).toHaveAttribute("aria-selected", "true");
  await expect(session.messages.filter).toHaveValue("tick");
  await expect(session.messages.direction("Received")).toBeChecked();
  await session.messages.expectNumbers([4, 5, 6]);
  await expect(session.messages.row(5)).toHaveAttribute("aria-selected", "true");
  await expect(session.messages.detail).toContainText("tick");
});

test("the open details tab is written and brought back", async ({ session, page }) => {
  await session.open(native, { row: "3" });
  await session.showTab("Response");
  await session.expectParameter("detail", "response");
  await page.reload();
  await session.expectLoaded();
  await expect(session.tab("Response")).toHaveAttribute("aria-selected", "true");
  await expect(session.detailPanel).toContainText("23.90");
});

test("a range of time is written and brought back", async ({ session, page }) => {
  await session.open(native);
  await page.getByRole("slider", { name: "Range start" }).press("ArrowRight");
  await session.expectParameter("range", "100-10000");
  await page.reload();
  await session.expectLoaded();
  await expect(page.getByRole("slider", { name: "Range start" })).toHaveAttribute("aria-valuenow", "100");
});

test("tab=network is the Network tab", async ({ session, page }) => {
  await session.open(native, { tab: "network" });
  const tabs = page.getByRole("tablist", { name: "Session tools" });
  await expect(tabs.getByRole("tab", { name: "Network" })).toHaveAttribute("aria-selected", "true");
});

test("the address follows within 300 ms", async ({ session, page }) => {
  await page.addInitScript(() => {
    const times: { clicked?: number; written?: number } = {};
    Object.assign(window, { times });
    addEventListener("click", () => (times.clicked = performance.now()), true);
    const replace = history.replaceState.bind(history);
    history.replaceState = (...values: Parameters<History["replaceState"]>) => {
      times.written = performance.now();
      replace(...values);
    };
  });
  await session.open(native);
  await session.requests.type("WS").click();
  await session.expectParameter("types", "ws");
  const { clicked = 0, written = Infinity } = await page.evaluate(
    () => (window as unknown as { times: { clicked?: number; written?: number } }).times,
  );
  expect(written - clicked).toBeLessThanOrEqual(300);
});

test("choosing another row drops the message and the filters of the last one", async ({ session }) => {
  await session.open(native, { row: "6", mq: "tick", dir: "received", msg: "5" });
  await session.messages.expectNumbers([4, 5, 6]);
  await session.selectRow(11);
  await session.expectParameter("row", "11");
  for (const dropped of ["mq", "dir", "msg"]) await session.expectParameter(dropped, null);
  await session.expectParameter("src", native);
});

test("defaults are not written to the URL", async ({ session }) => {
  await session.open(native);
  await session.requests.filter.fill("orders");
  await session.expectParameter("q", "orders");
  await session.requests.filter.fill("");
  await session.expectParameter("q", null);
  expect([...new URL(session.page.url()).searchParams.keys()]).toEqual(["src"]);
});

const misfits: [parameter: string, value: string, word: RegExp][] = [
  ["row", "999", /row 999/i],
  ["row", "first", /first.*row/i],
  ["tab", "kitchen", /kitchen/],
  ["sort", "beauty", /beauty/],
  ["types", "sockets", /sockets.* type/],
  ["dir", "sideways", /sideways/],
  ["range", "soon", /soon/],
];

for (const [parameter, value, word] of misfits) {
  test(`${parameter}=${value} fits nothing: it is dropped, with a word`, async ({ session, page }) => {
    await session.open(native, { [parameter]: value });
    await expect(page.getByRole("status").filter({ hasText: word })).toBeVisible();
    await session.expectParameter(parameter, null);
    await session.requests.expectRowCount(16);
    await session.expectNoAlert();
  });
}

test("a message that the socket does not have is dropped, with a word", async ({ session, page }) => {
  await session.open(native, { row: "6", msg: "99" });
  await session.messages.expectRowCount(17);
  await expect(page.getByRole("status").filter({ hasText: /message 99/i })).toBeVisible();
  await session.expectParameter("msg", null);
  await session.expectParameter("row", "6");
});

test("a link to a row brings it into sight", async ({ session }) => {
  await session.open(demo.src, { row: String(demo.lastRow) });
  await expect(session.requests.selected).toHaveAttribute("data-row", String(demo.lastRow));
  await expect(session.requests.selected).toBeInViewport({ ratio: 1 });
});

test("a link to a message of many brings it into sight", async ({ session }) => {
  await session.open(demo.src, { row: String(demo.row("/ws/ticker")), msg: "2000" });
  await expect(session.messages.selected).toHaveAttribute("data-msg", "2000");
  await expect(session.messages.selected).toBeInViewport({ ratio: 1 });
  await expect(session.messages.detail).toBeVisible();
});

test("parameters of another version stay in the address", async ({ session }) => {
  await session.open(native, { colour: "blue" });
  await session.requests.filter.fill("orders");
  await session.expectParameter("q", "orders");
  expect(session.parameter("colour")).toBe("blue");
});

test("Back leaves the session for the page before it", async ({ session, home, page }) => {
  await home.visit();
  await home.openUrl(native);
  await session.expectLoaded();
  await session.selectRow(6);
  await session.expectParameter("row", "6");
  await page.goBack();
  await expect(home.url).toBeVisible();
});

test("the same page takes another link of the same session", async ({ session, page }) => {
  await session.open(native, { row: "6" });
  await page.evaluate(
    (address) => {
      history.pushState({}, "", address);
      dispatchEvent(new PopStateEvent("popstate"));
    },
    sessionAddress(native, { row: "11" }),
  );
  await session.messages.expectNumbers([1, 2, 3]);
});
