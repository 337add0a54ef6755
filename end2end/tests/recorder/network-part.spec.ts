// The network part: what it records, and that a page observes the same with and without it.
import type { Page } from "@playwright/test";
import { expect, test } from "../../support/lab/test.ts";

interface Lab {
  page: (html: string) => string;
}

interface NetworkPart {
  recordNetwork: (
    options: object,
    write: (file: string, line?: string) => void,
  ) => { flush: () => Promise<void>; stop: () => void };
}

type Line = [file: string, record: Record<string, unknown>];

/** Runs `run` in a page without the network part, then in one with it. */
async function runBoth<Result>(
  page: Page,
  lab: Lab,
  run: () => Promise<Result>,
): Promise<{ observed: Result; lines: Line[]; requests: (part: string) => Record<string, unknown>[] }> {
  const html = "<!doctype html><title>Network</title><link rel=icon href=data:,>";
  await page.goto(lab.page(html));
  const expected = await page.evaluate(run);
  await page.goto(lab.page(html));
  await page.evaluate(async () => {
    const { recordNetwork } = (await import(`${location.origin}/recorder/network.js`)) as NetworkPart;
    const lines: [string, string | undefined][] = [];
    const recorder = recordNetwork({ recordHeadersAndBody: true }, (file, line) => lines.push([file, line]));
    Object.assign(window, { networkPart: { lines, recorder } });
  });
  const observed = await page.evaluate(run);
  const written = await page.evaluate(async () => {
    const { lines, recorder } = (
      window as unknown as {
        networkPart: { lines: [string, string | undefined][]; recorder: ReturnType<NetworkPart["recordNetwork"]> };
      }
    ).networkPart;
    await recorder.flush();
    recorder.stop();
    return lines;
  });
  expect(observed as unknown).toEqual(expected);
  const lines = written.flatMap(([file, line]): Line[] =>
    line === undefined ? [] : [[file, JSON.parse(line) as Record<string, unknown>]],
  );
  return {
    observed,
    lines,
    requests: (part) =>
      lines.flatMap(([file, record]) =>
        file === "resources.jsonl" && String(record["name"]).includes(part) ? [record] : [],
      ),
  };
}

test("the network part records bodies as the page reads them, by each method and by a reader", async ({
  page,
  lab,
}) => {
  const { requests } = await runBoth(page, lab, async () => {
    const url = (name: string): string => `/api/text?size=10&as=${name}`;
    const buffer = await (await fetch(url("arrayBuffer"))).arrayBuffer();
    const blob = await (await fetch(url("blob"))).blob();
    const error = await (await fetch(url("json"))).json().then(
      () => "",
      (reason: unknown) => String(reason),
    );
    const response = await fetch(url("copy"));
    const copy = response.clone();
    const used = [response.bodyUsed, copy.bodyUsed, response.type, response.url === copy.url];
    const texts = await Promise.all([copy.text(), response.text()]);
    const reader = (await fetch(url("reader"))).body?.getReader();
    let length = 0;
    for (let step = await reader?.read(); step?.value; step = await reader?.read()) length += step.value.length;
    const again = await response.text().catch((reason: unknown) => String(reason));
    return [buffer.byteLength, blob.size, blob.type, error, texts, used, length, again];
  });
  for (const name of ["arrayBuffer", "blob", "json", "copy", "reader"]) {
    const [record, ...others] = requests(`as=${name}`);
    expect(others, name).toEqual([]);
    expect(record, name).toMatchObject({
      responseStatus: 200,
      requestResponsePairs: { response: { body: "x".repeat(10), size: 10 } },
    });
    expect(record, name).not.toHaveProperty("outcome");
  }
});

test("the network part leaves canceled streams and aborted requests to the page, and records them as canceled", async ({
  page,
  lab,
}) => {
  const { requests } = await runBoth(page, lab, async () => {
    // As many as a browser opens connections to a host.
    for (let count = 0; count < 6; count += 1) {
      const reader = (await fetch("/api/trickle")).body?.getReader();
      await reader?.read();
      await reader?.cancel("enough");
    }
    const reason = { mine: true };
    const controller = new AbortController();
    const aborted = fetch("/api/text?size=1&delay=5000", { signal: controller.signal });
    controller.abort(reason);
    const isSame = await aborted.catch((error: unknown) => error === reason);
    return [await (await fetch("/api/text?size=2")).text(), isSame];
  });
  expect(requests("/api/trickle")).toHaveLength(6);
  for (const record of requests("/api/trickle"))
    expect(record).toMatchObject({
      outcome: "canceled",
      requestResponsePairs: { response: { body: expect.stringMatching(/^0/), bodyTruncated: true } },
    });
  expect(requests("size=2")).toMatchObject([{ responseStatus: 200 }]);
});

test("a page's own fetch and sockets receive the very objects with the network part", async ({ page, lab }) => {
  const { lines } = await runBoth(page, lab, async () => {
    let conversions = 0;
    const message = {
      toString: () => {
        conversions += 1;
        return "text";
      },
    };
    const socket = new WebSocket("/echo");
    await new Promise((resolve) => (socket.onopen = resolve));
    socket.send(message as never);
    const { data } = await new Promise<MessageEvent<string>>((resolve) => (socket.onmessage = resolve));
    socket.close(4001, "enough");
    await new Promise((resolve) => (socket.onclose = resolve));
    const errors = ["send", "WebSocket"].map((name) => {
      try {
        if (name === "send") socket.send.call({} as WebSocket, "x");
        else new WebSocket("https://example.com:0x/");
        return "";
      } catch (error) {
        return String(error);
      }
    });
    return [data, conversions, errors, WebSocket.name, WebSocket.length, socket.constructor === WebSocket];
  });
  const messages = lines.flatMap(([file, record]) => (file.startsWith("sockets/") ? [record] : []));
  expect(messages).toMatchObject([
    { type: "sent", message: "text" },
    { type: "received", message: "text" },
  ]);
  const sockets = lines.flatMap(([, record]) => (record["initiatorType"] === "websocket" ? [record] : []));
  expect(sockets).toMatchObject([{ type: "open" }, { type: "close", code: 4001, reason: "enough" }]);
});

test("no secret reaches what the network part records", async ({ page, lab }) => {
  const { lines } = await runBoth(page, lab, async () => {
    const s = (index: number): string => `s3cret${index}abcdefghijk`;
    const send = async (body: BodyInit, type: string, query = ""): Promise<void> => {
      const headers = { "Content-Type": type, "X-Api-Key": s(0), Authorization: `Bearer ${s(1)}` };
      await (await fetch(`/api/echo${query}`, { method: "POST", body, headers })).text();
    };
    await send(JSON.stringify({ password: s(2), deep: JSON.stringify({ client_secret: s(3) }) }), "application/json");
    await send(`<a><password>${s(4)}</password></a>`, "application/xml", `?access_token=${s(5)}`);
    await send(new URLSearchParams({ refresh_token: s(6) }), "application/x-www-form-urlencoded");
    const next = encodeURIComponent(`https://a.example/?api_key=${s(7)}`);
    await send("x", "text/plain", `?next=${next}&code=${s(8)}&state=1`);
    await fetch(`https://user:${s(9)}@127.0.0.1:1/`).catch(() => undefined);
    const form = new FormData();
    form.set("password", s(10));
    await (await fetch("/api/echo", { method: "POST", body: form })).text();
    const socket = new WebSocket("/echo", ["bearer", s(11)]);
    await new Promise((resolve) => (socket.onopen = socket.onerror = resolve));
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ secretKey: s(12) }));
    return 0;
  });
  const text = lines
    .map(([, record]) => JSON.stringify(record))
    .concat(
      lines.map(([, { message, encoding }]) =>
        encoding === "base64" ? Buffer.from(String(message), "base64").toString("latin1") : "",
      ),
    )
    .join("\n");
  expect(text).toContain("[REDACTED]");
  expect([...text.matchAll(/.{40}s3cret\d+/g)].map(String)).toEqual([]);
});
