// Compares WebSockets in a page with the recorder to those in a page without it.
import { contents, expect, pageWith, test } from "./test.ts";
import type { Page } from "@playwright/test";

export interface WebSocketCase {
  name: string;
  /** Function body that runs in the page; `base` is the lab's WebSocket origin, `helpers` are in scope. */
  run: string;
  /** What `run` returns in every browser, with and without the recorder. */
  expected: unknown;
}

const helpers = `
  const thrown = (work) => { try { work(); return "nothing"; } catch (error) { return error.name + (error instanceof DOMException ? " (DOM)" : ""); } };
  const next = (socket, type) => new Promise((resolve) => socket.addEventListener(type, resolve, { once: true }));
  const opened = async (path, protocols) => { const socket = new WebSocket(base + path, protocols); await next(socket, "open"); return socket; };
  const echo = async (payload, binaryType) => {
    const socket = await opened("/echo");
    if (binaryType) socket.binaryType = binaryType;
    socket.send(payload);
    const { data } = await next(socket, "message");
    socket.close();
    return data;
  };
  const bytes = async (payload) => [...new Uint8Array(await echo(payload, "arraybuffer"))];
  const attributes = ({ writable, enumerable, configurable, get, set }) => ({ writable, enumerable, configurable, get: typeof get, set: typeof set });
`;

/** What the helper `thrown` returns for a DOMException of that name. */
export const domException = (name: string): string => `${name} (DOM)`;

/** Defines a test per group that runs its cases in a page without the recorder, then in one with it. */
export function testWebSocketCases(groups: Record<string, WebSocketCase[]>): void {
  for (const [subject, cases] of Object.entries(groups)) {
    test(`${subject}: the same with and without the recorder`, async ({ page, lab }) => {
      await page.goto(lab.page("<!doctype html><title>Without</title><link rel=icon href=data:,><body>"));
      await expectCases(page, cases, lab.sockets, "without");
      await page.goto(lab.page(pageWith(contents)));
      await expectCases(page, cases, lab.sockets, "with");
    });
  }
}

async function expectCases(
  page: Page,
  cases: readonly WebSocketCase[],
  base: string,
  variant: "with" | "without",
): Promise<void> {
  for (const { name, run, expected } of cases) {
    const result: unknown = await page.evaluate(`(async (base) => { ${helpers} ${run} })(${JSON.stringify(base)})`);
    expect.soft(result, `${name}, ${variant} the recorder`).toEqual(expected);
  }
}
