// Round trip with Firefox: recorded there, opened in the viewer.
import { Firefox, findFirefox } from "../../support/lab/firefox.ts";
import { SessionFiles } from "../../support/lab/session-files.ts";
import { contents, expect, pageWith, test } from "../../support/lab/test.ts";

const path = findFirefox();

test.skip(path === undefined, "No Firefox is installed: install Debian's firefox-esr, or set FIREFOX to its path.");

const traffic = `(async () => {
  const next = (target, type) => new Promise((resolve) => target.addEventListener(type, resolve, { once: true }));
  const socket = new WebSocket("/echo", "one");
  socket.binaryType = "arraybuffer";
  await next(socket, "open");
  const received = new Promise((resolve) => { let count = 0; socket.onmessage = () => (count += 1) === 4 && resolve(); });
  for (const payload of ["é – 🍐", new Uint8Array([1, 2, 255]), new Blob(["blob"]), "last"]) socket.send(payload);
  await received;
  socket.close(3000, "enough");
  await next(socket, "close");
  await (await fetch("/api/echo", { method: "POST", body: "of fetch", headers: { Authorization: "Basic hush" } })).text();
  await (await fetch(new Request("/api/echo?request", { method: "POST", body: "of a request" }))).text();
  const request = new XMLHttpRequest();
  request.open("POST", "/api/echo?xhr");
  request.send("of xhr");
  await next(request, "loadend");
  const source = new EventSource("/api/events");
  await next(source, "tick");
  source.close();
  console.log("logged", { in: "Firefox" });
  document.body.append("a change");
})()`;

test("requests, sockets, console and DOM are recorded in Firefox and open in the viewer", async ({
  lab,
  home,
  session,
}) => {
  // Starting Firefox takes seconds.
  test.slow();
  const firefox = await Firefox.start(path ?? "");
  let content: Buffer;
  try {
    await firefox.open(lab.page(pageWith(contents)));
    await firefox.evaluate(traffic);
    const saved = await firefox.evaluate<string>(
      `recorder.zip().then((zip) => new Promise((resolve) => { const reader = new FileReader(); reader.onload = () => resolve(reader.result); reader.readAsDataURL(zip); }))`,
    );
    content = Buffer.from(saved.slice(saved.indexOf(",") + 1), "base64");
  } finally {
    await firefox.stop();
  }

  const files = SessionFiles.fromZip(content);
  const [open] = files.opens;
  const [close] = files.closes;
  const messages = files.messages(open?.socketId);
  const payloads = ["é – 🍐", "AQL/", "YmxvYg==", "last"];
  for (const type of ["sent", "received"]) {
    expect(messages.filter((message) => message.type === type).map(({ message, size }) => [message, size])).toEqual(
      payloads.map((payload, index) => [payload, [11, 3, 4, 4][index]]),
    );
  }
  expect(open).toMatchObject({ protocol: "one" });
  expect(close).toMatchObject({ code: 3000, reason: "enough", wasClean: true });
  expect(files.requests("/api/echo")).toMatchObject([
    {
      initiatorType: "fetch",
      responseStatus: 200,
      requestResponsePairs: { request: { body: "of fetch", headers: { authorization: "[REDACTED]" } } },
    },
  ]);
  expect(files.requests("?request")).toMatchObject([{ requestResponsePairs: { request: { body: "of a request" } } }]);
  expect(files.requests("?xhr")).toMatchObject([
    { initiatorType: "xmlhttprequest", requestResponsePairs: { request: { body: "of xhr" } } },
  ]);
  expect(files.requests("/api/events")).toMatchObject([{ initiatorType: "eventsource" }]);
  expect(files.console.map(({ args }) => args)).toEqual([["logged", { in: "Firefox" }]]);
  expect(JSON.stringify(files.events)).toContain("a change");

  await home.visit();
  await home.pickGenerated({ name: "firefox.zip", content });
  await session.expectLoaded();
  await session.expectNoAlert();
  const number = files.resources.findIndex(({ type }) => type === "open") + 1;
  const bar = await session.requests.bar(number);
  expect((bar.end ?? 0) - bar.start).toBeCloseTo((close?.responseEndAbs ?? 0) - (open?.startTimeAbs ?? 0), 1);
  await session.selectRow(number);
  await session.messages.expectRowCount(10);
});
