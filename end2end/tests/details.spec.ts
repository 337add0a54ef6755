// The details of a request: Headers, Payload, Response, Timing.
import { expect, test } from "../support/app.ts";

test.beforeEach(async ({ session }) => {
  await session.open("fixtures/har/details.har");
});

test("a request has its tabs, Headers first", async ({ session }) => {
  await session.selectRow(1);
  await expect(session.detailTabs.getByRole("tab")).toHaveText([
    "Headers",
    "Payload",
    "Response",
    "Timing",
    "Cookies",
    "Initiator",
  ]);
  await expect(session.tab("Headers")).toHaveAttribute("aria-selected", "true");
});

test("arrow keys move between the tabs", async ({ session, page }) => {
  await session.selectRow(1);
  await session.tab("Headers").focus();
  await page.keyboard.press("ArrowRight");
  await expect(session.tab("Payload")).toBeFocused();
  await expect(session.tab("Payload")).toHaveAttribute("aria-selected", "true");
});

test("Headers shows the URL, request and response headers, and every value of a repeated header", async ({
  session,
}) => {
  await session.selectRow(1);
  const panel = session.detailPanel;
  await expect(panel).toContainText("https://shop.example.test/api/books?q=white+whale&page=2");
  await expect(panel).toContainText("192.0.2.7");
  for (const header of [/Accept\s*application\/json/, /Cookie\s*basket=41/, /Set-Cookie\s*a=1/, /Set-Cookie\s*b=2/]) {
    await expect(panel).toContainText(header);
  }
});

test("Headers of a native session shows a header with several values", async ({ session }) => {
  await session.open("fixtures/native/session.json");
  await session.selectRow(3);
  for (const header of [/X-Trace\s*a/, /X-Trace\s*b/]) await expect(session.detailPanel).toContainText(header);
});

test("Payload shows the decoded query", async ({ session }) => {
  await session.selectRow(1);
  const panel = await session.showTab("Payload");
  await expect(panel).toContainText(/q\s*white whale/);
  await expect(panel).toContainText(/page\s*2/);
});

test("Payload shows the fields of a form", async ({ session }) => {
  await session.selectRow(2);
  const panel = await session.showTab("Payload");
  await expect(panel).toContainText(/reader\s*ishmael/);
  await expect(panel).toContainText(/remember\s*yes/);
});

test("Payload shows a JSON body as a tree", async ({ session }) => {
  await session.open("fixtures/native/session.json");
  await session.selectRow(3);
  await expect(await session.showTab("Payload")).toContainText("Moby-Dick");
});

test("Payload of a request without one says so", async ({ session }) => {
  await session.selectRow(3);
  await expect(await session.showTab("Payload")).toContainText(/empty|no payload|no body/i);
});

test("Response shows JSON numbers as written", async ({ session }) => {
  await session.selectRow(1);
  const panel = await session.showTab("Response");
  await expect(panel).toContainText("Moby-Dick");
  await expect(panel).toContainText("9780142437247");
  await expect(panel).toContainText("1.10");
});

test("Response decodes text that was recorded in base64", async ({ session }) => {
  await session.selectRow(3);
  await expect(await session.showTab("Response")).toContainText("calé à bord");
});

test("Response shows binary data in hex", async ({ session }) => {
  await session.selectRow(4);
  await expect(await session.showTab("Response")).toContainText("de ad be ef");
});

test("Response distinguishes an empty body from one that was not recorded", async ({ session }) => {
  await session.selectRow(2);
  await expect(await session.showTab("Response")).toContainText(/empty/i);
  await session.selectRow(5);
  await expect(await session.showTab("Response")).toContainText("Body not recorded");
});

test("Timing shows the duration of each phase and the total", async ({ session }) => {
  await session.selectRow(1);
  const panel = await session.showTab("Timing");
  for (const phase of [
    /Blocked.*10 ms/,
    /DNS.*20 ms/,
    /Connect.*40 ms/,
    /TLS.*60 ms/,
    /Wait.*110 ms/,
    /Receive.*10 ms/,
    /Total.*251 ms/,
  ]) {
    await expect(panel.getByRole("row").filter({ hasText: phase })).toHaveCount(1);
  }
});

test("the selected tab stays when another row is selected", async ({ session }) => {
  await session.selectRow(1);
  await session.showTab("Response");
  await session.selectRow(3);
  await expect(session.tab("Response")).toHaveAttribute("aria-selected", "true");
  await expect(session.detailPanel).toContainText("calé à bord");
});

test("Close details restores the full width of the table", async ({ session }) => {
  const width = async (): Promise<number> => (await session.requests.root.boundingBox())?.width ?? 0;
  const fullWidth = await width();
  await session.selectRow(1);
  expect(await width()).toBeLessThan(fullWidth);
  await session.closeDetails();
  await expect(session.details).toHaveCount(0);
  expect(await width()).toBe(fullWidth);
});

test("the splitter between table and details moves by keyboard and is remembered", async ({ session, page }) => {
  await session.selectRow(1);
  const line = page.getByRole("separator", { name: "Width of the details" });
  const width = async (): Promise<number> => (await session.details.boundingBox())?.width ?? 0;
  const before = await width();
  await line.focus();
  for (let times = 0; times < 5; times += 1) await page.keyboard.press("ArrowLeft");
  await expect.poll(width).toBeGreaterThan(before + 50);
  const wider = await width();
  await page.reload();
  await session.expectLoaded();
  expect(await width()).toBeCloseTo(wider, 0);
});
