// The release build forbids inline script and style, and every address but its own for code.
import { expect, test } from "../support/app.ts";
import { demo } from "../support/demo.ts";

test("the page carries its policy, and the browser holds to it", async ({ home, page, complaints }) => {
  await home.visit();
  const policy = page.locator('meta[http-equiv="Content-Security-Policy"]');
  // Only a build that was named can be one: what `make test` builds must carry its policy.
  const isNamed = process.env["REPLAYSCOPE_APP"] !== undefined;
  test.skip(
    isNamed && (await policy.count()) === 0,
    "a development build carries no policy: it would stop the script that reloads the page",
  );
  const content = await policy.getAttribute("content");
  expect(content).toContain("default-src 'none'");
  expect(content).not.toMatch(/unsafe-inline|'unsafe-eval'/);

  const ran = await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.ran = true";
    document.head.append(script);
    return "ran" in window;
  });
  expect(ran, "an inline script ran").toBe(false);
  expect(complaints.splice(0)).toContainEqual(expect.stringContaining("Content Security Policy"));
});

test("no page of the app offends the policy", async ({ home, session, page, complaints }) => {
  await home.visit();
  await expect(home.sessions).toBeVisible();
  await session.open(demo.src, { row: String(demo.row("/ws/chat")), msg: "2" });
  await expect(session.messages.detail).toBeVisible();
  await session.open("fixtures/har/details.har", { row: "1", detail: "timing" });
  await expect(session.detailPanel).toContainText("251 ms");
  await page.goto("/session");
  await expect(home.openFile.first()).toBeVisible();
  expect(complaints).toEqual([]);
});
