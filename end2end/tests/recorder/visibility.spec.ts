// What a page sees of the recorder: its functions look like the browser's, and the recorder leaves
// no property, attribute or policy violation.
import { expect, test } from "../../support/lab/test.ts";
import { runWithAndWithout } from "../../support/recorder-pages.ts";

const functions = `
  const owners = { window, "WebSocket.prototype": WebSocket.prototype, "XMLHttpRequest.prototype": XMLHttpRequest.prototype,
    "EventSource.prototype": EventSource.prototype, "Navigator.prototype": Navigator.prototype, console,
    "CSSStyleSheet.prototype": CSSStyleSheet.prototype, "CSSStyleDeclaration.prototype": CSSStyleDeclaration.prototype,
    "CSSMediaRule.prototype": CSSMediaRule.prototype, "CSSGroupingRule.prototype": CSSGroupingRule.prototype,
    "Element.prototype": Element.prototype, "HTMLInputElement.prototype": HTMLInputElement.prototype,
    "HTMLSelectElement.prototype": HTMLSelectElement.prototype, "HTMLOptionElement.prototype": HTMLOptionElement.prototype,
    "Document.prototype": Document.prototype, document, "ShadowRoot.prototype": ShadowRoot.prototype,
    "EventTarget.prototype": EventTarget.prototype, "Function.prototype": Function.prototype,
    "Response.prototype": Response.prototype, "ReadableStream.prototype": ReadableStream.prototype,
    "Node.prototype": Node.prototype, "Array.prototype": Array.prototype, "Promise.prototype": Promise.prototype };
  const describe = (value) => typeof value !== "function" ? typeof value
    : [value.name, value.length, value.toString(), Function.prototype.toString.call(value), \`\${value}\`, "prototype" in value, Object.getOwnPropertyNames(value).sort().join()];
  const seen = {};
  for (const [name, owner] of Object.entries(owners)) for (const key of Reflect.ownKeys(owner)) {
    if (/^(recorder|Replayscope|problems|replayscopeSockets)$/.test(String(key)) || (owner === window && /^\\d|^on|^__/.test(String(key)))) continue;
    const { value, get, set, ...rest } = Object.getOwnPropertyDescriptor(owner, key);
    seen[name + "." + String(key)] = [describe(value), describe(get), describe(set), rest];
  }`;

test("functions and accessors look like the browser's, one by one", async ({ page, lab, recorded }) => {
  const result = await runWithAndWithout(
    { page, lab, recorded },
    { body: `<input>`, run: `${functions} return seen;` },
  );
  expect(result.with).toEqual(result.without);
});

test("a style-src policy reports no violation when styles change", async ({ page, lab, recorded }) => {
  const policy = `<meta http-equiv="Content-Security-Policy" content="default-src 'self' data:; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self'; connect-src 'self'">`;
  const run = `const box = document.querySelector("#box"), input = document.querySelector("input");
    box.style.color = "red"; box.style.setProperty("margin", "1px", "important");
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    box.style.cssText = "color: green; padding: 2px"; input.type = "text";
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    return [box.getAttribute("style"), input.outerHTML, document.documentElement.outerHTML.includes("rr")];`;
  const result = await runWithAndWithout(
    { page, lab, recorded },
    { before: policy, body: `<p id="box">Box</p><input type="password" value="secret">`, run },
  );
  expect(result.with).toEqual(result.without);
  expect(result.with.problems).toEqual([]);
  const styles = (await recorded.files()).events.flatMap(({ data }) => {
    const { attributes = [] } = data as { attributes?: { attributes: { style?: unknown } }[] };
    return attributes.map(({ attributes }) => attributes.style).filter((style) => style !== undefined);
  });
  expect(JSON.stringify(styles)).toContain("padding");
  expect(JSON.stringify((await recorded.files()).events)).not.toContain("secret");
});

const clobbered = [
  "childNodes",
  "parentNode",
  "attributes",
  "tagName",
  "nodeType",
  "nodeName",
  "id",
  "className",
  "classList",
  "getAttribute",
  "hasAttribute",
  "matches",
  "closest",
  "style",
  "textContent",
  "firstChild",
  "nextSibling",
  "ownerDocument",
  "shadowRoot",
  "parentElement",
  "isConnected",
  "contains",
  "getRootNode",
  "querySelectorAll",
  "addEventListener",
  "scrollTop",
  "name",
  "value",
  "type",
];

test("forms whose fields are named as properties of elements are recorded, as are later changes in them", async ({
  page,
  lab,
  recorded,
}) => {
  const fields = clobbered.map((name) => `<input name="${name}" value="v">`).join("");
  const body = `<form class="mine" title="Form of the page">${fields}<p id="text">Before</p></form><img name="createElement"><form name="documentElement"></form>`;
  const run = `const text = document.querySelector("#text");
    text.append(" later text"); text.setAttribute("title", "later title");
    const form = document.forms[0], set = Element.prototype.setAttribute;
    set.call(form, "title", "later title of the form"); set.call(form, "style", "color: red");
    const more = document.createElementNS("http://www.w3.org/1999/xhtml", "form"); more.innerHTML = '<input name="childNodes"><input name="parentNode"><b>Added form</b>';
    document.body.append(more);
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    more.querySelector("b").append(" and its change"); 
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    document.body.removeChild(more);
    return [document.forms.length];`;
  const result = await runWithAndWithout({ page, lab, recorded }, { body, run });
  expect(result.with).toEqual(result.without);
  const events = JSON.stringify((await recorded.files()).events);
  for (const text of [
    "Form of the page",
    "Before",
    "later text",
    "later title",
    "later title of the form",
    "Added form",
    "and its change",
  ])
    expect(events).toContain(text);
});

test("in a page that replaces nothing no frame is inserted", async ({ page, lab, recorded }) => {
  const before = `<script>window.inserted = [];
    new MutationObserver((records) => records.forEach(({ addedNodes }) => inserted.push(...[...addedNodes].map(({ nodeName }) => nodeName))))
      .observe(document, { childList: true, subtree: true });</script>`;
  const run = `await new Promise((resolve) => setTimeout(resolve)); return inserted.filter((name) => name === "IFRAME");`;
  const result = await runWithAndWithout({ page, lab, recorded }, { before, body: "<p>Text</p>", run });
  expect(result.with).toEqual(result.without);
});
