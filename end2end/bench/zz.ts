import { chromium } from "@playwright/test";
import { createServer } from "node:http";
import { readFileSync, existsSync } from "node:fs";
import { launchOptions } from "../support/browser.ts";
const dist = process.argv[2] ?? "/work/main/dist";
const types: Record<string,string> = { html: "text/html", js: "text/javascript", mjs: "text/javascript", wasm: "application/wasm", css: "text/css", json: "application/json", svg: "image/svg+xml", jsonl: "text/plain" };
const server = createServer((q, a) => {
  const path = decodeURIComponent(new URL(q.url ?? "/", "http://x").pathname);
  let f = dist + path;
  if (path.startsWith("/corpus/")) f = "/work/shared" + path;
  if (path.startsWith("/tmp/")) f = path;
  if (path === "/" || path === "/session" || !existsSync(f)) f = path.includes(".") && path !== "/" ? "" : dist + "/index.html";
  if (f === "") { a.writeHead(404).end(); return; }
  a.writeHead(200, { "content-type": types[f.split(".").pop() ?? ""] ?? "application/octet-stream" }).end(readFileSync(f));
});
await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
const origin = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
const browser = await chromium.launch(launchOptions());
export const shot = async (name: string, path: string, size: [number, number], scheme: "light" | "dark", act?: (page: any) => Promise<void>) => {
  const context = await browser.newContext({ viewport: { width: size[0], height: size[1] }, colorScheme: scheme });
  const page = await context.newPage();
  page.on("pageerror", (e) => console.log(name, "ERROR", e.message));
  await page.goto(origin + path);
  try { if (act) await act(page); } catch (e) { console.log(name, String(e).slice(0, 300)); }
  await page.waitForTimeout(400);
  await page.screenshot({ path: `/tmp/s27/${name}.png` });
  await context.close();
};
const { shots } = await import(process.argv[3] ?? "/tmp/shots1.ts");
await shots(shot);
await browser.close(); server.close();
