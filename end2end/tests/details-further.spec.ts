// Cookies, what made a request, and tokens in headers.
import { expect, test } from "../support/app.ts";

const claims = Buffer.from(JSON.stringify({ sub: "buyer-7", exp: 1_700_000_000 })).toString("base64url");
const token = `${Buffer.from(JSON.stringify({ alg: "HS256" })).toString("base64url")}.${claims}.c2ln`;

function entry(
  nth: number,
  url: string,
  status: number,
  request: object = {},
  headers: [string, string][] = [],
): object {
  return {
    startedDateTime: new Date(Date.parse("2026-03-01T10:00:00Z") + nth * 1000).toISOString(),
    time: 100,
    request: { method: "GET", url, headers: [], ...request },
    response: { status, headers: headers.map(([name, value]) => ({ name, value })), content: {} },
  };
}

test("cookies are listed with their attributes, and no tab where there are none", async ({ page, session }) => {
  const cookies = { headers: [{ name: "Cookie", value: "a=1; theme=dark" }] };
  await session.openEntries([
    entry(0, "https://shop.test/", 200, cookies, [["Set-Cookie", "cart=17; Path=/; HttpOnly; Partitioned"]]),
    entry(1, "https://shop.test/plain", 200),
  ]);
  await session.selectRow(1);
  await session.showTab("Cookies");
  await expect(session.details.getByRole("region", { name: "Request cookies" })).toContainText("theme");
  const row = page.getByRole("table", { name: "Response cookies" }).getByRole("row").last();
  await expect(row).toContainText("cart");
  await expect(row).toContainText("17");
  await expect(row).toContainText("Partitioned");
  await session.selectRow(2);
  await expect(session.detailTabs.getByRole("tab", { name: "Cookies" })).toHaveCount(0);
});

test("the initiator has its call stack, and the redirects around the request are links", async ({ session }) => {
  const frame = { functionName: "load", url: "https://shop.test/app.js", lineNumber: 9, columnNumber: 4 };
  await session.openEntries([
    entry(0, "https://shop.test/old", 302, {}, [["Location", "/new"]]),
    { ...entry(1, "https://shop.test/new", 200), _initiator: { type: "script", stack: { callFrames: [frame] } } },
  ]);
  await session.selectRow(2);
  await session.showTab("Initiator");
  await expect(session.detailPanel).toContainText("script");
  await expect(session.detailPanel.getByRole("list", { name: "Call stack" })).toContainText(
    "https://shop.test/app.js:10:5",
  );
  await session.detailPanel.getByRole("button", { name: /^row 1/ }).click();
  await expect(session.requests.row(1)).toHaveAttribute("aria-selected", "true");
  await expect(session.detailPanel.getByRole("button", { name: /^row 2/ })).toBeVisible();
});

test("a JSON Web Token in a header is decoded, and said to be unverified", async ({ session }) => {
  const headers = [{ name: "Authorization", value: `Bearer ${token}` }];
  await session.openEntries([entry(0, "https://shop.test/", 200, { headers })]);
  await session.selectRow(1);
  const section = session.detailPanel.getByRole("region", { name: "Token" });
  await expect(section).toContainText("buyer-7");
  await expect(section).toContainText("1700000000 (2023-11-14 22:13:20.000 UTC)");
  await expect(session.detailPanel).toContainText("its signature is not verified");
});
