// What the package ships: small enough, and complete in itself.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { codeCompanion, parameters, credentialName, schemeToken } from "../../../recorder/src/privacy/patterns.ts";
import { expect, test } from "../../support/lab/test.ts";

const built = (name: string): Buffer => readFileSync(new URL(`../../../recorder/dist/${name}`, import.meta.url));

test("the network part is at most 8,000 bytes gzip, the inline stub under 1 kB", () => {
  expect(gzipSync(built("network.js"), { level: 9 }).length).toBeLessThanOrEqual(8000);
  expect(built("stub.js").length).toBeLessThan(1000);
});

test("the build bundles the patterns of credentials as the source makes them", () => {
  for (const name of ["network.js", "recorder.js"]) {
    for (const pattern of [credentialName, codeCompanion, schemeToken, ...parameters])
      expect(built(name).toString(), name).toContain(String(pattern));
  }
});

test("no file of it imports another", () => {
  for (const name of ["recorder.js", "network.js", "replayscope.js", "stub.js"]) {
    const imports = /(?:^|[;}\n])import\s*["'{*\w(]|\brequire\(/.test(built(name).toString());
    expect(imports, name).toBe(false);
  }
});

test("the module and the script are one recorder", async ({ page, lab }) => {
  await page.goto(lab.page("<!doctype html><title>Module</title><link rel=icon href=data:,>"));
  const ids = await page.evaluate(async () => {
    const { start } = (await import(`${location.origin}/recorder/recorder.js`)) as {
      start: () => { sessionId: string; stop: () => Promise<void> };
    };
    const recorder = start();
    await recorder.stop();
    return recorder.sessionId;
  });
  expect(ids).toMatch(/^[A-Za-z0-9._-]{1,128}$/);
});

test("the network part alone hands over lines, each with its file", async ({ page, lab }) => {
  await page.goto(lab.page("<!doctype html><title>Network</title><link rel=icon href=data:,>"));
  const lines = await page.evaluate(async () => {
    interface NetworkPart {
      recordNetwork: (
        options: object,
        write: (file: string, line?: string) => void,
      ) => { flush: () => Promise<void>; stop: () => void };
    }
    const { recordNetwork } = (await import(`${location.origin}/recorder/network.js`)) as NetworkPart;
    const lines: [string, string | undefined][] = [];
    const recorder = recordNetwork({ recordHeadersAndBody: true, networkBodyKeysToRedact: ["pin"] }, (file, line) =>
      lines.push([file, line]),
    );
    const socket = new WebSocket("/echo");
    await new Promise((resolve) => (socket.onopen = resolve));
    socket.send('{"pin":"1234"}');
    socket.send(new Blob(["blob"]));
    let count = 0;
    await new Promise((resolve) => (socket.onmessage = () => (count += 1) === 2 && resolve(0)));
    await (
      await fetch("/api/echo", { method: "POST", body: "pin=1234", headers: { Authorization: "Basic 1234" } })
    ).text();
    await recorder.flush();
    recorder.stop();
    return lines;
  });
  const of = (file: string): object[] =>
    lines.flatMap(([path, line]) => (path === file && line !== undefined ? [JSON.parse(line) as object] : []));
  expect(of("sockets/page-1-socket-1.jsonl")).toMatchObject([
    { type: "sent", message: '{"pin":"[REDACTED]"}' },
    { type: "sent", message: "YmxvYg==" },
    { type: "received", message: '{"pin":"[REDACTED]"}' },
    { type: "received", message: "YmxvYg==" },
  ]);
  expect(of("resources.jsonl").find((line) => "initiatorType" in line && line.initiatorType === "fetch")).toMatchObject(
    {
      requestResponsePairs: {
        request: { body: "pin=[REDACTED]", headers: { authorization: "[REDACTED]" } },
        response: { status: 200 },
      },
    },
  );
});
