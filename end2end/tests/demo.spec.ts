// The demo session that comes with the app: a market's page with eight sockets, each with a fate of its own.
import { readFileSync } from "node:fs";
import { expect, test } from "../support/app.ts";

interface Manifest {
  counts: { requests: number; sockets: number; messages: number; errors: number };
  files: { sockets: Record<string, { sent: number; received: number; errors: number }> };
}

const src = "sessions/market/session.json";
const read = (path: string): string => readFileSync(new URL(`../../static/sessions/market/${path}`, import.meta.url), "utf8");
const manifest = JSON.parse(read("session.json")) as Manifest;

/** The row of each socket: the line of its open. */
const opens = read("resources.jsonl")
  .trim()
  .split("\n")
  .map((line, index) => ({ row: index + 1, ...(JSON.parse(line) as { type?: string; socketId?: string; name: string }) }))
  .filter(({ type }) => type === "open");

const rowOf = (path: string, nth = 0): number => {
  const found = opens.filter(({ name }) => name.endsWith(path))[nth];
  if (found === undefined) throw new Error(`no socket ${path} was recorded`);
  return found.row;
};

test("it has as many requests, sockets, messages and errors as its manifest counts", async ({ session, page }) => {
  await session.open(src);
  const { requests, sockets, messages, errors } = manifest.counts;
  await session.requests.expectRowCount(requests + sockets);
  await expect(session.requests.summary).toContainText(`${requests + sockets} requests`);
  await expect(session.requests.summary).toContainText(`${messages.toLocaleString("en")} messages`);
  await expect(page.getByText(`${errors} errors`)).toBeVisible();
  await session.requests.type("WS").click();
  await session.requests.expectRowCount(sockets);
  await session.expectNoAlert();
  await expect(session.notes).toHaveText("");
});

const sockets: [what: string, row: number, state: string, first: RegExp, last: RegExp][] = [
  ["the chat is closed by the page, cleanly", rowOf("/ws/chat"), "closed", /chat\.v2/, /1000 normal closure.*left the room/],
  ["the courier is dropped without a close frame", rowOf("/ws/courier"), "closed", /Open/, /1006 abnormal closure/],
  ["the notifications are open to the end", rowOf("/ws/notifications"), "open", /Open/, /Still open/],
  ["the scale speaks in binary, and is open to the end", rowOf("/ws/scale"), "open", /scale\.v1/, /Still open/],
  ["the orders are closed by the server with a code of its own", rowOf("/ws/orders"), "closed", /Open/, /4001.*session expired/],
  ["the orders are opened again", rowOf("/ws/orders", 1), "open", /Open/, /Still open/],
  ["the staff's socket is refused", rowOf("/ws/admin"), "error", /failed|refused/i, /Never opened|1006/],
  ["the ticker ticks to the end", rowOf("/ws/ticker"), "open", /Open/, /Still open/],
];

for (const [what, row, state, first, last] of sockets) {
  test(what, async ({ session }) => {
    await session.open(src, { row: String(row) });
    const file = manifest.files.sockets[opens.find((open) => open.row === row)?.socketId ?? ""];
    const total = file === undefined ? 0 : file.sent + file.received + file.errors;
    await expect(session.requests.row(row)).toHaveAttribute("data-state", state);
    await session.messages.expectRowCount(total + 2);
    await expect(session.messages.summary).toContainText(new RegExp(`^${total.toLocaleString("en")} messages?\\b`));
    await expect(session.messages.at(1)).toContainText(first);
    await session.messages.focus();
    await session.page.keyboard.press("End");
    await expect(session.messages.chosen).toContainText(last);
    await session.expectNoAlert();
  });
}

test("of the two thousand messages of the ticker a word finds its few", async ({ session }) => {
  await session.open(src, { row: String(rowOf("/ws/ticker")) });
  await session.messages.filter.fill("subscribe -result");
  await expect(session.messages.summary).toContainText(/^\d of 2,430 messages/);
  await expect(session.messages.rows.nth(1)).toContainText('"method":"subscribe"');
});

test("a reading of the scale is bytes", async ({ session }) => {
  await session.open(src, { row: String(rowOf("/ws/scale")), mq: "-device -set" });
  await session.messages.rows.nth(1).click();
  await expect(session.messages.views.getByRole("tab").filter({ hasText: "Hex" })).toHaveAttribute("aria-selected", "true");
});

test("requests that went wrong say how", async ({ session }) => {
  await session.open(src);
  for (const status of ["404", "500", "(canceled)", "(pending)"]) {
    await session.requests.filter.fill(status);
    await expect(session.requests.rows.locator('[data-col="status"]').filter({ hasText: status })).not.toHaveCount(0);
  }
});
