// From a page with real traffic to the viewer: every message, in order, with its time, size and payload.
import type { Messages } from "../../support/pages/messages.ts";
import { expect, test } from "../../support/lab/test.ts";

test("a socket of a hundred messages, recorded, stored and opened in the viewer", async ({
  recorded,
  lab,
  home,
  session,
}) => {
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
  expect(messages.map(({ timeStamp }) => timeStamp)).toEqual(
    messages.map(({ timeStamp }) => timeStamp).sort((one, other) => one - other),
  );
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
  const [, shown, unit] =
    /^([\d.]+) (ms|s)$/.exec((await session.requests.cell(number, "latency").textContent()) ?? "") ?? [];
  // As exact as it is shown: whole milliseconds, from a second on hundredths of seconds. A half may go either way.
  expect(Math.abs(Number(shown) * (unit === "s" ? 1000 : 1) - latency)).toBeLessThanOrEqual(unit === "s" ? 5.01 : 0.51);
  await session.choose(number);
  await session.messages.expectRowCount(103);
  await expect(session.messages.cell(1, "data")).toContainText('"number":1');
  await expect(session.messages.cell(1, "length")).toContainText(String(messages[0]?.size));
  await expect(session.messages.at(1)).toContainText("Open");
  await session.messages.focus();
  await recorded.page.keyboard.press("End");
  await expect(session.messages.chosen).toContainText("1000 normal closure");
});

/** What the page itself knows of a message: when it happened at the earliest and at the latest, in epoch milliseconds. */
interface Happened {
  type: "sent" | "received";
  from: number;
  to: number;
  size: number;
  message: string;
}

/** Runs in the page: fifty messages to an echo, every fifth of bytes, and two requests. */
async function traffic(): Promise<Happened[]> {
  const happened: Happened[] = [];
  const now = (): number => performance.timeOrigin + performance.now();
  const add = (type: Happened["type"], from: number, payload: string | ArrayBuffer): void => {
    const isText = typeof payload === "string";
    const bytes = isText ? new TextEncoder().encode(payload) : new Uint8Array(payload);
    happened.push({
      type,
      from,
      to: now(),
      size: bytes.length,
      message: isText ? payload : btoa(String.fromCharCode(...bytes)),
    });
  };
  const socket = new WebSocket("/echo");
  socket.binaryType = "arraybuffer";
  await new Promise((resolve) => (socket.onopen = resolve));
  const all = new Promise<void>((resolve) => {
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      add("received", happened.at(-1)?.to ?? 0, data);
      if (happened.length === 100) resolve();
    };
  });
  for (let number = 1; number <= 50; number += 1) {
    const payload = number % 5 === 0 ? new Uint8Array([number, 255, 0, 128]).buffer : `message ${number} é – 🍐`;
    const from = now();
    socket.send(payload);
    add("sent", from, payload);
  }
  await (await fetch("/api/echo?by=fetch", { method: "POST", body: "of fetch" })).text();
  const request = new XMLHttpRequest();
  request.open("GET", "/api/text?size=7");
  await new Promise((resolve) => {
    request.onload = resolve;
    request.send();
  });
  await all;
  socket.close();
  await new Promise((resolve) => (socket.onclose = resolve));
  return happened;
}

/** Every message that a table shows, by its number: its data, its length, and its offset in milliseconds. */
async function shownIn(
  messages: Messages,
  count: number,
): Promise<Map<number, { data: string; length: string; offset: number }>> {
  const shown = new Map<number, { data: string; length: string; offset: number }>();
  await messages.focus();
  await messages.page.keyboard.press("Home");
  const readOn = async (): Promise<number> => {
    const rows = await messages.rows.evaluateAll((rows) =>
      rows.map(
        (row) =>
          [
            row.getAttribute("data-msg") ?? "",
            ...["data", "length", "time"].map((name) => row.querySelector(`[data-col="${name}"]`)?.textContent ?? ""),
          ] as const,
      ),
    );
    for (const [number, data = "", length = "", time = ""] of rows) {
      const [minutes = 0, seconds = 0] = time.split(":").map(Number);
      if (number !== "")
        shown.set(Number(number), { data, length, offset: Math.round(minutes * 60_000 + seconds * 1000) });
    }
    await messages.page.keyboard.press("PageDown");
    return shown.size;
  };
  await expect.poll(readOn, { intervals: [50] }).toBe(count);
  return shown;
}

test("requests, and messages both ways: each as it happened in the page, in its file and in the viewer", async ({
  recorded,
  home,
  session,
}) => {
  // Every row of a long table is read.
  test.slow();
  await recorded.open();
  const happened = await recorded.page.evaluate(traffic);
  const { name, content } = await recorded.download();
  const files = await recorded.files();

  const messages = files.messages(files.opens[0]?.socketId);
  expect(messages.map(({ type, message, size }) => ({ type, message, size }))).toEqual(
    happened.map(({ type, message, size }) => ({ type, message, size })),
  );
  for (const [index, { from, to }] of happened.entries()) {
    // Clocks of browsers tick in steps of 0.1 ms.
    expect(messages[index]?.timeStamp, `message ${index + 1}`).toBeGreaterThanOrEqual(from - 0.11);
    expect(messages[index]?.timeStamp, `message ${index + 1}`).toBeLessThanOrEqual(to + 0.11);
  }
  expect(files.requests("?by=fetch")).toMatchObject([
    { method: "POST", responseStatus: 200, requestResponsePairs: { request: { body: "of fetch" } } },
  ]);
  expect(files.requests("?size=7")).toMatchObject([
    { initiatorType: "xmlhttprequest", responseStatus: 200, requestResponsePairs: { response: { body: "xxxxxxx" } } },
  ]);

  await home.visit();
  await home.pickMade({ name, content });
  await session.expectLoaded();
  await session.expectNoAlert();
  await session.requests.expectRowCount(files.resources.filter(({ type }) => type !== "close").length);
  for (const end of ["?by=fetch", "?size=7"]) {
    const number = files.resources.findIndex((line) => line.name.endsWith(end)) + 1;
    await session.requests.expectCells(number, { status: /200/ });
  }
  await session.choose(files.resources.findIndex(({ type }) => type === "open") + 1);
  const shown = await shownIn(session.messages, happened.length);
  for (const [index, { timeStamp, size, message = "", encoding }] of messages.entries()) {
    const row = shown.get(index + 1);
    if (encoding === undefined) expect(row?.data).toBe(message);
    expect(row?.length).toBe(`${size} B`);
    expect(
      Math.abs((row?.offset ?? 0) - (timeStamp - files.manifest.startedAt)),
      `message ${index + 1}`,
    ).toBeLessThanOrEqual(1);
  }
});
