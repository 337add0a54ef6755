// With the recorder a page's sockets are the browser's. Each case below runs twice, in a page with the recorder and in one
// without, and must say the same; what that is stands beside it. The cases follow the Web Platform Tests' `websockets`.
import type { Page } from "@playwright/test";
import { contents, expect, pageWith, test } from "../../support/lab/test.ts";

interface Case {
  name: string;
  /** Runs in the page, with `base` the address of the lab's sockets and the helpers of `helpers`. */
  run: string;
  says: unknown;
}

const helpers = `
  const thrown = (work) => { try { work(); return "nothing"; } catch (error) { return error.name + (error instanceof DOMException ? " (DOM)" : ""); } };
  const next = (socket, type) => new Promise((resolve) => socket.addEventListener(type, resolve, { once: true }));
  const opened = async (path, protocols) => { const socket = new WebSocket(base + path, protocols); await next(socket, "open"); return socket; };
  const answer = async (payload, binaryType) => {
    const socket = await opened("/echo");
    if (binaryType) socket.binaryType = binaryType;
    socket.send(payload);
    const { data } = await next(socket, "message");
    socket.close();
    return data;
  };
  const bytes = async (payload) => [...new Uint8Array(await answer(payload, "arraybuffer"))];
  const attributes = ({ writable, enumerable, configurable, get, set }) => ({ writable, enumerable, configurable, get: typeof get, set: typeof set });
`;

const DOM = (name: string): string => `${name} (DOM)`;

const cases: Record<string, Case[]> = {
  "the constructor": [
    { name: "it needs an address", run: `return thrown(() => new WebSocket())`, says: "TypeError" },
    { name: "it needs new", run: `return thrown(() => WebSocket(base + "/echo"))`, says: "TypeError" },
    {
      name: "an address that cannot be parsed",
      run: `return thrown(() => new WebSocket("ws://127.0.0.1:99999/"))`,
      says: DOM("SyntaxError"),
    },
    {
      name: "a scheme that is no socket's",
      run: `return thrown(() => new WebSocket("mailto:a@b.test"))`,
      says: DOM("SyntaxError"),
    },
    {
      name: "an address with a fragment",
      run: `return thrown(() => new WebSocket(base + "/echo#part"))`,
      says: DOM("SyntaxError"),
    },
    { name: "an empty fragment", run: `return thrown(() => new WebSocket(base + "/echo#"))`, says: DOM("SyntaxError") },
    {
      name: "a port that is forbidden",
      run: `const socket = new WebSocket("ws://127.0.0.1:1/"); const { type } = await next(socket, "error"); return [type, socket.readyState]`,
      says: ["error", 3],
    },
    {
      name: "http and relative addresses become a socket's",
      run: `return [new WebSocket(location.origin + "/echo"), new WebSocket("/echo"), new WebSocket(new URL("/echo", base))].map(({ url }) => url === base + "/echo")`,
      says: [true, true, true],
    },
    {
      name: "addresses are normalised",
      run: `return ["/a/../echo?q=ä b", "/echo?", "/echo/%7e ö"].map((path) => new WebSocket(base + path).url.slice(base.length))`,
      says: ["/echo?q=%C3%A4%20b", "/echo?", "/echo/%7e%20%C3%B6"],
    },
    {
      name: "an object's toString is asked once for the address",
      run: `let asked = 0; const { url } = new WebSocket({ toString: () => (asked += 1, base + "/echo") }); return [asked, url === base + "/echo"]`,
      says: [1, true],
    },
    {
      name: "an error in the address's toString comes through",
      run: `return thrown(() => new WebSocket({ toString() { throw new RangeError("mine"); } }))`,
      says: "RangeError",
    },
  ],
  subprotocols: [
    {
      name: "subprotocols that are no tokens",
      run: `return ["", "\\0", "a b", "a,b", "ä", "a/b", "(a)", "\\x7f"].map((name) => thrown(() => new WebSocket(base + "/echo", name)))`,
      says: Array.from({ length: 8 }, () => DOM("SyntaxError")),
    },
    {
      name: "the same subprotocol twice",
      run: `return thrown(() => new WebSocket(base + "/echo", ["a", "a"]))`,
      says: DOM("SyntaxError"),
    },
    {
      name: "no subprotocol",
      run: `return [(await opened("/echo")).protocol, (await opened("/echo", [])).protocol]`,
      says: ["", ""],
    },
    {
      name: "the subprotocol that the server chose",
      run: `return [(await opened("/echo", "one")).protocol, (await opened("/echo?protocol=two", ["one", "two"])).protocol]`,
      says: ["one", "two"],
    },
    {
      name: "a subprotocol that was not offered",
      run: `const socket = new WebSocket(base + "/echo?protocol=other", "one"); const { code } = await next(socket, "close"); return [code, socket.protocol]`,
      says: [1006, ""],
    },
    {
      name: "subprotocols from an iterator are read once",
      run: `let read = 0; const names = { *[Symbol.iterator]() { read += 1; yield "one"; yield "two"; } }; return [(await opened("/echo", names)).protocol, read]`,
      says: ["one", 1],
    },
    {
      name: "an object's toString is asked once for a subprotocol",
      run: `let asked = 0; const name = { toString: () => (asked += 1, "one") }; return [(await opened("/echo", [name, "two"])).protocol, asked, (await opened("/echo", name)).protocol, asked]`,
      says: ["one", 1, "one", 2],
    },
    { name: "undefined subprotocols are none", run: `return (await opened("/echo", undefined)).protocol`, says: "" },
  ],
  "the interface": [
    {
      name: "constants of the constructor",
      run: `return ["CONNECTING", "OPEN", "CLOSING", "CLOSED"].map((name) => [WebSocket[name], attributes(Object.getOwnPropertyDescriptor(WebSocket, name))])`,
      says: [0, 1, 2, 3].map((value) => [
        value,
        { writable: false, enumerable: true, configurable: false, get: "undefined", set: "undefined" },
      ]),
    },
    {
      name: "constants of the prototype and of a socket",
      run: `const socket = new WebSocket(base + "/echo"); return ["CONNECTING", "OPEN", "CLOSING", "CLOSED"].map((name) => [WebSocket.prototype[name], socket[name], Object.getOwnPropertyDescriptor(WebSocket.prototype, name).writable])`,
      says: [0, 1, 2, 3].map((value) => [value, value, false]),
    },
    {
      name: "constants cannot be changed",
      run: `return thrown(() => { "use strict"; WebSocket.OPEN = 5; }) + WebSocket.OPEN`,
      says: "TypeError1",
    },
    {
      name: "name and length",
      run: `return [WebSocket.name, WebSocket.length, WebSocket.prototype.send.name, WebSocket.prototype.send.length, WebSocket.prototype.close.length]`,
      says: ["WebSocket", 1, "send", 1, 0],
    },
    {
      name: "window.WebSocket is a property as any other interface is",
      run: `return attributes(Object.getOwnPropertyDescriptor(window, "WebSocket"))`,
      says: { writable: true, enumerable: false, configurable: true, get: "undefined", set: "undefined" },
    },
    {
      name: "properties of the constructor",
      run: `return Reflect.ownKeys(WebSocket).map(String).sort()`,
      says: ["CLOSED", "CLOSING", "CONNECTING", "OPEN", "length", "name", "prototype"],
    },
    {
      name: "properties of the prototype",
      run: `return Reflect.ownKeys(WebSocket.prototype).map(String).sort()`,
      says: [
        "CLOSED",
        "CLOSING",
        "CONNECTING",
        "OPEN",
        "Symbol(Symbol.toStringTag)",
        "binaryType",
        "bufferedAmount",
        "close",
        "constructor",
        "extensions",
        "onclose",
        "onerror",
        "onmessage",
        "onopen",
        "protocol",
        "readyState",
        "send",
        "url",
      ],
    },
    {
      name: "attributes of the prototype's properties",
      run: `return ["constructor", "send", "close", "url", "onmessage", "binaryType"].map((name) => attributes(Object.getOwnPropertyDescriptor(WebSocket.prototype, name)))`,
      says: [
        { writable: true, enumerable: false, configurable: true, get: "undefined", set: "undefined" },
        { writable: true, enumerable: true, configurable: true, get: "undefined", set: "undefined" },
        { writable: true, enumerable: true, configurable: true, get: "undefined", set: "undefined" },
        { enumerable: true, configurable: true, get: "function", set: "undefined" },
        { enumerable: true, configurable: true, get: "function", set: "function" },
        { enumerable: true, configurable: true, get: "function", set: "function" },
      ],
    },
    {
      name: "the prototype's own attributes",
      run: `return attributes(Object.getOwnPropertyDescriptor(WebSocket, "prototype"))`,
      says: { writable: false, enumerable: false, configurable: false, get: "undefined", set: "undefined" },
    },
    {
      name: "a socket is an instance of what made it",
      run: `const socket = new WebSocket(base + "/echo"); return [socket instanceof WebSocket, socket instanceof EventTarget, socket.constructor === WebSocket, WebSocket.prototype.constructor === WebSocket, Object.getPrototypeOf(socket) === WebSocket.prototype, Object.getPrototypeOf(WebSocket) === EventTarget]`,
      says: [true, true, true, true, true, true],
    },
    {
      name: "what it calls itself",
      run: `const socket = new WebSocket(base + "/echo"); return [String(socket), Object.prototype.toString.call(WebSocket.prototype), /native code/.test(String(WebSocket)), /native code/.test(String(WebSocket.prototype.send))]`,
      says: ["[object WebSocket]", "[object WebSocket]", true, true],
    },
    {
      name: "a socket has no properties of its own",
      run: `return Object.keys(new WebSocket(base + "/echo")).concat(Object.getOwnPropertyNames(new WebSocket(base + "/echo")))`,
      says: [],
    },
    {
      name: "send is no constructor and needs a socket",
      run: `return [thrown(() => new WebSocket.prototype.send("a")), thrown(() => WebSocket.prototype.send.call({}, "a")), thrown(() => WebSocket.prototype.send("a")), "prototype" in WebSocket.prototype.send]`,
      says: ["TypeError", "TypeError", "TypeError", false],
    },
    {
      name: "attributes cannot be read from the prototype",
      run: `return ["url", "readyState", "bufferedAmount"].map((name) => thrown(() => WebSocket.prototype[name]))`,
      says: ["TypeError", "TypeError", "TypeError"],
    },
    {
      name: "read-only attributes stay as they are",
      run: `const socket = new WebSocket(base + "/echo"); for (const name of ["url", "readyState", "bufferedAmount", "protocol", "extensions"]) socket[name] = "changed"; return [socket.url === base + "/echo", socket.readyState, socket.bufferedAmount, socket.protocol, socket.extensions]`,
      says: [true, 0, 0, "", ""],
    },
  ],
  subclasses: [
    {
      name: "a subclass is one",
      run: `class Mine extends WebSocket { constructor(path) { super(base + path); this.seen = []; } send(data) { this.seen.push(data); super.send(data); } get mine() { return true; } }
        const socket = new Mine("/echo"); await next(socket, "open"); socket.send("a"); const { data } = await next(socket, "message");
        return [socket instanceof Mine, socket instanceof WebSocket, socket.mine, socket.seen, data, socket.constructor === Mine, Mine.OPEN]`,
      says: [true, true, true, ["a"], "a", true, 1],
    },
    {
      name: "a subclass that overrides addEventListener is not asked",
      run: `let asked = 0; class Mine extends WebSocket { addEventListener(...args) { asked += 1; super.addEventListener(...args); } } new Mine(base + "/echo"); return asked`,
      says: 0,
    },
    {
      name: "Reflect.construct with another prototype",
      run: `function Other() {} Other.prototype = Object.create(WebSocket.prototype); const socket = Reflect.construct(WebSocket, [base + "/echo"], Other); return [Object.getPrototypeOf(socket) === Other.prototype, socket.readyState]`,
      says: [true, 0],
    },
    {
      name: "the prototype can be extended",
      run: `WebSocket.prototype.shout = function (text) { this.send(text.toUpperCase()); }; const socket = await opened("/echo"); socket.shout("a"); const { data } = await next(socket, "message"); delete WebSocket.prototype.shout; return data`,
      says: "A",
    },
  ],
  events: [
    {
      name: "the order of events and states",
      run: `const socket = new WebSocket(base + "/echo"); const seen = [["new", socket.readyState]];
        for (const type of ["open", "message", "error", "close"]) socket.addEventListener(type, () => seen.push([type, socket.readyState]));
        await next(socket, "open"); socket.send("a"); await next(socket, "message"); socket.close(); seen.push(["closing", socket.readyState]); await next(socket, "close"); return seen`,
      says: [
        ["new", 0],
        ["open", 1],
        ["message", 1],
        ["closing", 2],
        ["close", 3],
      ],
    },
    {
      name: "handlers and listeners run in the order they were set",
      run: `const socket = new WebSocket(base + "/echo"); const seen = []; socket.addEventListener("open", () => seen.push("first")); socket.onopen = () => seen.push("handler"); socket.addEventListener("open", () => seen.push("last")); await next(socket, "open"); return seen`,
      says: ["first", "handler", "last"],
    },
    {
      name: "a handler that is no function is none",
      run: `const socket = new WebSocket(base + "/echo"); const none = socket.onopen; socket.onopen = 5; const number = socket.onopen; const own = () => undefined; socket.onopen = own; return [none, number, socket.onopen === own]`,
      says: [null, null, true],
    },
    {
      name: "stopImmediatePropagation stops",
      run: `const socket = new WebSocket(base + "/echo"); const seen = []; socket.addEventListener("open", (event) => { seen.push(1); event.stopImmediatePropagation(); }); socket.addEventListener("open", () => seen.push(2)); socket.send; await new Promise((resolve) => { const look = () => (socket.readyState === 1 ? setTimeout(resolve) : setTimeout(look)); look(); }); return seen`,
      says: [1],
    },
    {
      name: "kinds of events",
      run: `const socket = new WebSocket(base + "/echo"); const open = await next(socket, "open"); socket.send("a"); const message = await next(socket, "message"); socket.close(); const close = await next(socket, "close"); return [open, message, close].map((event) => [event.constructor.name, event.bubbles, event.cancelable, event.isTrusted, event.target === socket])`,
      says: [
        ["Event", false, false, true, true],
        ["MessageEvent", false, false, true, true],
        ["CloseEvent", false, false, true, true],
      ],
    },
    {
      name: "a message says where it comes from",
      run: `const socket = await opened("/echo"); socket.send("a"); const { origin, lastEventId, source, ports } = await next(socket, "message"); return [origin === base, lastEventId, source, ports.length]`,
      says: [true, "", null, 0],
    },
    {
      name: "events that a page dispatches itself",
      run: `const socket = await opened("/echo"); const seen = []; socket.onmessage = ({ data, isTrusted }) => seen.push([data, isTrusted]); socket.dispatchEvent(new MessageEvent("message", { data: "mine" })); return seen`,
      says: [["mine", false]],
    },
    {
      name: "a listener can be removed, and asked once",
      run: `const socket = await opened("/echo"); let count = 0; const listener = () => (count += 1); socket.addEventListener("message", listener); socket.removeEventListener("message", listener); socket.addEventListener("message", listener, { once: true }); socket.send("a"); socket.send("b"); await next(socket, "message"); await next(socket, "message"); return count`,
      says: 1,
    },
    {
      name: "a refused handshake",
      run: `const socket = new WebSocket(base + "/refuse"); const seen = []; socket.onerror = ({ type, constructor }) => seen.push(type, socket.readyState); const { code, reason, wasClean } = await next(socket, "close"); return [seen, code, reason, wasClean, socket.readyState]`,
      says: [["error", 3], 1006, "", false, 3],
    },
  ],
  send: [
    {
      name: "send before the socket is open",
      run: `const socket = new WebSocket(base + "/echo"); return ["a", new Blob(["a"]), new ArrayBuffer(1)].map((payload) => thrown(() => socket.send(payload)))`,
      says: [DOM("InvalidStateError"), DOM("InvalidStateError"), DOM("InvalidStateError")],
    },
    {
      name: "send without a payload",
      run: `const socket = await opened("/echo"); return thrown(() => socket.send())`,
      says: "TypeError",
    },
    {
      name: "text",
      run: `return [await answer("plain"), await answer(""), await answer("é – 🍐 \\0 \\u2028")]`,
      says: ["plain", "", "é – 🍐 \0 \u2028"],
    },
    { name: "text of 100,000 characters", run: `return (await answer("x".repeat(100000))).length`, says: 100000 },
    { name: "half a pair of surrogates", run: `return await answer("a\\ud800b")`, says: "a\ufffdb" },
    {
      name: "what is no text becomes text",
      run: `return [await answer(null), await answer(undefined), await answer(12.5), await answer(true), await answer([1, 2]), await answer({})]`,
      says: ["null", "undefined", "12.5", "true", "1,2", "[object Object]"],
    },
    {
      name: "an object's toString is asked once",
      run: `let asked = 0; return [await answer({ toString: () => "asked " + (asked += 1) }), asked]`,
      says: ["asked 1", 1],
    },
    {
      name: "an error in toString comes through, and nothing is sent",
      run: `const socket = await opened("/echo"); const error = thrown(() => socket.send({ toString() { throw new RangeError("mine"); } })); socket.send("after"); return [error, (await next(socket, "message")).data]`,
      says: ["RangeError", "after"],
    },
    {
      name: "a symbol cannot be sent",
      run: `const socket = await opened("/echo"); return thrown(() => socket.send(Symbol("a")))`,
      says: "TypeError",
    },
    {
      name: "an array buffer",
      run: `return [await bytes(new Uint8Array([0, 1, 254, 255]).buffer), await bytes(new ArrayBuffer(0))]`,
      says: [[0, 1, 254, 255], []],
    },
    {
      name: "views of every kind, with offsets",
      run: `const buffer = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]).buffer;
        const views = [new Uint8Array(buffer, 1, 2), new Int8Array(buffer, 15), new Uint8ClampedArray(buffer, 0, 1), new Int16Array(buffer, 2, 1), new Uint16Array(buffer, 4, 1), new Int32Array(buffer, 4, 1), new Uint32Array(buffer, 8, 1), new Float32Array(buffer, 12, 1), new Float64Array(buffer, 8, 1), new BigInt64Array(buffer, 0, 1), new DataView(buffer, 3, 2)];
        return await Promise.all(views.map(bytes))`,
      says: [
        [2, 3],
        [16],
        [1],
        [3, 4],
        [5, 6],
        [5, 6, 7, 8],
        [9, 10, 11, 12],
        [13, 14, 15, 16],
        [9, 10, 11, 12, 13, 14, 15, 16],
        [1, 2, 3, 4, 5, 6, 7, 8],
        [4, 5],
      ],
    },
    {
      name: "a blob, and a file",
      run: `return [await bytes(new Blob([new Uint8Array([1, 2])])), await bytes(new Blob([])), await bytes(new File(["abc"], "a.txt"))]`,
      says: [[1, 2], [], [97, 98, 99]],
    },
    {
      name: "a buffer may be changed right after it was sent",
      run: `const socket = await opened("/echo"); socket.binaryType = "arraybuffer"; const view = new Uint8Array([1, 2, 3]); socket.send(view); view.fill(9); return [...new Uint8Array((await next(socket, "message")).data)]`,
      says: [1, 2, 3],
    },
    {
      name: "a buffer of another frame",
      run: `const frame = document.createElement("iframe"); document.body.append(frame); return await bytes(new frame.contentWindow.Uint8Array([7, 8]).buffer)`,
      says: [7, 8],
    },
    {
      name: "messages of several kinds arrive in order",
      run: `const socket = await opened("/echo"); socket.binaryType = "arraybuffer"; const seen = []; const all = new Promise((resolve) => (socket.onmessage = ({ data }) => { seen.push(typeof data === "string" ? data : data.byteLength); if (seen.length === 4) resolve(); })); socket.send("a"); socket.send(new Blob(["bb"])); socket.send(new Uint8Array(3)); socket.send("d"); await all; return seen`,
      says: ["a", 2, 3, "d"],
    },
    {
      name: "send while closing and when closed says nothing, and counts as buffered",
      run: `const socket = await opened("/echo"); socket.close(); const before = socket.bufferedAmount; const closing = thrown(() => socket.send("abc")); const amount = socket.bufferedAmount - before; await next(socket, "close"); const closed = thrown(() => socket.send(new Uint8Array(2))); return [closing, amount, closed, socket.bufferedAmount - before]`,
      says: ["nothing", 3, "nothing", 5],
    },
    {
      name: "bufferedAmount grows with what is sent, and falls to nothing",
      run: `const socket = await opened("/echo"); socket.send("é"); socket.send(new Uint8Array(10)); const amount = socket.bufferedAmount; await next(socket, "message"); await next(socket, "message"); return [amount, socket.bufferedAmount]`,
      says: [12, 0],
    },
  ],
  binaryType: [
    { name: "binaryType is blob at first", run: `return new WebSocket(base + "/echo").binaryType`, says: "blob" },
    {
      name: "binaryType takes two words and ignores others",
      run: `const socket = new WebSocket(base + "/echo"); return ["arraybuffer", "blob", "arraybuffer", "bytes", "", "Blob"].map((type) => { socket.binaryType = type; return socket.binaryType; })`,
      says: ["arraybuffer", "blob", "arraybuffer", "arraybuffer", "arraybuffer", "arraybuffer"],
    },
    {
      name: "bytes come as blobs, or as array buffers",
      run: `const blob = await answer(new Uint8Array([1])); const buffer = await answer(new Uint8Array([1, 2]), "arraybuffer"); return [blob.constructor.name, blob.size, blob.type, buffer.constructor.name, buffer.byteLength]`,
      says: ["Blob", 1, "", "ArrayBuffer", 2],
    },
    {
      name: "binaryType can change between messages",
      run: `const socket = await opened("/echo"); socket.send(new Uint8Array(1)); const first = (await next(socket, "message")).data; socket.binaryType = "arraybuffer"; socket.send(new Uint8Array(2)); const second = (await next(socket, "message")).data; return [first.constructor.name, second.constructor.name]`,
      says: ["Blob", "ArrayBuffer"],
    },
    {
      name: "data is the same object each time it is read, and may be transferred",
      run: `const socket = await opened("/echo"); socket.binaryType = "arraybuffer"; socket.send(new Uint8Array([5])); const event = await next(socket, "message"); const same = event.data === event.data; structuredClone(event.data, { transfer: [event.data] }); return [same, event.data.byteLength]`,
      says: [true, 0],
    },
  ],
  close: [
    {
      name: "close codes that a page may not choose",
      run: `const socket = await opened("/echo"); return [0, 500, 999, 1001, 1005, 1006, 1015, 2999, 5000, 65536 + 3000 - 1].map((code) => thrown(() => socket.close(code)))`,
      says: Array.from({ length: 10 }, () => DOM("InvalidAccessError")),
    },
    {
      name: "a reason that is too long",
      run: `const socket = await opened("/echo"); return [thrown(() => socket.close(1000, "x".repeat(124))), thrown(() => socket.close(1000, "é".repeat(62))), socket.readyState]`,
      says: [DOM("SyntaxError"), DOM("SyntaxError"), 1],
    },
    {
      name: "code and reason come back",
      run: `const socket = await opened("/echo"); socket.close(3000, "enough – 🍐"); const { code, reason, wasClean } = await next(socket, "close"); return [code, reason, wasClean]`,
      says: [3000, "enough – 🍐", true],
    },
    {
      name: "close without a code",
      run: `const socket = await opened("/echo"); socket.close(); const { code, reason, wasClean } = await next(socket, "close"); return [code, reason, wasClean]`,
      says: [1005, "", true],
    },
    {
      name: "close with undefined",
      run: `const socket = await opened("/echo"); socket.close(undefined); return (await next(socket, "close")).code`,
      says: 1005,
    },
    {
      name: "close twice",
      run: `const socket = await opened("/echo"); socket.close(3001); socket.close(3002); const { code } = await next(socket, "close"); socket.close(); return [code, socket.readyState]`,
      says: [3001, 3],
    },
    {
      name: "close before the socket is open",
      run: `const socket = new WebSocket(base + "/echo"); const seen = []; socket.onerror = () => seen.push("error"); socket.onopen = () => seen.push("open"); socket.close(); const state = socket.readyState; const { code, wasClean } = await next(socket, "close"); return [state, seen, code, wasClean]`,
      says: [2, ["error"], 1006, false],
    },
    {
      name: "the server closes with a code and a reason",
      run: `const socket = new WebSocket(base + "/close?code=4321&reason=over"); const { code, reason, wasClean } = await next(socket, "close"); return [code, reason, wasClean]`,
      says: [4321, "over", true],
    },
    {
      name: "the server closes without a code",
      run: `const { code, wasClean } = await next(new WebSocket(base + "/close"), "close"); return [code, wasClean]`,
      says: [1005, true],
    },
    {
      name: "the connection breaks",
      run: `const socket = await opened("/drop"); const seen = []; socket.onerror = () => seen.push("error"); socket.send("go"); const { code, wasClean } = await next(socket, "close"); return [code, wasClean]`,
      says: [1006, false],
    },
    {
      name: "what was sent before close arrives",
      run: `const socket = await opened("/echo"); const seen = []; socket.onmessage = ({ data }) => seen.push(data); socket.send("a"); socket.send("close 4000 x"); socket.send("b"); const { code } = await next(socket, "close"); return [seen, code]`,
      says: [["a"], 4000],
    },
    {
      name: "extensions are what was agreed on",
      run: `return (await opened("/echo")).extensions`,
      says: "permessage-deflate",
    },
  ],
};

async function expectAll(page: Page, group: Case[], base: string, where: string): Promise<void> {
  for (const { name, run, says } of group) {
    const said: unknown = await page.evaluate(`(async (base) => { ${helpers} ${run} })(${JSON.stringify(base)})`);
    expect.soft(said, `${name}, ${where} the recorder`).toEqual(says);
  }
}

for (const [what, group] of Object.entries(cases)) {
  test(`${what}: the same with and without the recorder`, async ({ page, lab }) => {
    await page.goto(lab.page("<!doctype html><title>Without</title><link rel=icon href=data:,><body>"));
    await expectAll(page, group, lab.sockets, "without");
    await page.goto(lab.page(pageWith(contents)));
    await expectAll(page, group, lab.sockets, "with");
  });
}
