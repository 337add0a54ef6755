// The WebSocket interface with the recorder is the native one: constructor, subprotocols,
// properties and subclasses. The cases follow the `websockets` suite of the Web Platform Tests.
import { domException, testWebSocketCases } from "../../support/lab/websocket-cases.ts";

testWebSocketCases({
  "the constructor": [
    { name: "a URL is required", run: `return thrown(() => new WebSocket())`, expected: "TypeError" },
    { name: "new is required", run: `return thrown(() => WebSocket(base + "/echo"))`, expected: "TypeError" },
    {
      name: "an invalid URL",
      run: `return thrown(() => new WebSocket("ws://127.0.0.1:99999/"))`,
      expected: domException("SyntaxError"),
    },
    {
      name: "an unsupported scheme",
      run: `return thrown(() => new WebSocket("mailto:a@b.test"))`,
      expected: domException("SyntaxError"),
    },
    {
      name: "a URL with a fragment",
      run: `return thrown(() => new WebSocket(base + "/echo#part"))`,
      expected: domException("SyntaxError"),
    },
    {
      name: "an empty fragment",
      run: `return thrown(() => new WebSocket(base + "/echo#"))`,
      expected: domException("SyntaxError"),
    },
    {
      name: "a blocked port",
      run: `const socket = new WebSocket("ws://127.0.0.1:1/"); const { type } = await next(socket, "error"); return [type, socket.readyState]`,
      expected: ["error", 3],
    },
    {
      name: "http and relative URLs are converted",
      run: `return [new WebSocket(location.origin + "/echo"), new WebSocket("/echo"), new WebSocket(new URL("/echo", base))].map(({ url }) => url === base + "/echo")`,
      expected: [true, true, true],
    },
    {
      name: "URLs are normalized",
      run: `return ["/a/../echo?q=ä b", "/echo?", "/echo/%7e ö"].map((path) => new WebSocket(base + path).url.slice(base.length))`,
      expected: ["/echo?q=%C3%A4%20b", "/echo?", "/echo/%7e%20%C3%B6"],
    },
    {
      name: "toString of a URL object is called once",
      run: `let calls = 0; const { url } = new WebSocket({ toString: () => (calls += 1, base + "/echo") }); return [calls, url === base + "/echo"]`,
      expected: [1, true],
    },
    {
      name: "an error in the URL's toString is thrown",
      run: `return thrown(() => new WebSocket({ toString() { throw new RangeError("mine"); } }))`,
      expected: "RangeError",
    },
  ],
  subprotocols: [
    {
      name: "invalid subprotocol tokens",
      run: `return ["", "\\0", "a b", "a,b", "ä", "a/b", "(a)", "\\x7f"].map((name) => thrown(() => new WebSocket(base + "/echo", name)))`,
      expected: Array.from({ length: 8 }, () => domException("SyntaxError")),
    },
    {
      name: "a repeated subprotocol",
      run: `return thrown(() => new WebSocket(base + "/echo", ["a", "a"]))`,
      expected: domException("SyntaxError"),
    },
    {
      name: "no subprotocol",
      run: `return [(await opened("/echo")).protocol, (await opened("/echo", [])).protocol]`,
      expected: ["", ""],
    },
    {
      name: "the subprotocol that the server selects",
      run: `return [(await opened("/echo", "one")).protocol, (await opened("/echo?protocol=two", ["one", "two"])).protocol]`,
      expected: ["one", "two"],
    },
    {
      name: "a subprotocol that was not offered",
      run: `const socket = new WebSocket(base + "/echo?protocol=other", "one"); const { code } = await next(socket, "close"); return [code, socket.protocol]`,
      expected: [1006, ""],
    },
    {
      name: "subprotocols from an iterator are read once",
      run: `let read = 0; const names = { *[Symbol.iterator]() { read += 1; yield "one"; yield "two"; } }; return [(await opened("/echo", names)).protocol, read]`,
      expected: ["one", 1],
    },
    {
      name: "toString of a subprotocol object is called once",
      run: `let calls = 0; const name = { toString: () => (calls += 1, "one") }; return [(await opened("/echo", [name, "two"])).protocol, calls, (await opened("/echo", name)).protocol, calls]`,
      expected: ["one", 1, "one", 2],
    },
    {
      name: "undefined subprotocols offer none",
      run: `return (await opened("/echo", undefined)).protocol`,
      expected: "",
    },
  ],
  "the interface": [
    {
      name: "constants of the constructor",
      run: `return ["CONNECTING", "OPEN", "CLOSING", "CLOSED"].map((name) => [WebSocket[name], attributes(Object.getOwnPropertyDescriptor(WebSocket, name))])`,
      expected: [0, 1, 2, 3].map((value) => [
        value,
        { writable: false, enumerable: true, configurable: false, get: "undefined", set: "undefined" },
      ]),
    },
    {
      name: "constants of the prototype and of a socket",
      run: `const socket = new WebSocket(base + "/echo"); return ["CONNECTING", "OPEN", "CLOSING", "CLOSED"].map((name) => [WebSocket.prototype[name], socket[name], Object.getOwnPropertyDescriptor(WebSocket.prototype, name).writable])`,
      expected: [0, 1, 2, 3].map((value) => [value, value, false]),
    },
    {
      name: "constants cannot be changed",
      run: `return thrown(() => { "use strict"; WebSocket.OPEN = 5; }) + WebSocket.OPEN`,
      expected: "TypeError1",
    },
    {
      name: "name and length",
      run: `return [WebSocket.name, WebSocket.length, WebSocket.prototype.send.name, WebSocket.prototype.send.length, WebSocket.prototype.close.length]`,
      expected: ["WebSocket", 1, "send", 1, 0],
    },
    {
      name: "attributes of window.WebSocket",
      run: `return attributes(Object.getOwnPropertyDescriptor(window, "WebSocket"))`,
      expected: { writable: true, enumerable: false, configurable: true, get: "undefined", set: "undefined" },
    },
    {
      name: "properties of the constructor",
      run: `return Reflect.ownKeys(WebSocket).map(String).sort()`,
      expected: ["CLOSED", "CLOSING", "CONNECTING", "OPEN", "length", "name", "prototype"],
    },
    {
      name: "properties of the prototype",
      run: `return Reflect.ownKeys(WebSocket.prototype).map(String).sort()`,
      expected: [
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
      expected: [
        { writable: true, enumerable: false, configurable: true, get: "undefined", set: "undefined" },
        { writable: true, enumerable: true, configurable: true, get: "undefined", set: "undefined" },
        { writable: true, enumerable: true, configurable: true, get: "undefined", set: "undefined" },
        { enumerable: true, configurable: true, get: "function", set: "undefined" },
        { enumerable: true, configurable: true, get: "function", set: "function" },
        { enumerable: true, configurable: true, get: "function", set: "function" },
      ],
    },
    {
      name: "attributes of the prototype property",
      run: `return attributes(Object.getOwnPropertyDescriptor(WebSocket, "prototype"))`,
      expected: { writable: false, enumerable: false, configurable: false, get: "undefined", set: "undefined" },
    },
    {
      name: "a socket is an instance of its constructor",
      run: `const socket = new WebSocket(base + "/echo"); return [socket instanceof WebSocket, socket instanceof EventTarget, socket.constructor === WebSocket, WebSocket.prototype.constructor === WebSocket, Object.getPrototypeOf(socket) === WebSocket.prototype, Object.getPrototypeOf(WebSocket) === EventTarget]`,
      expected: [true, true, true, true, true, true],
    },
    {
      name: "string representations",
      run: `const socket = new WebSocket(base + "/echo"); return [String(socket), Object.prototype.toString.call(WebSocket.prototype), /native code/.test(String(WebSocket)), /native code/.test(String(WebSocket.prototype.send))]`,
      expected: ["[object WebSocket]", "[object WebSocket]", true, true],
    },
    {
      name: "a socket has no own properties",
      run: `return Object.keys(new WebSocket(base + "/echo")).concat(Object.getOwnPropertyNames(new WebSocket(base + "/echo")))`,
      expected: [],
    },
    {
      name: "send is not a constructor and requires a socket",
      run: `return [thrown(() => new WebSocket.prototype.send("a")), thrown(() => WebSocket.prototype.send.call({}, "a")), thrown(() => WebSocket.prototype.send("a")), "prototype" in WebSocket.prototype.send]`,
      expected: ["TypeError", "TypeError", "TypeError", false],
    },
    {
      name: "attributes cannot be read from the prototype",
      run: `return ["url", "readyState", "bufferedAmount"].map((name) => thrown(() => WebSocket.prototype[name]))`,
      expected: ["TypeError", "TypeError", "TypeError"],
    },
    {
      name: "read-only attributes cannot be changed",
      run: `const socket = new WebSocket(base + "/echo"); for (const name of ["url", "readyState", "bufferedAmount", "protocol", "extensions"]) socket[name] = "changed"; return [socket.url === base + "/echo", socket.readyState, socket.bufferedAmount, socket.protocol, socket.extensions]`,
      expected: [true, 0, 0, "", ""],
    },
  ],
  subclasses: [
    {
      name: "a subclass works",
      run: `class Mine extends WebSocket { constructor(path) { super(base + path); this.log = []; } send(data) { this.log.push(data); super.send(data); } get mine() { return true; } }
        const socket = new Mine("/echo"); await next(socket, "open"); socket.send("a"); const { data } = await next(socket, "message");
        return [socket instanceof Mine, socket instanceof WebSocket, socket.mine, socket.log, data, socket.constructor === Mine, Mine.OPEN]`,
      expected: [true, true, true, ["a"], "a", true, 1],
    },
    {
      name: "an overridden addEventListener of a subclass is not called",
      run: `let calls = 0; class Mine extends WebSocket { addEventListener(...args) { calls += 1; super.addEventListener(...args); } } new Mine(base + "/echo"); return calls`,
      expected: 0,
    },
    {
      name: "Reflect.construct with another prototype",
      run: `function Other() {} Other.prototype = Object.create(WebSocket.prototype); const socket = Reflect.construct(WebSocket, [base + "/echo"], Other); return [Object.getPrototypeOf(socket) === Other.prototype, socket.readyState]`,
      expected: [true, 0],
    },
    {
      name: "the prototype can be extended",
      run: `WebSocket.prototype.shout = function (text) { this.send(text.toUpperCase()); }; const socket = await opened("/echo"); socket.shout("a"); const { data } = await next(socket, "message"); delete WebSocket.prototype.shout; return data`,
      expected: "A",
    },
  ],
});
