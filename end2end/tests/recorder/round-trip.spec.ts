// Round trip from a page with traffic to the viewer: every message, in order, with its time, size
// and payload.
import type { Messages } from "../../support/pages/messages.ts";
import { expect, test } from "../../support/lab/test.ts";

test("a socket with a hundred messages is recorded, downloaded and displayed in the viewer", async ({
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
  await home.pickGenerated({ name, content });
  await session.expectLoaded();
  await session.requests.type("WS").click();
  await session.requests.expectRowCount(1);
  const latency = (close?.responseEndAbs ?? 0) - (open?.startTimeAbs ?? 0);
  const number = files.resources.findIndex(({ type }) => type === "open") + 1;
  const bar = await session.requests.bar(number);
  expect((bar.end ?? 0) - bar.start).toBeCloseTo(latency, 1);
  const [, displayed, unit] =
    /^([\d.]+) (ms|s)$/.exec((await session.requests.cell(number, "latency").textContent()) ?? "") ?? [];
  // Displayed precision: milliseconds, and hundredths of a second from one second on; halves may
  // round either way.
  expect(Math.abs(Number(displayed) * (unit === "s" ? 1000 : 1) - latency)).toBeLessThanOrEqual(
    unit === "s" ? 5.01 : 0.51,
  );
  await session.selectRow(number);
  await session.messages.expectRowCount(103);
  await expect(session.messages.cell(1, "data")).toContainText('"number":1');
  await expect(session.messages.cell(1, "length")).toContainText(String(messages[0]?.size));
  await expect(session.messages.at(1)).toContainText("Open");
  await session.messages.focus();
  await recorded.page.keyboard.press("End");
  await expect(session.messages.detail).toContainText("1000 normal closure");
});

/** A message as observed by the page. */
interface ObservedMessage {
  type: "sent" | "received";
  /** Earliest and latest time of the message, epoch milliseconds. */
  from: number;
  to: number;
  size: number;
  message: string;
}

/** Runs in the page: fifty messages to an echo server, every fifth one binary, and two requests. */
async function traffic(): Promise<ObservedMessage[]> {
  const observed: ObservedMessage[] = [];
  const now = (): number => performance.timeOrigin + performance.now();
  const add = (type: ObservedMessage["type"], from: number, payload: string | ArrayBuffer): void => {
    const isText = typeof payload === "string";
    const bytes = isText ? new TextEncoder().encode(payload) : new Uint8Array(payload);
    observed.push({
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
      add("received", observed.at(-1)?.to ?? 0, data);
      if (observed.length === 100) resolve();
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
  return observed;
}

/** Every message in a table, by number: its data, its length, and its offset in milliseconds. */
async function readTable(
  messages: Messages,
  count: number,
): Promise<Map<number, { data: string; length: string; offset: number }>> {
  const displayed = new Map<number, { data: string; length: string; offset: number }>();
  await messages.focus();
  await messages.page.keyboard.press("Home");
  const readVisibleRows = async (): Promise<number> => {
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
        displayed.set(Number(number), { data, length, offset: Math.round(minutes * 60_000 + seconds * 1000) });
    }
    await messages.page.keyboard.press("PageDown");
    return displayed.size;
  };
  await expect.poll(readVisibleRows, { intervals: [50] }).toBe(count);
  return displayed;
}

test("requests and messages in both directions are the same in the page, in the files and in the viewer", async ({
  recorded,
  home,
  session,
}) => {
  // Reads every row of a long table.
  test.slow();
  await recorded.open();
  const observed = await recorded.page.evaluate(traffic);
  const { name, content } = await recorded.download();
  const files = await recorded.files();

  const messages = files.messages(files.opens[0]?.socketId);
  expect(messages.map(({ type, message, size }) => ({ type, message, size }))).toEqual(
    observed.map(({ type, message, size }) => ({ type, message, size })),
  );
  for (const [index, { from, to }] of observed.entries()) {
    // Browser clocks have a resolution of 0.1 ms.
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
  await home.pickGenerated({ name, content });
  await session.expectLoaded();
  await session.expectNoAlert();
  await session.requests.expectRowCount(files.resources.filter(({ type }) => type !== "close").length);
  for (const suffix of ["?by=fetch", "?size=7"]) {
    const number = files.resources.findIndex((line) => line.name.endsWith(suffix)) + 1;
    await session.requests.expectCells(number, { status: /200/ });
  }
  await session.selectRow(files.resources.findIndex(({ type }) => type === "open") + 1);
  const displayed = await readTable(session.messages, observed.length);
  for (const [index, { timeStamp, size, message = "", encoding }] of messages.entries()) {
    const row = displayed.get(index + 1);
    if (encoding === undefined) expect(row?.data).toBe(message);
    expect(row?.length).toBe(`${size} B`);
    expect(
      Math.abs((row?.offset ?? 0) - (timeStamp - files.manifest.startedAt)),
      `message ${index + 1}`,
    ).toBeLessThanOrEqual(1);
  }
});
