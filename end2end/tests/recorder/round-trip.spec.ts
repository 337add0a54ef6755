// From a page with real traffic to the viewer: every message, in order, with its time, size and payload.
import { expect, test } from "../../support/lab/test.ts";

test("a socket of a hundred messages, recorded, stored and opened in the viewer", async ({ recorded, lab, home, session }) => {
  await recorded.open();
  await recorded.page.evaluate(async (url) => {
    const socket = new WebSocket(url);
    await new Promise((resolve) => (socket.onmessage = ({ data }) => data === "done" && resolve(undefined)));
    socket.close(1000, "enough");
    await new Promise((resolve) => (socket.onclose = resolve));
  }, `${lab.sockets}/push?count=100`);
  const { name, content } = await recorded.download();
  const files = await recorded.files();

  const [open] = files.opens;
  const [close] = files.closes;
  const messages = files.messages(open?.socketId);
  expect(messages.map(({ message }) => message)).toEqual([
    ...Array.from({ length: 100 }, (_, index) => JSON.stringify({ number: index + 1, text: "é – 🍐" })),
    "done",
  ]);
  expect(messages.map(({ size }) => size)).toEqual(messages.map(({ message = "" }) => Buffer.byteLength(message)));
  expect(messages.map(({ timeStamp }) => timeStamp)).toEqual(messages.map(({ timeStamp }) => timeStamp).sort((one, other) => one - other));
  expect(close).toMatchObject({ code: 1000, reason: "enough", wasClean: true });

  await home.visit();
  await home.pickMade({ name, content });
  await session.expectLoaded();
  await session.requests.type("WS").click();
  await session.requests.expectRowCount(1);
  const latency = (close?.responseEndAbs ?? 0) - (open?.startTimeAbs ?? 0);
  const number = files.resources.findIndex(({ type }) => type === "open") + 1;
  const bar = await session.requests.bar(number);
  expect((bar.end ?? 0) - bar.start).toBeCloseTo(latency, 1);
  const shown = latency < 1000 ? `${Math.round(latency)} ms` : `${(latency / 1000).toFixed(2)} s`;
  await expect(session.requests.cell(number, "latency")).toContainText(shown);
  await session.choose(number);
  await session.messages.expectRowCount(103);
  await expect(session.messages.cell(1, "data")).toContainText('"number":1');
  await expect(session.messages.cell(1, "length")).toContainText(String(messages[0]?.size));
  await expect(session.messages.at(1)).toContainText("Open");
  await session.messages.focus();
  await recorded.page.keyboard.press("End");
  await expect(session.messages.chosen).toContainText("1000 normal closure");
});
