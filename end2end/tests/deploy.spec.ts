// The headers that docs/deploy.md has a host send. The test server sends them, so every other test
// runs under them too.
import { readFile } from "node:fs/promises";
import { expect, test } from "../support/app.ts";
import { demo } from "../support/demo.ts";
import { recommendedHeaders } from "../support/server/respond.ts";

test("the docs list the headers that the tests run under, for each host that they show", async ({ page }) => {
  const docs = await readFile(new URL("../../docs/deploy.md", import.meta.url), "utf8");
  const answer = await page.goto("/");
  for (const [name, value] of Object.entries(recommendedHeaders)) {
    expect(answer?.headers()[name.toLowerCase()], name).toBe(value);
    for (const line of [
      `| \`${name}\` | \`${value}\` |`,
      `add_header ${name} "${value}" always;`,
      `${name} "${value}"\n`,
    ])
      expect(docs).toContain(line);
  }
  expect(docs).toContain("Strict-Transport-Security");
});

test("under these headers a session opens and its page is replayed", async ({ session, page, complaints }) => {
  await session.open(demo.src);
  await session.requests.expectRowCount(demo.counts.requests + demo.counts.sockets);
  const player = page.frameLocator('iframe[title="Replayed page"]');
  await expect(player.frameLocator("iframe").locator("body")).not.toBeEmpty();
  expect(complaints).toEqual([]);
});

test("a page of another origin cannot frame the app, and could without the header", async ({ page, baseURL }) => {
  const app = `${baseURL}/session`;
  const foreign = "http://foreign.test/";
  await page.route(foreign, (route) =>
    route.fulfill({ contentType: "text/html", body: `<iframe id="app" src="${app}"></iframe>` }),
  );
  const openFile = page.frameLocator("#app").getByRole("button", { name: "Open file" }).first();
  await page.goto(foreign);
  await expect.poll(() => page.frames().at(-1)?.url()).toMatch(/^chrome-error:/);
  await expect(openFile).toHaveCount(0);

  await page.route(app, async (route) => {
    const response = await route.fetch();
    const headers = Object.entries(response.headers()).filter(([name]) => name !== "content-security-policy");
    await route.fulfill({ response, headers: Object.fromEntries(headers) });
  });
  await page.goto(foreign);
  await expect(openFile).toBeVisible();
});
