// Entries of a HAR for sockets, in the shape that Chrome and Playwright write.

/** A message: its direction, and its text or its bytes. */
export type SocketMessage = readonly ["send" | "receive", string | Uint8Array];

/** An entry of a socket whose messages are a tenth of a second apart. */
export function socketEntry(url: string, messages: readonly SocketMessage[], subprotocol?: string): object {
  const started = Date.parse("2026-03-01T10:00:00Z");
  const headers = subprotocol === undefined ? [] : [{ name: "Sec-WebSocket-Protocol", value: subprotocol }];
  return {
    startedDateTime: new Date(started).toISOString(),
    time: messages.length * 100 + 500,
    _resourceType: "websocket",
    request: { method: "GET", url, headers: [] },
    response: { status: 101, headers },
    _webSocketMessages: messages.map(([type, data], index) => ({
      type,
      time: (started + 200 + index * 100) / 1000,
      opcode: typeof data === "string" ? 1 : 2,
      data: typeof data === "string" ? data : Buffer.from(data).toString("base64"),
    })),
  };
}
