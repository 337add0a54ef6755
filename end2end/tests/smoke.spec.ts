// The shortest way through the app: where this fails, no other result means much.
import { expect, test } from "../support/app.ts";
import { demo } from "../support/demo.ts";
import { ConsolePage } from "../support/pages/console.ts";
import { Replay } from "../support/pages/replay.ts";

test("the demo opens from the start page and shows requests, the page, messages and the console", async ({
  home,
  session,
  page,
}) => {
  await home.visit();
  await home.sessions.getByRole("link", { name: "A morning at Lantern Street Market" }).click();
  await session.expectLoaded();
  await session.requests.expectRowCount(demo.counts.requests + demo.counts.sockets);

  await expect(new Replay(page).recorded.getByText("Lantern Street Market").first()).toBeVisible();

  await session.selectRow(demo.row("/ws/chat"));
  await session.messages.expectRowCount(demo.messages("/ws/chat") + 2);

  const consoleTab = new ConsolePage(page);
  await consoleTab.tab.click();
  await expect(consoleTab.rows.first()).toBeVisible();
  await session.expectNoAlert();
});
