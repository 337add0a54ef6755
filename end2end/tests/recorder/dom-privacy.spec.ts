// Text that reaches the recording by other ways than bodies: titles, errors, attributes, editable
// elements, history, and everything that strict privacy masks.
import { contents, expect, test } from "../../support/lab/test.ts";
import { runWithAndWithout } from "../../support/recorder-pages.ts";
import type { SessionFiles } from "../../support/lab/session-files.ts";

/** Secrets of these tests begin with this text. */
const hidden = /hush\w*/g;

const found = ({ files }: SessionFiles): string[] => [...files.values()].flatMap((text) => text.match(hidden) ?? []);

test("no secret is recorded of failed requests, titles, history, attributes and console text", async ({
  page,
  lab,
  recorded,
}) => {
  const run = `
    const failure = async (work) => { try { return (await work()).status; } catch (error) { return error.name; } };
    const host = location.host;
    const results = [
      await failure(() => fetch("http://ann:hush1@" + host + "/api/echo?token=hush2")),
      await failure(() => fetch("http://127.0.0.1:1/?access_token=hush3&next=http%3A%2F%2Fx%2F%3Fapi_key%3Dhush4")),
      await failure(() => fetch("http://[hush5:8/?password=hush6".replace("hush5", "x"))),
      await failure(async () => new WebSocket("ws://u:hush7@x y/")),
    ];
    document.title = "Signed in with access_token=hush8 and Bearer hush-hush9";
    history.pushState({}, "", "?code=hush10&state=xyz#id_token=hush11");
    history.replaceState({}, "", "?step=2&client_secret=hush12");
    const box = document.querySelector("#box");
    box.setAttribute("data-access-token", "hush13");
    box.setAttribute("href", "/x?sig=hush14");
    box.title = "password=hush15";
    const field = document.createElement("meta");
    field.name = "api-key"; field.content = "hush16"; document.head.append(field);
    field.content = "hush17";
    await new Promise((resolve) => setTimeout(resolve));
    console.error(new Error("refused password=hush18, at http://u:hush19@x/"), { secretKey: "hush20" });
    const failing = new Error("in a stack"); failing.stack = "Error: x\\n  at f (http://x/y.js?token=hush21:1:2)";
    setTimeout(() => { throw failing; });
    await new Promise((resolve) => addEventListener("error", resolve, { once: true }));
    const source = new EventSource("/api/events?auth=hush22");
    await new Promise((resolve) => source.addEventListener("message", resolve, { once: true }));
    source.close();
    return results;`;
  const body = `<a id="box" data-api-key="hush23">Link</a><p>Your password: "hush24"</p>
    <iframe srcdoc="<input value='hush25'><p>Kept text of the frame</p>"></iframe>`;
  const result = await runWithAndWithout({ page, lab, recorded }, { body, run });
  expect(result.with).toEqual(result.without);
  await expect.poll(async () => JSON.stringify((await recorded.files()).events)).toContain("Kept text of the frame");
  const files = await recorded.files();
  expect(found(files)).toEqual([]);
  expect(files.manifest.title).toBe("Signed in with access_token=[REDACTED] and Bearer [REDACTED]");
  expect(files.manifest.pages[0]?.title).toBe(files.manifest.title);
  expect(files.requests("api_key%3D[REDACTED]")).toMatchObject([{ outcome: "failed" }]);
});

test("what is typed into editable elements is masked, as in inputs", async ({ page, recorded }) => {
  await recorded.open(
    contents,
    `<div id="rich" contenteditable>hush-a <b>hush-b</b></div>
    <section contenteditable="plaintext-only"><p id="plain">hush-c</p></section>
    <div role="textbox" id="own">hush-d</div>
    <iframe id="frame" srcdoc="<p id='in'>hush-e</p>"></iframe>
    <my-field id="custom" value="hush-f"></my-field>
    <p id="kept" contenteditable="false">Kept text</p>`,
  );
  const frame = page.frameLocator("#frame");
  await expect(frame.locator("#in")).toBeVisible();
  await page.locator("#rich").focus();
  await page.keyboard.type("hush-g");
  await page.keyboard.press("Enter");
  await page.keyboard.type("hush-h");
  await page.locator("#plain").click();
  await page.keyboard.type("hush-i");
  await page.evaluate(async () => {
    const inner = (document.querySelector("#frame") as HTMLIFrameElement).contentDocument as Document;
    inner.designMode = "on";
    inner.body.getBoundingClientRect();
    const paragraph = inner.createElement("p");
    paragraph.textContent = "hush-j";
    inner.body.append(paragraph);
    document.querySelector("#custom")?.setAttribute("value", "hush-k");
    (document.querySelector("#own") as HTMLElement).textContent = "hush-l";
    await new Promise((resolve) => setTimeout(resolve));
  });
  const files = await recorded.files();
  // The frame was not editable when it was loaded.
  expect(found(files).filter((text) => text !== "hush")).toEqual([]);
  const text = JSON.stringify(files.events);
  expect(text.match(/hush-\w/g)?.filter((secret) => secret !== "hush-e") ?? []).toEqual([]);
  expect(text).toContain("Kept text");
});

test("strict privacy keeps no text of the page: attributes, frames, options, comments and titles", async ({
  page,
  recorded,
}) => {
  const body = `
    <iframe srcdoc="<h1 title='hush1'>hush2</h1><input value='hush3' placeholder='hush4'>"></iframe>
    <input type="button" value="hush5"><input type="submit" value="hush6"><button value="hush7">hush8</button>
    <input placeholder="hush9" title="hush10" aria-label="hush11"><select><option value="hush12" label="hush13">hush14</option></select>
    <img alt="hush15" src="/api/picture"><my-card heading="hush16" data-tip="hush17" onclick="say('hush18')"></my-card>
    <a href="mailto:hush19@x" id="link" class="kept-class" data-state="open">hush20</a><!-- hush21 -->
    <svg viewBox="0 0 9 9"><title>hush22</title><path d="M0 0L9 9"/><text x="1">hush23</text></svg>
    <table summary="hush24"><td abbr="hush25">hush26</td></table><p id="later"></p>
    <object data="data:text/html,hush27"></object>`;
  await recorded.open({ ...contents, privacySetting: "strict" }, body, `<meta name="description" content="hush28">`);
  await page.evaluate(async () => {
    document.title = "hush29";
    const later = document.querySelector("#later") as HTMLElement;
    later.title = "hush30";
    later.dataset["name"] = "hush31";
    later.append(document.createComment("hush32"), "hush33");
    later.setAttribute("aria-description", "hush34");
    await new Promise((resolve) => setTimeout(resolve));
    (later.firstChild as Comment).data = "hush35";
    (later.lastChild as Text).data = "hush36";
  });
  await expect.poll(async () => JSON.stringify((await recorded.files()).events)).toContain("isAttachIframe");
  const files = await recorded.files();
  expect(found(files)).toEqual([]);
  expect(files.manifest).not.toHaveProperty("title");
  const text = JSON.stringify(files.events);
  for (const kept of ["kept-class", '"data-state":"open"', "M0 0L9 9", "0 0 9 9", "/api/picture"])
    expect(text, kept).toContain(kept);
});

test("a password stays masked where the page shows it, without other privacy", async ({ page, recorded }) => {
  await recorded.open(
    { ...contents, privacySetting: "none" },
    `<input type="password" id="word"><input id="note"><input autocomplete="one-time-code" id="otp">`,
  );
  await page.locator("#word").fill("hush1");
  await page.evaluate(async () => {
    const word = document.querySelector("#word") as HTMLInputElement;
    word.type = "text";
    word.value = "hush2";
    word.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise((resolve) => setTimeout(resolve));
    word.setAttribute("value", "hush3");
  });
  await page.locator("#otp").fill("hush4");
  await page.locator("#note").fill("A kept note");
  const files = await recorded.files();
  expect(found(files)).toEqual([]);
  expect(JSON.stringify(files.events)).toContain("A kept note");
});
