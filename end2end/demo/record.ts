// Records the demo session: drives the market's page in headless Chromium with the recorder, and
// writes the recording as a session folder in static/sessions.
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { chromium, type Page } from "@playwright/test";
import { launchOptions } from "../support/browser.ts";
import { SessionFiles } from "../support/lab/session-files.ts";
import { startMarket } from "./market/server.ts";
import { demoFiles, inPreviousOrder } from "./session-files.ts";

const folder = fileURLToPath(new URL("../../static/", import.meta.url));
const recorder = new URL("../../recorder/dist/replayscope.js", import.meta.url);
// Without recordHeadersAndBody, headers, bodies and WebSockets are not recorded.
const options = {
  title: "A morning at Lantern Street Market",
  networkRecording: { recordHeadersAndBody: true },
  recordAssets: true,
};
const maxBytes = 1_000_000;

async function main(): Promise<void> {
  const market = await startMarket();
  const browser = await chromium.launch(launchOptions());
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 }, locale: "en-GB", timezoneId: "UTC" });
    page.on("pageerror", (error) => {
      throw error;
    });
    // Runs before the page's scripts. Init scripts run in frames too, and rrweb creates one: record
    // the top frame only.
    const start = `window.recorder = Replayscope.start(${JSON.stringify(options)});`;
    await page.addInitScript({
      content: `if (window === top) { ${await readFile(recorder, "utf8")}\nwindow.Replayscope = Replayscope; ${start} }`,
    });
    await page.goto(`http://${market.host}/`);
    await useMarket(page);
    const recorded = await downloadRecording(page);
    const hosts = { [market.host]: "market.example.test", [market.deadHost]: "metrics.example.test" };
    const files = demoFiles("market", recorded, hosts);
    const resources = "sessions/market/resources.jsonl";
    const previous = await readFile(folder + resources, "utf8");
    files.set(resources, inPreviousOrder(files.get(resources) ?? "", previous));
    await writeFiles(files);
  } finally {
    await browser.close();
    await market.stop();
  }
}

/** What a buyer does in half a minute. */
async function useMarket(page: Page): Promise<void> {
  const sendMessage = async (text: string): Promise<void> => {
    await page.getByLabel("Message").fill(text);
    await page.getByRole("button", { name: "Send" }).click();
  };
  const click = (name: string): Promise<void> => page.getByRole("button", { name }).click();

  await pause(2500);
  await sendMessage("Good morning! Any quinces left? 🍐");
  await pause(1200);
  await page.getByLabel("Search produce").pressSequentially("fen", { delay: 150 });
  await pause(1600);
  await click("Weigh three");
  await click("Use coupon");
  await click("Raise bid");
  await pause(1300);
  await click("Reserve crates");
  await sendMessage(
    "Six leeks and four quinces, please. I’ll be at gate east at half past — or a little later if the fog stays.",
  );
  await click("Place order");
  await click("Add fennel");
  await pause(1100);
  await click("Offer £15");
  await pause(1100);
  await click("Forecast");
  await click("Weigh three");
  await pause(3000);
  await click("Report");
  await click("Cool room 2");
  await sendMessage('{"note":"pasted by mistake","nested":{"quotes":"\\"yes\\""}}');
  await pause(2500);
  await click("Raise bid");
  await pause(2000);
  await click("Invoice");
  await sendMessage("Thank you all, see you tomorrow");
  await pause(1000);
  await click("Leave");
  await pause(6000);
}

async function downloadRecording(page: Page): Promise<SessionFiles> {
  const download = page.waitForEvent("download");
  await page.evaluate("window.recorder.download()");
  return SessionFiles.fromZip(await readFile(await (await download).path()));
}

async function writeFiles(files: Map<string, string>): Promise<void> {
  const size = [...files.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (size > maxBytes) throw new Error(`The recording has ${size} bytes, more than ${maxBytes}: nothing was written`);
  await rm(`${folder}sessions/market`, { recursive: true, force: true });
  for (const [path, text] of files) {
    const file = folder + path;
    await mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    await writeFile(file, text);
  }
  console.log(`Recorded ${files.size} files, ${size.toLocaleString("en")} bytes, to ${folder}`);
}

await main();
