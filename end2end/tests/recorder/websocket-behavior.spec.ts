// WebSockets behave with the recorder as without it: events, sending, binaryType and closing. The
// cases follow the `websockets` suite of the Web Platform Tests.
import { domException, testWebSocketCases } from "../../support/lab/websocket-cases.ts";

testWebSocketCases({
  events: [
    {
      name: "order of events and states",
      run: `const socket = new WebSocket(base + "/echo"); const log = [["new", socket.readyState]];
        for (const type of ["open", "message", "error", "close"]) socket.addEventListener(type, () => log.push([type, socket.readyState]));
        await next(socket, "open"); socket.send("a"); await next(socket, "message"); socket.close(); log.push(["closing", socket.readyState]); await next(socket, "close"); return log`,
      expected: [
        ["new", 0],
        ["open", 1],
        ["message", 1],
        ["closing", 2],
        ["close", 3],
      ],
    },
    {
      name: "handlers and listeners run in the order they were set",
      run: `const socket = new WebSocket(base + "/echo"); const log = []; socket.addEventListener("open", () => log.push("first")); socket.onopen = () => log.push("handler"); socket.addEventListener("open", () => log.push("last")); await next(socket, "open"); return log`,
      expected: ["first", "handler", "last"],
    },
    {
      name: "a handler that is not a function is ignored",
      run: `const socket = new WebSocket(base + "/echo"); const none = socket.onopen; socket.onopen = 5; const number = socket.onopen; const own = () => undefined; socket.onopen = own; return [none, number, socket.onopen === own]`,
      expected: [null, null, true],
    },
    {
      name: "stopImmediatePropagation stops later listeners",
      run: `const socket = new WebSocket(base + "/echo"); const log = []; socket.addEventListener("open", (event) => { log.push(1); event.stopImmediatePropagation(); }); socket.addEventListener("open", () => log.push(2)); socket.send; await new Promise((resolve) => { const poll = () => (socket.readyState === 1 ? setTimeout(resolve) : setTimeout(poll)); poll(); }); return log`,
      expected: [1],
    },
    {
      name: "classes of events",
      run: `const socket = new WebSocket(base + "/echo"); const open = await next(socket, "open"); socket.send("a"); const message = await next(socket, "message"); socket.close(); const close = await next(socket, "close"); return [open, message, close].map((event) => [event.constructor.name, event.bubbles, event.cancelable, event.isTrusted, event.target === socket])`,
      expected: [
        ["Event", false, false, true, true],
        ["MessageEvent", false, false, true, true],
        ["CloseEvent", false, false, true, true],
      ],
    },
    {
      name: "origin of a message event",
      run: `const socket = await opened("/echo"); socket.send("a"); const { origin, lastEventId, source, ports } = await next(socket, "message"); return [origin === base, lastEventId, source, ports.length]`,
      expected: [true, "", null, 0],
    },
    {
      name: "events dispatched by the page",
      run: `const socket = await opened("/echo"); const log = []; socket.onmessage = ({ data, isTrusted }) => log.push([data, isTrusted]); socket.dispatchEvent(new MessageEvent("message", { data: "mine" })); return log`,
      expected: [["mine", false]],
    },
    {
      name: "a listener can be removed, and added with once",
      run: `const socket = await opened("/echo"); let count = 0; const listener = () => (count += 1); socket.addEventListener("message", listener); socket.removeEventListener("message", listener); socket.addEventListener("message", listener, { once: true }); socket.send("a"); socket.send("b"); await next(socket, "message"); await next(socket, "message"); return count`,
      expected: 1,
    },
    {
      name: "a rejected handshake",
      run: `const socket = new WebSocket(base + "/refuse"); const log = []; socket.onerror = ({ type, constructor }) => log.push(type, socket.readyState); const { code, reason, wasClean } = await next(socket, "close"); return [log, code, reason, wasClean, socket.readyState]`,
      expected: [["error", 3], 1006, "", false, 3],
    },
  ],
  send: [
    {
      name: "send before the socket is open",
      run: `const socket = new WebSocket(base + "/echo"); return ["a", new Blob(["a"]), new ArrayBuffer(1)].map((payload) => thrown(() => socket.send(payload)))`,
      expected: [
        domException("InvalidStateError"),
        domException("InvalidStateError"),
        domException("InvalidStateError"),
      ],
    },
    {
      name: "send without a payload",
      run: `const socket = await opened("/echo"); return thrown(() => socket.send())`,
      expected: "TypeError",
    },
    {
      name: "text",
      run: `return [await echo("plain"), await echo(""), await echo("é – 🍐 \\0 \\u2028")]`,
      expected: ["plain", "", "é – 🍐 \0 \u2028"],
    },
    { name: "text of 100,000 characters", run: `return (await echo("x".repeat(100000))).length`, expected: 100000 },
    { name: "a lone surrogate", run: `return await echo("a\\ud800b")`, expected: "a\ufffdb" },
    {
      name: "other values are converted to text",
      run: `return [await echo(null), await echo(undefined), await echo(12.5), await echo(true), await echo([1, 2]), await echo({})]`,
      expected: ["null", "undefined", "12.5", "true", "1,2", "[object Object]"],
    },
    {
      name: "toString of an object is called once",
      run: `let calls = 0; return [await echo({ toString: () => "call " + (calls += 1) }), calls]`,
      expected: ["call 1", 1],
    },
    {
      name: "an error in toString is thrown, and nothing is sent",
      run: `const socket = await opened("/echo"); const error = thrown(() => socket.send({ toString() { throw new RangeError("mine"); } })); socket.send("after"); return [error, (await next(socket, "message")).data]`,
      expected: ["RangeError", "after"],
    },
    {
      name: "a symbol cannot be sent",
      run: `const socket = await opened("/echo"); return thrown(() => socket.send(Symbol("a")))`,
      expected: "TypeError",
    },
    {
      name: "an array buffer",
      run: `return [await bytes(new Uint8Array([0, 1, 254, 255]).buffer), await bytes(new ArrayBuffer(0))]`,
      expected: [[0, 1, 254, 255], []],
    },
    {
      name: "views of every type, with offsets",
      run: `const buffer = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]).buffer;
        const views = [new Uint8Array(buffer, 1, 2), new Int8Array(buffer, 15), new Uint8ClampedArray(buffer, 0, 1), new Int16Array(buffer, 2, 1), new Uint16Array(buffer, 4, 1), new Int32Array(buffer, 4, 1), new Uint32Array(buffer, 8, 1), new Float32Array(buffer, 12, 1), new Float64Array(buffer, 8, 1), new BigInt64Array(buffer, 0, 1), new DataView(buffer, 3, 2)];
        return await Promise.all(views.map(bytes))`,
      expected: [
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
      expected: [[1, 2], [], [97, 98, 99]],
    },
    {
      name: "a buffer can be changed after send returns",
      run: `const socket = await opened("/echo"); socket.binaryType = "arraybuffer"; const view = new Uint8Array([1, 2, 3]); socket.send(view); view.fill(9); return [...new Uint8Array((await next(socket, "message")).data)]`,
      expected: [1, 2, 3],
    },
    {
      name: "a buffer of another frame",
      run: `const frame = document.createElement("iframe"); document.body.append(frame); return await bytes(new frame.contentWindow.Uint8Array([7, 8]).buffer)`,
      expected: [7, 8],
    },
    {
      name: "messages of several types arrive in order",
      run: `const socket = await opened("/echo"); socket.binaryType = "arraybuffer"; const log = []; const all = new Promise((resolve) => (socket.onmessage = ({ data }) => { log.push(typeof data === "string" ? data : data.byteLength); if (log.length === 4) resolve(); })); socket.send("a"); socket.send(new Blob(["bb"])); socket.send(new Uint8Array(3)); socket.send("d"); await all; return log`,
      expected: ["a", 2, 3, "d"],
    },
    {
      name: "send while closing or closed does not throw, and counts as buffered",
      run: `const socket = await opened("/echo"); socket.close(); const before = socket.bufferedAmount; const closing = thrown(() => socket.send("abc")); const amount = socket.bufferedAmount - before; await next(socket, "close"); const closed = thrown(() => socket.send(new Uint8Array(2))); return [closing, amount, closed, socket.bufferedAmount - before]`,
      expected: ["nothing", 3, "nothing", 5],
    },
    {
      name: "bufferedAmount grows with each send, and returns to zero",
      run: `const socket = await opened("/echo"); socket.send("é"); socket.send(new Uint8Array(10)); const amount = socket.bufferedAmount; await next(socket, "message"); await next(socket, "message"); return [amount, socket.bufferedAmount]`,
      expected: [12, 0],
    },
  ],
  binaryType: [
    { name: "binaryType is blob by default", run: `return new WebSocket(base + "/echo").binaryType`, expected: "blob" },
    {
      name: "binaryType accepts two values and ignores others",
      run: `const socket = new WebSocket(base + "/echo"); return ["arraybuffer", "blob", "arraybuffer", "bytes", "", "Blob"].map((type) => { socket.binaryType = type; return socket.binaryType; })`,
      expected: ["arraybuffer", "blob", "arraybuffer", "arraybuffer", "arraybuffer", "arraybuffer"],
    },
    {
      name: "binary messages are received as blobs, or as array buffers",
      run: `const blob = await echo(new Uint8Array([1])); const buffer = await echo(new Uint8Array([1, 2]), "arraybuffer"); return [blob.constructor.name, blob.size, blob.type, buffer.constructor.name, buffer.byteLength]`,
      expected: ["Blob", 1, "", "ArrayBuffer", 2],
    },
    {
      name: "binaryType can change between messages",
      run: `const socket = await opened("/echo"); socket.send(new Uint8Array(1)); const first = (await next(socket, "message")).data; socket.binaryType = "arraybuffer"; socket.send(new Uint8Array(2)); const second = (await next(socket, "message")).data; return [first.constructor.name, second.constructor.name]`,
      expected: ["Blob", "ArrayBuffer"],
    },
    {
      name: "data is the same object on each access, and can be transferred",
      run: `const socket = await opened("/echo"); socket.binaryType = "arraybuffer"; socket.send(new Uint8Array([5])); const event = await next(socket, "message"); const same = event.data === event.data; structuredClone(event.data, { transfer: [event.data] }); return [same, event.data.byteLength]`,
      expected: [true, 0],
    },
  ],
  close: [
    {
      name: "close codes that pages may not use",
      run: `const socket = await opened("/echo"); return [0, 500, 999, 1001, 1005, 1006, 1015, 2999, 5000, 65536 + 3000 - 1].map((code) => thrown(() => socket.close(code)))`,
      expected: Array.from({ length: 10 }, () => domException("InvalidAccessError")),
    },
    {
      name: "a reason over 123 bytes",
      run: `const socket = await opened("/echo"); return [thrown(() => socket.close(1000, "x".repeat(124))), thrown(() => socket.close(1000, "é".repeat(62))), socket.readyState]`,
      expected: [domException("SyntaxError"), domException("SyntaxError"), 1],
    },
    {
      name: "code and reason are echoed",
      run: `const socket = await opened("/echo"); socket.close(3000, "enough – 🍐"); const { code, reason, wasClean } = await next(socket, "close"); return [code, reason, wasClean]`,
      expected: [3000, "enough – 🍐", true],
    },
    {
      name: "close without a code",
      run: `const socket = await opened("/echo"); socket.close(); const { code, reason, wasClean } = await next(socket, "close"); return [code, reason, wasClean]`,
      expected: [1005, "", true],
    },
    {
      name: "close with undefined",
      run: `const socket = await opened("/echo"); socket.close(undefined); return (await next(socket, "close")).code`,
      expected: 1005,
    },
    {
      name: "close twice",
      run: `const socket = await opened("/echo"); socket.close(3001); socket.close(3002); const { code } = await next(socket, "close"); socket.close(); return [code, socket.readyState]`,
      expected: [3001, 3],
    },
    {
      name: "close before the socket is open",
      run: `const socket = new WebSocket(base + "/echo"); const log = []; socket.onerror = () => log.push("error"); socket.onopen = () => log.push("open"); socket.close(); const state = socket.readyState; const { code, wasClean } = await next(socket, "close"); return [state, log, code, wasClean]`,
      expected: [2, ["error"], 1006, false],
    },
    {
      name: "the server closes with a code and a reason",
      run: `const socket = new WebSocket(base + "/close?code=4321&reason=over"); const { code, reason, wasClean } = await next(socket, "close"); return [code, reason, wasClean]`,
      expected: [4321, "over", true],
    },
    {
      name: "the server closes without a code",
      run: `const { code, wasClean } = await next(new WebSocket(base + "/close"), "close"); return [code, wasClean]`,
      expected: [1005, true],
    },
    {
      name: "the connection is dropped",
      run: `const socket = await opened("/drop"); const log = []; socket.onerror = () => log.push("error"); socket.send("go"); const { code, wasClean } = await next(socket, "close"); return [code, wasClean]`,
      expected: [1006, false],
    },
    {
      name: "messages sent before close are delivered",
      run: `const socket = await opened("/echo"); const log = []; socket.onmessage = ({ data }) => log.push(data); socket.send("a"); socket.send("close 4000 x"); socket.send("b"); const { code } = await next(socket, "close"); return [log, code]`,
      expected: [["a"], 4000],
    },
    {
      name: "negotiated extensions",
      run: `return (await opened("/echo")).extensions`,
      expected: "permessage-deflate",
    },
  ],
});
