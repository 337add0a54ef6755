// No secret reaches any file: generated secrets, in every place where pages use them.
import { readFileSync } from "node:fs";
import type { RequestResponsePair } from "../../../recorder/src/index.ts";
import { contents, expect, pageWith, test } from "../../support/lab/test.ts";
import { networkSettings } from "../../../recorder/src/options.ts";
import { createNameRanking, isCredentialName } from "../../../recorder/src/privacy/names.ts";
import { createRedactor } from "../../../recorder/src/privacy/redact.ts";
import type { SessionFiles } from "../../support/lab/session-files.ts";

/** Generates secrets, the same in every run; each is used in one place. */
function secrets(count: number): string[] {
  let state = 42;
  const letter = (): string => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return "abcdefghijkmnpqrstuvwxyz23456789".charAt(state >>> 27);
  };
  return Array.from({ length: count }, () => Array.from({ length: 18 }, letter).join(""));
}

/** The text of all files, with base64 decoded. */
function allText(files: SessionFiles): string {
  const text = [...files.files.values()].join("\n");
  const decoded = [...text.matchAll(/"([A-Za-z0-9+/]{8,}={0,2})"/g)].map(([, encoded = ""]) =>
    Buffer.from(encoded, "base64").toString("latin1"),
  );
  return [text, ...decoded].join("\n");
}

function expectNoneOf(hidden: readonly string[], files: SessionFiles): void {
  const text = allText(files);
  const context = (secret: string): string => text.slice(text.indexOf(secret) - 80, text.indexOf(secret) + 20);
  const found = hidden.flatMap((secret, index) =>
    text.includes(secret) ? [`secret ${index}: ${context(secret)}`] : [],
  );
  expect(found).toEqual([]);
}

const redactions = {
  networkRecording: {
    recordHeadersAndBody: true,
    networkHeadersToRedact: ["X-Plan"],
    networkBodyKeysToRedact: ["iban", "Card-Number"],
  },
};

test("credentials are redacted in headers, bodies and URLs of requests", async ({ recorded }) => {
  const hidden = secrets(24);
  await recorded.open(redactions);
  await recorded.page.evaluate(async (s) => {
    const request = async (url: string, init: RequestInit): Promise<void> =>
      void (await (await fetch(url, init)).text());
    const headers = {
      Authorization: `Basic ${s[0]}`,
      "X-Api-Key": `${s[1]}`,
      "X-Auth-Token": `${s[2]}`,
      "X-CSRF-Token": `${s[3]}`,
      "x-plan": `${s[4]}`,
      "X-Note": `Bearer a.1${s[5]}`,
    };
    await request("/api/echo", { headers });
    const json = (value: unknown): RequestInit => ({
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(value),
    });
    await request(
      "/api/echo",
      json({ user: "ann", password: s[6], deep: [{ IBAN: s[7], more: { iban: { country: "GB", number: s[8] } } }] }),
    );
    await request(
      "/api/echo",
      json({ within: JSON.stringify({ "card-number": s[9], note: 'a "quoted" \\ word', iban: [s[10], s[10]] }) }),
    );
    await request(
      "/api/echo",
      json({ new_password: `"${s[11]}\\"`, password_confirmation: s[11], refresh_token: s[12], after: 1 }),
    );
    await request("/api/echo", {
      method: "POST",
      body: new URLSearchParams({ user: "ann", password: s[13] ?? "", iban: s[14] ?? "" }),
    });
    const form = new FormData();
    form.set("password", s[15] ?? "");
    await request("/api/echo", { method: "POST", body: form });
    await request("/api/echo", {
      method: "POST",
      body: `<login><password type="plain">${s[16]}</password><iban>${s[17]}</iban></login>`,
    });
    await request(`/api/echo?access_token=${s[18]}&page=2&iban=${s[19]}#id_token=${s[18]}`, {});
    const xhr = new XMLHttpRequest();
    xhr.open("POST", `/api/echo?api_key=${s[20]}`);
    xhr.setRequestHeader("Proxy-Authorization-Like", "plain");
    xhr.setRequestHeader("X-Session", `${s[21]}`);
    const done = new Promise((resolve) => (xhr.onloadend = resolve));
    xhr.send(`{"password": "${s[22]}`);
    await done;
    navigator.sendBeacon(`/api/echo?sig=${s[23]}`, JSON.stringify({ secret: s[23] }));
  }, hidden);
  const files = await recorded.files();
  expectNoneOf(hidden, files);
  const text = allText(files);
  for (const kept of ["ann", "page=2", "X-Note", "[REDACTED]", '\\"after\\":1', "plain"])
    expect(text.toLowerCase(), kept).toContain(kept.toLowerCase());
  // The text around a secret is unchanged, also in JSON within JSON.
  const bodies = files.requests("/api/echo").map(({ requestResponsePairs: pair }) => pair?.request.body ?? "");
  const { within } = JSON.parse(bodies.find((body) => body.includes("within")) ?? "") as { within: string };
  expect(JSON.parse(within)).toEqual({ "card-number": "[REDACTED]", note: 'a "quoted" \\ word', iban: "[REDACTED]" });
});

test("credentials are redacted in URLs, subprotocols, messages and close reasons of sockets", async ({ recorded }) => {
  const hidden = secrets(14);
  await recorded.open(redactions);
  await recorded.page.evaluate(async (s) => {
    const next = (socket: WebSocket, type: string): Promise<unknown> =>
      new Promise((resolve) => socket.addEventListener(type, resolve, { once: true }));
    const socket = new WebSocket(`/echo?token=${s[0]}&room=7`, ["chat", "bearer", s[1] ?? "", `bearer.${s[2]}`]);
    await next(socket, "open");
    const messages = [
      JSON.stringify({ type: "login", password: s[3], profile: { iban: s[4] }, text: "stays" }),
      `42["login",{"access_token":"${s[5]}"}]`,
      `CONNECT\nAuthorization: Bearer a.1${s[6]}\n\n`,
      `eyJhbGciOi.eyJ${s[7]}.${s[7]}`,
      `see https://ann:${s[8]}@example.test/?session=${s[9]}`,
    ];
    for (const text of messages) socket.send(text);
    socket.send(new TextEncoder().encode(JSON.stringify({ iban: s[10], kept: "bytes" })));
    socket.send(new Blob([JSON.stringify({ pwd: s[11] })]));
    let count = 0;
    await new Promise((resolve) => socket.addEventListener("message", () => (count += 1) === 7 && resolve(0)));
    socket.close(4000, `token=${s[12]}`);
    await next(socket, "close");
    const source = new EventSource(`/api/events?auth=${s[13]}`);
    await next(source as unknown as WebSocket, "message");
    source.close();
  }, hidden);
  const files = await recorded.files();
  expectNoneOf(hidden, files);
  const text = allText(files);
  for (const kept of ["room=7", "stays", "kept", "42[", "chat"]) expect(text, kept).toContain(kept);
});

test("credentials and input are redacted in the DOM and the console", async ({ recorded, page, lab }) => {
  const hidden = secrets(17);
  const [
    address,
    link,
    picture,
    meta,
    field,
    typed,
    hiddenField,
    area,
    note,
    object,
    error,
    rejection,
    attribute,
    session,
    cookie,
    styled,
    jwt,
  ] = hidden;
  const body = `
    <a href="/next?access_token=${link}">On</a> <img alt="" src="/api/picture?signature=${picture}">
    <input id="name" value="${field}"> <input type="password" id="word"> <input type="hidden" name="csrf" value="${hiddenField}">
    <textarea id="area"></textarea>
    <input id="later"> <p style="background: url('/api/picture?token=${styled}')">Kept text</p>`;
  const html = pageWith(
    { ...redactions, privacySetting: "default" },
    body,
    `<meta name="csrf-token" content="${meta}">`,
  );
  await page.goto(`${lab.page(html)}?token=${address}#session=${session}`);
  await page.locator("#name").fill(`more of ${typed}`);
  await page.locator("#word").pressSequentially(typed ?? "");
  await page.locator("#area").fill(area ?? "");
  await page.evaluate(
    async ([note, object, error, rejection, attribute, cookie, jwt]) => {
      document.cookie = `sid=${cookie}`;
      document.querySelector("#later")?.setAttribute("value", attribute ?? "");
      console.log(`went to https://example.test/?token=${note}`, {
        deep: [{ password: object, kept: "of the object" }],
      });
      console.warn(JSON.stringify({ iban: object }), `eyJhbGciOi.eyJ${jwt}.x`);
      setTimeout(() => {
        throw new Error(`failed at /x?api_key=${error}`);
      });
      void Promise.reject(new Error(`refused: Bearer a.1${rejection}`));
      await new Promise((resolve) => setTimeout(resolve));
    },
    [note, object, error, rejection, attribute, cookie, jwt],
  );
  const files = await recorded.files();
  expectNoneOf(hidden, files);
  expect(allText(files)).toContain("Kept text");
  expect(allText(files)).toContain("of the object");
  expect(files.console.map(({ level }) => level)).toEqual(["log", "warn", "exception", "exception"]);
});

test("strict privacy masks the text of the page", async ({ recorded }) => {
  await recorded.open({ privacySetting: "strict" }, "<p>A private letter</p>");
  const files = await recorded.files();
  expect(allText(files)).not.toContain("private letter");
});

test("requests and sockets on the blocklist are listed without contents", async ({ recorded }) => {
  await recorded.open({ networkRecording: { recordHeadersAndBody: true, urlBlocklist: ["/API/echo", "room=secret"] } });
  await recorded.page.evaluate(async () => {
    await (await fetch("/api/echo", { method: "POST", body: "hush", headers: { "X-Hush": "hush" } })).text();
    const socket = new WebSocket("/echo?room=secret");
    await new Promise((resolve) => (socket.onopen = resolve));
    socket.send("hush");
    await new Promise((resolve) => (socket.onmessage = resolve));
  });
  const files = await recorded.files();
  expect(allText(files)).not.toContain("hush");
  const [request] = files.requests("/api/echo");
  expect(request).toMatchObject({ responseStatus: 200, requestResponsePairs: { urlBlocked: true } });
  expect(files.opens).toHaveLength(1);
  expect(files.manifest.files.sockets).toEqual({});
});

test("a sanitizer receives requests and messages, and changes or drops them", async ({ recorded, lab, page }) => {
  const sanitize = (pair: RequestResponsePair): RequestResponsePair | null => {
    if (pair.request.url.includes("drop")) return null;
    if (pair.request.url.includes("throw")) throw new Error("of the sanitizer");
    const { body } = pair.request;
    if (body === "drop me") return null;
    if (typeof body === "object") pair.request.body = { seen: (body as { name: string }).name.length };
    pair.request.url = pair.request.url.replace("private", "public");
    return pair;
  };
  const options = `{ networkRecording: { recordHeadersAndBody: true, requestResponseSanitizer: ${String(sanitize)} } }`;
  await page.goto(lab.page(pageWith(contents).replace(JSON.stringify(contents), options)));
  await page.evaluate(async () => {
    for (const url of ["/api/echo?private", "/api/echo?drop", "/api/echo?throw"])
      await (await fetch(url, { method: "POST", body: '{"name":"ann"}' })).text();
    const socket = new WebSocket("/echo?private");
    const dropped = new WebSocket("/echo?drop");
    await Promise.all([socket, dropped].map((one) => new Promise((resolve) => (one.onopen = resolve))));
    dropped.send("a");
    for (const text of ['{"name":"ann"}', "drop me", "kept"]) socket.send(text);
    await new Promise((resolve) => (socket.onmessage = ({ data }) => data === "kept" && resolve(0)));
  });
  const files = await recorded.files();
  expect(files.requests("?public")).toMatchObject([{ requestResponsePairs: { request: { body: '{"seen":3}' } } }]);
  expect(files.resources.filter(({ name }) => /drop|throw|private/.test(name))).toEqual([]);
  expect(files.opens).toMatchObject([{ name: `${lab.sockets}/echo?public` }]);
  expect(
    files
      .messages(files.opens[0]?.socketId)
      .filter(({ type }) => type === "sent")
      .map(({ message }) => message),
  ).toEqual(['{"seen":3}', "kept"]);
});

interface Vectors {
  credentialNames: string[];
  otherNames: string[];
  payloadCredentialNames: string[];
  otherPayloadNames: string[];
  urls: [string, string][];
  texts: [string, string][];
  protocols: [string, string][];
  headers: [string, string, string][];
}

const table = readFileSync(new URL("../../../crates/session/tests/suite/redact/vectors.json", import.meta.url), "utf8");
const vectors = JSON.parse(table) as Vectors;

test("the recorder redacts what the viewer's export redacts, by the same test vectors", () => {
  expect(vectors.credentialNames.filter((name) => !isCredentialName(name))).toEqual([]);
  expect(vectors.otherNames.filter((name) => isCredentialName(name))).toEqual([]);
  const redactor = createRedactor(networkSettings({}));
  expect(vectors.urls.map(([from]) => redactor.url_(from))).toEqual(vectors.urls.map(([, to]) => to));
  expect(vectors.texts.map(([from]) => redactor.tokens_(from))).toEqual(vectors.texts.map(([, to]) => to));
  const list = (offered: string): string => redactor.protocols_(offered.split(/, ?/)).join(", ");
  expect(vectors.protocols.map(([from]) => list(from))).toEqual(vectors.protocols.map(([, to]) => to));
  expect(vectors.headers.map(([name, from]) => redactor.headers_({ [name]: from })[name])).toEqual(
    vectors.headers.map(([, , to]) => to),
  );
  for (const [, to] of [...vectors.urls, ...vectors.texts]) expect(redactor.tokens_(to)).toBe(to);
});

test("the values of credential keys in bodies are redacted, others only where they look like secrets", () => {
  const rankOf = createNameRanking([]);
  expect(vectors.payloadCredentialNames.filter((name) => rankOf(name) !== 3)).toEqual([]);
  expect(vectors.otherPayloadNames.filter((name) => rankOf(name) === 3)).toEqual([]);
  const redactor = createRedactor(networkSettings({}));
  const redact = (text: string): string => redactor.text_(text);
  const withKey = (key: string, value: string): string => JSON.stringify({ [key]: value });
  for (const key of vectors.payloadCredentialNames)
    expect(redact(withKey(key, "1234"))).toBe(withKey(key, "[REDACTED]"));
  for (const key of vectors.otherPayloadNames) expect(redact(withKey(key, "1234"))).toBe(withKey(key, "1234"));
  for (const key of ["token", "session", "card", "code"])
    expect(redact(withKey(key, "a1b2c3d4e5f6g7h8"))).toBe(withKey(key, "[REDACTED]"));
  for (const key of ["key", "nextPageToken", "max_tokens"])
    expect(redact(withKey(key, "a1b2c3d4e5f6g7h8"))).toBe(withKey(key, "a1b2c3d4e5f6g7h8"));
});

/** What goes in, and what comes out. */
const bodies: [string, string][] = [
  [`{"password":null,"secret":"","otp":[],"pin":true}`, `{"password":null,"secret":"","otp":[],"pin":true}`],
  [`{"pin":1234,"n":1}`, `{"pin":"[REDACTED]","n":1}`],
  [`{"code":"hush","state":"x"}`, `{"code":"[REDACTED]","state":"x"}`],
  [`{"grant_type":"authorization_code","code":"hush"}`, `{"grant_type":"authorization_code","code":"[REDACTED]"}`],
  [`[{"code":"US"},{"state":"NY"}]`, `[{"code":"US"},{"state":"NY"}]`],
  [`{"code":404,"state":"failed"}`, `{"code":404,"state":"failed"}`],
  [`{"pass\\u0077ord":"hush"}`, `{"pass\\u0077ord":"[REDACTED]"}`],
  [`[{"name":"password","value":"hush"}]`, `[{"name":"password","value":"[REDACTED]"}]`],
  [
    `{"q":"login(user: \\"ann\\", password: \\"hu sh\\")"}`,
    `{"q":"login(user: \\"ann\\", password: \\"[REDACTED]\\")"}`,
  ],
  [`<wsse:Password Type="x">hush</wsse:Password>`, `<wsse:Password Type="x">[REDACTED]</wsse:Password>`],
  [`<password><![CDATA[hush]]></password><id>1</id>`, `<password>[REDACTED]</password><id>1</id>`],
  [`<user name="ann" password="hush"/>`, `<user name="ann" password="[REDACTED]"/>`],
  [`<field name="password">hush</field>`, `<field name="password">[REDACTED]</field>`],
  [`<input name='password' value='hush'>`, `<input name='password' value='[REDACTED]'>`],
  [`user=ann\r\npassword=hush hush\r\nage=7\r\n`, `user=ann\r\npassword=[REDACTED]\r\nage=7\r\n`],
  [`CONNECT\nlogin:ann\npasscode:hush\n\n\0`, `CONNECT\nlogin:ann\npasscode:[REDACTED]\n\n\0`],
  [`["CONNECT\\npasscode:hush\\n\\n"]`, `["CONNECT\\npasscode:[REDACTED]\\n\\n"]`],
  [`{ password: 'hu"sh', a: 1 }`, `{ password: '[REDACTED]', a: 1 }`],
  [`login failed: password=hush, user=ann`, `login failed: password=[REDACTED], user=ann`],
  [`invalid token=a1b2c3d4e5f6 (token=in)`, `invalid token=[REDACTED] (token=in)`],
  [
    `function f(e){return{password:e.password,token:e.token}}`,
    `function f(e){return{password:e.password,token:e.token}}`,
  ],
];

test("credentials are redacted in JSON, XML, forms, headers and assignments, and nothing else is changed", () => {
  const redactor = createRedactor(networkSettings({}));
  const redact = (text: string): string => redactor.text_(text);
  for (const [body, expected] of bodies) {
    expect(redact(body)).toBe(expected);
    expect(redact(expected)).toBe(expected);
    // The same within JSON.
    expect(redact(JSON.stringify({ body }))).toBe(JSON.stringify({ body: expected }));
  }
});

test("redaction takes linear time on hostile repetitive input", () => {
  const settings = networkSettings({ networkBodyKeysToRedact: ["iban"] });
  const redactor = createRedactor(settings);
  const patterns = [
    "\\",
    `name="pwd"`,
    "<pwd ",
    "passwd",
    "eyJ-",
    `"pwd":`,
    `"pwd":[`,
    "//a:",
    "bearer ",
    "?a",
    `\\"`,
    "eyJaaaaaa.",
    `<iban `,
    `"x-`,
    "https:",
    "https:/",
    "//u@",
    "?code=",
    "?code=a1b2c3d4e5f6a7b8",
    "%3Dtoken",
    "%25",
    "%2525",
    "%26a",
    "%3A%2F%2Fu",
    "%26code%3D",
    ";token=?",
    "basic ",
    "bearer+",
    "eyJaaaaaa..",
    "aB",
    "?token%3D%26",
    `name="pwd"\\`,
    "<pwd>\\",
    "<token>",
    `"token":[`,
    `"code":"x",`,
    "pwd=",
    "\npwd:",
    "password = ",
  ];
  for (const pattern of patterns) {
    for (const before of ["", `"`]) {
      const hostile = before + pattern.repeat(Math.ceil(262_144 / pattern.length));
      const start = process.cpuUsage();
      redactor.text_(hostile);
      // A quadratic search would take over a minute.
      expect(process.cpuUsage(start).user / 1000, pattern).toBeLessThan(3000);
    }
  }
});
