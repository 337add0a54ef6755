// The demo's recorder. It runs in the page before the page's own scripts, and keeps what the page did on
// the wire in the shapes of the session format. record.ts takes the result with `recorder.finish()`.
(() => {
  /** Characters of a body or message that are kept; what is longer is marked as truncated. */
  const textLimit = 64 * 1024;

  interface Captured {
    initiatorType: "fetch" | "xmlhttprequest";
    url: string;
    method: string;
    start: number;
    end?: number;
    status?: number;
    contentType?: string | null;
    outcome?: "failed" | "canceled";
    error?: string;
    request: Record<string, unknown>;
    response: Record<string, unknown>;
  }

  const resources: { at: number; line: Record<string, unknown> }[] = [];
  const sockets: Record<string, Record<string, unknown>[]> = {};
  const captured: Captured[] = [];
  const bodiesBeingRead = new Set<Promise<void>>();
  let stopped = false;

  /** Epoch milliseconds with fractions, of now or of a time on the page's own clock. */
  const absolute = (now = performance.now()): number => Math.round((performance.timeOrigin + now) * 1000) / 1000;

  const utf8Length = (text: string): number => new TextEncoder().encode(text).length;

  function base64(bytes: Uint8Array): string {
    let binary = "";
    for (const byte of bytes) binary += String.fromCharCode(byte);
    return btoa(binary);
  }

  function cutText(text: string): { text: string; truncated: boolean } {
    if (text.length <= textLimit) return { text, truncated: false };
    return { text: text.slice(0, textLimit).toWellFormed(), truncated: true };
  }

  function readLater(work: Promise<void>): void {
    const settled = work.catch(() => undefined);
    bodiesBeingRead.add(settled);
    void settled.then(() => bodiesBeingRead.delete(settled));
  }

  // WebSockets

  type Payload = Parameters<WebSocket["send"]>[0];

  function recordMessage(socketId: string, type: "sent" | "received", payload: Payload): void {
    const line: Record<string, unknown> = { type, timeStamp: absolute() };
    // The line takes its place now, even where its bytes can only be read later.
    sockets[socketId]?.push(line);
    if (typeof payload === "string") {
      const { text, truncated } = cutText(payload);
      Object.assign(line, { size: utf8Length(payload), opcode: 1, message: text }, truncated ? { truncated } : {});
      return;
    }
    const fill = (bytes: Uint8Array): void => {
      const kept = bytes.subarray(0, textLimit);
      Object.assign(line, { size: bytes.length, opcode: 2, encoding: "base64", message: base64(kept) });
      if (kept.length < bytes.length) line["truncated"] = true;
    };
    if (payload instanceof Blob) readLater(payload.arrayBuffer().then((buffer) => fill(new Uint8Array(buffer))));
    else if (ArrayBuffer.isView(payload)) fill(new Uint8Array(payload.buffer, payload.byteOffset, payload.byteLength).slice());
    else fill(new Uint8Array(payload.slice(0)));
  }

  const NativeWebSocket = window.WebSocket;
  let socketCount = 0;

  // A subclass: `instanceof` and the constants hold as they did.
  class RecordedWebSocket extends NativeWebSocket {
    readonly #id: string;

    constructor(url: string | URL, protocols?: string | string[]) {
      const startTimeAbs = absolute();
      super(url, protocols);
      socketCount += 1;
      this.#id = `ws-${socketCount}`;
      sockets[this.#id] = [];
      const requestedProtocols = [protocols ?? []].flat();
      this.#listen(startTimeAbs, requestedProtocols);
    }

    #listen(startTimeAbs: number, requestedProtocols: string[]): void {
      const about = { initiatorType: "websocket", socketId: this.#id, name: this.url };
      const open: Record<string, unknown> = { ...about, type: "open", startTimeAbs };
      if (requestedProtocols.length > 0) open["requestedProtocols"] = requestedProtocols;
      resources.push({ at: startTimeAbs, line: open });
      this.addEventListener("open", () => {
        if (stopped) return;
        open["openedTimeAbs"] = absolute();
        if (this.protocol !== "") open["protocol"] = this.protocol;
        if (this.extensions !== "") open["extensions"] = this.extensions;
      });
      this.addEventListener("message", (event: MessageEvent<Payload>) => {
        if (!stopped) recordMessage(this.#id, "received", event.data);
      });
      this.addEventListener("error", () => {
        if (stopped) return;
        sockets[this.#id]?.push({ type: "error", timeStamp: absolute(), size: 0 });
        if (open["openedTimeAbs"] === undefined) open["error"] = "The handshake failed or was refused; browsers do not tell pages why";
      });
      this.addEventListener("close", ({ code, reason, wasClean }) => {
        if (stopped) return;
        const responseEndAbs = absolute();
        resources.push({ at: responseEndAbs, line: { ...about, type: "close", responseEndAbs, code, reason, wasClean } });
      });
    }

    override send(data: Payload): void {
      const isOpen = this.readyState === NativeWebSocket.OPEN;
      super.send(data);
      if (isOpen && !stopped) recordMessage(this.#id, "sent", data);
    }
  }
  Object.defineProperty(RecordedWebSocket, "name", { value: "WebSocket" });
  window.WebSocket = RecordedWebSocket;

  // fetch and XMLHttpRequest

  const isText = (contentType: string): boolean => /^text\/|json|javascript|xml|x-www-form-urlencoded/.test(contentType);

  function keepText(into: Record<string, unknown>, body: string): void {
    const { text, truncated } = cutText(body);
    into["body"] = text;
    if (truncated) into["bodyTruncated"] = true;
  }

  const nativeFetch = window.fetch.bind(window);
  window.fetch = async (input, init) => {
    const request = new Request(input, init);
    const entry: Captured = {
      initiatorType: "fetch",
      url: request.url,
      method: request.method,
      start: performance.now(),
      request: { headers: Object.fromEntries(request.headers) },
      response: {},
    };
    captured.push(entry);
    if (request.body !== null) readLater(request.clone().text().then((text) => keepText(entry.request, text)));
    try {
      const response = await nativeFetch(request);
      entry.status = response.status;
      entry.contentType = response.headers.get("content-type");
      entry.response = { status: response.status, headers: Object.fromEntries(response.headers) };
      const copy = response.clone();
      readLater(keepResponse(entry, copy).catch((error: unknown) => recordFailure(entry, request, error)));
      return response;
    } catch (error) {
      recordFailure(entry, request, error);
      throw error;
    }
  };

  function recordFailure(entry: Captured, request: Request, error: unknown): void {
    entry.end = performance.now();
    entry.outcome = request.signal.aborted ? "canceled" : "failed";
    entry.error = String(error);
  }

  async function keepResponse(entry: Captured, response: Response): Promise<void> {
    const bytes = new Uint8Array(await response.arrayBuffer());
    entry.end = performance.now();
    entry.response["size"] = bytes.length;
    if (isText(entry.contentType ?? "")) {
      keepText(entry.response, new TextDecoder().decode(bytes));
    } else if (bytes.length <= textLimit) {
      Object.assign(entry.response, { body: base64(bytes), bodyEncoding: "base64" });
    }
  }

  class RecordedRequest extends XMLHttpRequest {
    #asked = { method: "GET", url: "" };
    readonly #headers: Record<string, string> = {};

    override open(method: string, url: string | URL, async = true, user?: string | null, password?: string | null): void {
      this.#asked = { method: method.toUpperCase(), url: new URL(url, location.href).href };
      super.open(method, url, async, user, password);
    }

    override setRequestHeader(name: string, value: string): void {
      this.#headers[name.toLowerCase()] = value;
      super.setRequestHeader(name, value);
    }

    override send(body?: Document | XMLHttpRequestBodyInit | null): void {
      const entry: Captured = {
        ...this.#asked,
        initiatorType: "xmlhttprequest",
        start: performance.now(),
        request: { headers: this.#headers },
        response: {},
      };
      captured.push(entry);
      if (typeof body === "string") keepText(entry.request, body);
      this.addEventListener("abort", () => (entry.outcome = "canceled"));
      this.addEventListener("error", () => (entry.outcome = "failed"));
      this.addEventListener("loadend", () => this.#finish(entry));
      super.send(body);
    }

    #finish(entry: Captured): void {
      entry.end = performance.now();
      if (this.status !== 0) entry.status = this.status;
      entry.contentType = this.getResponseHeader("content-type");
      entry.response = { status: this.status, headers: headersOf(this) };
      if (this.responseType === "" || this.responseType === "text") {
        entry.response["size"] = utf8Length(this.responseText);
        keepText(entry.response, this.responseText);
      }
    }
  }
  Object.defineProperty(RecordedRequest, "name", { value: "XMLHttpRequest" });
  window.XMLHttpRequest = RecordedRequest;

  function headersOf(request: XMLHttpRequest): Record<string, string> {
    const lines = request.getAllResponseHeaders().trim().split("\r\n").filter(Boolean);
    return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]));
  }

  // What the browser itself measured

  const timings: (PerformanceResourceTiming & { contentType?: string })[] = [];
  const observer = new PerformanceObserver((list) => void timings.push(...(list.getEntries() as typeof timings)));
  observer.observe({ type: "resource", buffered: true });

  const phases = [
    "redirectStart", "redirectEnd", "workerStart", "fetchStart", "domainLookupStart", "domainLookupEnd", "connectStart",
    "secureConnectionStart", "connectEnd", "requestStart", "responseStart",
  ] as const;

  /** The line of one resource: what the browser measured, what was captured, or both. */
  function resourceLine(timing: (typeof timings)[number] | undefined, entry: Captured | undefined): { at: number; line: Record<string, unknown> } {
    const start = timing?.startTime ?? entry?.start ?? 0;
    const end = entry?.outcome === undefined ? (timing?.responseEnd ?? entry?.end) : entry.end;
    const line: Record<string, unknown> = {
      name: entry?.url ?? timing?.name,
      initiatorType: timing?.initiatorType ?? entry?.initiatorType,
      method: entry?.method ?? (timing?.initiatorType === "beacon" ? "POST" : "GET"),
      startTimeAbs: absolute(start),
    };
    if (timing !== undefined) {
      // A phase that did not occur is 0 on the browser's clock, and left out here.
      for (const phase of phases) if (timing[phase] > 0) line[`${phase}Abs`] = absolute(timing[phase]);
      const { transferSize, encodedBodySize, decodedBodySize, nextHopProtocol } = timing;
      Object.assign(line, { transferSize, encodedBodySize, decodedBodySize });
      if (nextHopProtocol !== "") line["nextHopProtocol"] = nextHopProtocol;
    }
    // The browser names common types only; where the contents were captured, the header is known.
    const mimeType = timing?.contentType || entry?.contentType?.split(";")[0];
    if (mimeType) line["mimeType"] = mimeType;
    if (end !== undefined) line["responseEndAbs"] = absolute(end);
    else line["outcome"] = "pending";
    const status = entry?.status ?? timing?.responseStatus ?? 0;
    if (status > 0) line["responseStatus"] = status;
    if (entry !== undefined) Object.assign(line, contentsOf(entry, captured.indexOf(entry)));
    return { at: absolute(end ?? performance.now()), line };
  }

  function contentsOf(entry: Captured, index: number): Record<string, unknown> {
    const { url, method, outcome, error } = entry;
    return {
      ...(outcome === undefined ? {} : { outcome }),
      ...(error === undefined ? {} : { error }),
      requestResponsePairs: {
        request: { id: `request-${index + 1}`, url, verb: method, ...entry.request },
        response: entry.response,
        urlBlocked: false,
      },
    };
  }

  /** Pairs each captured request with the browser's measurement of it: the first of its address not before it. */
  function allResources(): { at: number; line: Record<string, unknown> }[] {
    const unmatched = [...timings].sort((one, other) => one.startTime - other.startTime);
    const pairs = captured.map((entry) => {
      const index = unmatched.findIndex(
        ({ initiatorType, name, startTime }) =>
          initiatorType === entry.initiatorType && name === entry.url && startTime >= entry.start - 1 && startTime <= (entry.end ?? Infinity),
      );
      const timing = index === -1 ? undefined : unmatched.splice(index, 1)[0];
      return resourceLine(timing, entry);
    });
    return [...pairs, ...unmatched.map((timing) => resourceLine(timing, undefined))];
  }

  async function finish(): Promise<unknown> {
    const endedAt = absolute();
    stopped = true;
    timings.push(...(observer.takeRecords() as typeof timings), ...(performance.getEntriesByType("navigation") as typeof timings));
    await Promise.race([Promise.all(bodiesBeingRead), new Promise((resolve) => setTimeout(resolve, 1000))]);
    const lines = [...resources, ...allResources()].sort((one, other) => one.at - other.at).map(({ line }) => line);
    return {
      startedAt: absolute(0),
      endedAt,
      page: { url: location.href, title: document.title, viewport: { width: innerWidth, height: innerHeight } },
      userAgent: navigator.userAgent,
      resources: lines,
      sockets,
    };
  }

  Object.assign(window, { recorder: { finish } });
})();
