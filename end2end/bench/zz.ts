import { chromium } from "@playwright/test";
import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { createServer } from "node:http";
import { launchOptions } from "../support/browser.ts";
const store = mkdtempSync("/tmp/store-");
const server = spawn("../target/debug/replayscope", ["serve", "--listen", "127.0.0.1:0", "--store", store], { stdio: ["ignore", "pipe", "inherit"] });
const origin = await new Promise<string>((resolve) => server.stdout.once("data", (data: Buffer) => resolve(data.toString().trim())));
console.log(origin);
const host = createServer((request, response) => {
  if (request.url === "/data") { response.setHeader("content-type", "application/json"); response.end('{"a":1}'); return; }
  response.setHeader("content-type", "text/html");
  response.end(`<!doctype html><title>Shop</title><script src="${origin}/replayscope.js"></script><script>window.r = Replayscope.start({endpoint: "${origin}/v1/batches"}); let n = 0; setInterval(() => { n += 1; document.body.append("row " + n + " "); fetch("/data?" + n); console.log("tick", n) }, 400)</script><body><h1>Shop</h1></body>`);
}).listen(0, "127.0.0.1");
await new Promise((r) => host.once("listening", r));
const port = (host.address() as { port: number }).port;
const browser = await chromium.launch(launchOptions());
const page = await browser.newPage();
page.on("console", (m) => { if (m.type() !== "log") console.log("page:", m.text()); });
page.on("pageerror", (e) => console.log("pageerror", e.message));
await page.goto(`http://127.0.0.1:${port}/`);
const viewer = await browser.newPage({ viewport: { width: 1280, height: 720 } });
viewer.on("console", (m) => console.log("viewer:", m.text()));
await viewer.waitForTimeout(4000);
await viewer.goto(origin);
await viewer.getByRole("list", { name: "Sessions" }).getByRole("link").first().waitFor();
await viewer.screenshot({ path: "/tmp/s1.png" });
await viewer.getByRole("list", { name: "Sessions" }).getByRole("link").first().click();
await viewer.getByRole("button", { name: "Follow live" }).waitFor();
for (let i = 0; i < 4; i += 1) {
  await viewer.waitForTimeout(2500);
  console.log(await viewer.getByRole("status", { name: "Network summary" }).textContent());
}
await viewer.screenshot({ path: "/tmp/s2.png" });
await browser.close();
host.close(); server.kill();
