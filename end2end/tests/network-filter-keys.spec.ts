// The keys of the filter of requests.
import { expect, test } from "../support/app.ts";
import { socketEntry } from "../support/socket-entry.ts";

/** An entry of a request that takes 100 ms, a second after the one before it. */
function entry(nth: number, url: string, status: number, rest: object = {}, headers: [string, string][] = []): object {
  return {
    startedDateTime: new Date(Date.parse("2026-03-01T10:00:00Z") + nth * 1000).toISOString(),
    time: 100 + nth,
    _resourceType: nth === 0 ? "document" : "fetch",
    request: { method: nth === 1 ? "POST" : "GET", url, headers: [] },
    response: {
      status,
      headers: headers.map(([name, value]) => ({ name, value })),
      content: { mimeType: "application/json", ...rest },
    },
  };
}

const entries = [
  entry(0, "https://shop.test/", 200, { text: '{"greeting":"hello"}' }, [["X-Trace", "t-1"]]),
  entry(1, "https://api.shop.test/orders?page=2", 500, { text: '{"error":"out of lamps"}' }, [["X-Trace", "t-2"]]),
  entry(2, "https://cdn.other.test/a.js", 404),
  socketEntry("wss://live.shop.test/feed", [["receive", '{"price":104}']]),
];

const filters: [filter: string, rows: number[]][] = [
  ["status:4xx", [3]],
  ["status:>=400", [2, 3]],
  ["method:post", [2]],
  ["type:ws", [4]],
  ["domain:*.shop.test", [2, 4]],
  ["query:page=2", [2]],
  ["scheme:wss", [4]],
  ["is:third-party", [3]],
  ["larger-than:1GB", []],
  ["header:x-trace=t-2", [2]],
  ["-header:x-trace", [3, 4]],
  ["has-response-header:x-trace", [1, 2]],
  ["response-body:lamps", [2]],
  ["message:price", [4]],
  ["(status:404 OR is:socket) -domain:live.shop.test", [3]],
];

test("keys select rows by status, URL, headers, bodies and messages", async ({ session }) => {
  await session.openEntries(entries);
  const { requests } = session;
  for (const [filter, rows] of filters) {
    await test.step(filter, async () => {
      await requests.filter.fill(filter);
      await expect(requests.summary).toContainText(`${rows.length} of 4 requests`);
      expect(await requests.attributes("data-row")).toEqual(
        rows.length === 0 ? [] : expect.arrayContaining(rows.map(String)),
      );
    });
  }
});

test("a filter that is not valid is explained, and the last valid one stays in force", async ({ page, session }) => {
  await session.openEntries(entries);
  const { requests } = session;
  await requests.filter.fill("status:404");
  await expect(requests.summary).toContainText("1 of 4 requests");
  await requests.filter.fill("status:4yy");
  await expect(page.getByRole("alert", { name: "Filter error" })).toContainText("4yy is not a status such as 404");
  await expect(requests.summary).toContainText("1 of 4 requests");
  await requests.filter.fill("yek:404");
  await expect(page.getByRole("status", { name: "Filter remark" })).toContainText("yek: is not a key");
  await expect(page.getByRole("alert", { name: "Filter error" })).toHaveCount(0);
});

test("Tab completes keys, and values that occur", async ({ page, session }) => {
  await session.openEntries(entries);
  const { filter, summary } = session.requests;
  await filter.pressSequentially("dom");
  await expect(page.getByRole("listbox", { name: "Filter suggestions" }).getByRole("option")).toContainText([
    "domain:",
  ]);
  await page.keyboard.press("Tab");
  await expect(filter).toHaveValue("domain:");
  await filter.pressSequentially("cdn");
  await page.keyboard.press("Tab");
  await expect(filter).toHaveValue("domain:cdn.other.test");
  await expect(summary).toContainText("1 of 4 requests");
});

test("an empty box suggests nothing until the arrow is pressed", async ({ page, session }) => {
  await session.openEntries(entries);
  const list = page.getByRole("listbox", { name: "Filter suggestions" });
  await session.requests.filter.fill("zzz");
  await session.requests.filter.fill("");
  await expect(list).toHaveCount(0);
  await page.keyboard.press("ArrowDown");
  await expect(list.getByRole("option").first()).toContainText("status:");
});

test("bodies in files of their own are fetched when a filter needs them, and once", async ({ page, session }) => {
  const fetched: string[] = [];
  for (const [name, body] of [
    ["one.json", '{"lamp":"red"}'],
    ["two.json", '{"lamp":"blue"}'],
  ] as const) {
    await page.route(`**/${name}`, (route) => {
      fetched.push(name);
      return route.fulfill({ body });
    });
  }
  await session.openEntries([
    entry(0, "https://shop.test/1", 200, { _file: "one.json" }),
    entry(1, "https://shop.test/2", 200, { _file: "two.json" }),
  ]);
  await session.requests.expectRowCount(2);
  expect(fetched).toEqual([]);
  await session.requests.filter.fill("body:blue");
  await session.requests.expectOrder([2]);
  await session.requests.filter.fill("body:blue method:post");
  await session.requests.expectOrder([2]);
  expect(fetched).toEqual(["one.json", "two.json"]);
});

test("a body that cannot be fetched is counted", async ({ page, session }) => {
  await page.route("**/gone.json", (route) => route.fulfill({ status: 404, body: "" }));
  await session.openEntries([entry(0, "https://shop.test/1", 200, { _file: "gone.json" })]);
  await session.requests.filter.fill("body:blue");
  await expect(page.getByRole("status", { name: "Filter status" })).toHaveText("1 row could not be read");
});

test("a search in bodies shows its progress and can be canceled", async ({ page, session }) => {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route("**/slow-*.json", async (route) => {
    if (route.request().url().includes("slow-1")) {
      await released;
    }
    await route.fulfill({ body: "{}" });
  });
  await session.openEntries(
    [0, 1].map((nth) => entry(nth, `https://shop.test/${nth}`, 200, { _file: `slow-${nth}.json` })),
  );
  await session.requests.filter.fill("body:x");
  await expect(page.getByRole("progressbar", { name: "Searching contents" })).toHaveText(/of 2 rows/);
  await page.locator(".ui-tool-filters").getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("status", { name: "Filter status" })).toContainText("Canceled");
  release();
});

test("the messages files of sockets are searched without opening a socket", async ({ session }) => {
  await session.open("fixtures/native/session.json");
  await session.requests.filter.fill("message:whale");
  await expect(session.requests.summary).toContainText("1 of 16 requests");
  expect(await session.requests.attributes("data-kind")).toEqual(["socket"]);
});
