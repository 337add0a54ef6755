import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
const require = createRequire("/work/main/end2end/package.json");
const { chromium } = require("@playwright/test");
import { startServers, usualFolders } from "/work/main/end2end/support/server.ts";
import { launchOptions } from "/work/main/end2end/support/browser.ts";
const [,, what = "har"] = process.argv;
const usual = usualFolders();
const servers = await startServers({ ...usual, data: { ...usual.data, bench: process.env.BENCH_DATA ?? "/tmp/ci/main/end2end/bench/data" } });
const browser = await chromium.launch(launchOptions());
const ctx = await browser.newContext({ viewport: { width: 1280, height: 800 } });
const page = await ctx.newPage();
const cdp = await ctx.newCDPSession(page);
await cdp.send("Profiler.enable");
await cdp.send("Profiler.setSamplingInterval", { interval: 500 });
await cdp.send("Profiler.start");
const t0 = Date.now();
if (what === "har") {
  await page.goto(`${servers.origin}/session?src=bench/${process.env.FILE}`);
  await page.getByRole("status", { name: "Network summary" }).getByText(/100,000 requests/).waitFor({timeout: 60000});
} else {
  await page.goto(`${servers.origin}/session?src=bench/${process.env.FILE}`);
  const s = page.getByRole("grid", { name: "Network requests" }).locator('[role="row"][data-kind="socket"]');
  await s.click();
  await page.getByRole("status", { name: "Messages summary" }).getByText(/00,000 messages/).waitFor({timeout:60000});
}
console.log("ms", Date.now() - t0);
const { profile } = await cdp.send("Profiler.stop");
const self = new Map(); const byId = new Map(profile.nodes.map(n => [n.id, n]));
const parent = new Map(); for (const n of profile.nodes) for (const c of n.children ?? []) parent.set(c, n.id);
const total = new Map(); 
profile.samples.forEach((id, i) => { const d = profile.timeDeltas[i] / 1000; 
  const name = n => `${n.callFrame.functionName}`;
  self.set(name(byId.get(id)), (self.get(name(byId.get(id))) ?? 0) + d);
  const seen = new Set(); for (let x = id; x !== undefined; x = parent.get(x)) { const k = name(byId.get(x)); if (!seen.has(k)) { seen.add(k); total.set(k, (total.get(k) ?? 0) + d); } } });
const top = (m, n) => [...m].sort((a, b) => b[1] - a[1]).slice(0, n).forEach(([k, v]) => console.log(v.toFixed(0).padStart(6), k.slice(0, 150)));
console.log("SELF"); top(self, 40); console.log("TOTAL"); top(total, 70);
await browser.close(); await servers.stop();
