// Sockets of the bench whose messages are decoded: the same offers as JSON without a protocol, as
// Socket.IO, and as MessagePack in base64. One message in fifty is a heartbeat, except in MessagePack.
import { generateFile, lots, sessionFolder, start, type DataFile } from "./data.ts";

export const encodings = ["json", "socket.io", "messagepack"] as const;
export type SocketEncoding = (typeof encodings)[number];

export interface DecodedSocket {
  encoding: SocketEncoding;
  session: DataFile;
  messages: DataFile;
  /** The same messages as one JSON array, for the baseline. */
  array: DataFile;
  count: number;
  heartbeats: number;
  /** Numbers of messages that filters match. */
  matches: { text: number; event: number; sent: number; path: number; cheap: number };
}

const heartbeatEvery = 50;
const sentEvery = 10;
const urls: Record<SocketEncoding, string> = {
  json: "wss://shop.example.test/feed",
  "socket.io": "wss://shop.example.test/socket.io/?EIO=4&transport=websocket",
  messagepack: "wss://shop.example.test/binary",
};

export async function decodedSocket(folder: string, encoding: SocketEncoding, count: number): Promise<DecodedSocket> {
  const name = `${encoding}-${count}`;
  const messages = await generateFile(folder, `${name}/ws-1.jsonl`, function* () {
    for (let index = 0; index < count; index += 1) yield JSON.stringify(message(encoding, index)) + "\n";
  });
  const array = await generateFile(folder, `${name}/array.json`, function* () {
    for (let index = 0; index < count; index += 1)
      yield (index === 0 ? "[" : ",\n") + JSON.stringify(message(encoding, index));
    yield "]\n";
  });
  const sockets = [{ id: "ws-1", url: urls[encoding], messages }];
  const session = await sessionFolder(folder, name, start + count * 500 + 1000, sockets);
  return { encoding, session, messages, array, count, ...countMatches(encoding, count) };
}

const isHeartbeat = (encoding: SocketEncoding, index: number): boolean =>
  encoding !== "messagepack" && index % heartbeatEvery === heartbeatEvery - 1;
const isSent = (index: number): boolean => index % sentEvery === 3;

interface Offer {
  type: string;
  lot: string;
  sequence: number;
  price: number;
  stock: { warehouse: number; left: number };
  note: string;
}

function offer(index: number): Offer {
  return {
    type: index % 4 === 0 ? "bid" : "offer",
    lot: `lot${(index * 7) % lots}`,
    sequence: index,
    price: ((index * 7919) % 100000) / 100,
    stock: { warehouse: index % 31, left: (index * 13) % 500 },
    note: index % 50 === 0 ? 'dernière pièce — "réservée"' : "in the usual place",
  };
}

function countMatches(encoding: SocketEncoding, count: number): Pick<DecodedSocket, "heartbeats" | "matches"> {
  const matches = { text: 0, event: 0, sent: 0, path: 0, cheap: 0 };
  let heartbeats = 0;
  for (let index = 0; index < count; index += 1) {
    if (isSent(index)) matches.sent += 1;
    if (isHeartbeat(encoding, index)) {
      heartbeats += 1;
      continue;
    }
    const { lot, type, price } = offer(index);
    if (lot === "lot7") matches.text += 1;
    if (type === "bid") matches.event += 1;
    if (price < 100) matches.path += 1;
    if (price < 10) matches.cheap += 1;
  }
  return { heartbeats, matches };
}

function message(encoding: SocketEncoding, index: number): object {
  const isText = encoding !== "messagepack";
  const payload = isText ? Buffer.from(text(encoding, index)) : Buffer.from(messagePack(offer(index)));
  return {
    type: isSent(index) ? "sent" : "received",
    timeStamp: start + 150 + index * 500,
    size: payload.length,
    opcode: isText ? 1 : 2,
    ...(isText ? {} : { encoding: "base64" }),
    message: payload.toString(isText ? "utf8" : "base64"),
  };
}

function text(encoding: SocketEncoding, index: number): string {
  if (isHeartbeat(encoding, index)) {
    if (encoding === "json") return JSON.stringify({ type: "ping", sequence: index });
    return isSent(index) ? "3" : "2";
  }
  const value = offer(index);
  return encoding === "json" ? JSON.stringify(value) : `42${JSON.stringify([value.type, value])}`;
}

/** Maps, texts and numbers as MessagePack; numbers are 64-bit floats unless they are small integers. */
function messagePack(value: unknown): number[] {
  if (typeof value === "string") {
    const bytes = [...Buffer.from(value)];
    return [...(bytes.length < 32 ? [0xa0 | bytes.length] : [0xd9, bytes.length]), ...bytes];
  }
  if (typeof value === "number") {
    if (Number.isInteger(value) && value >= 0 && value < 128) return [value];
    const bytes = Buffer.alloc(9);
    bytes[0] = 0xcb;
    bytes.writeDoubleBE(value, 1);
    return [...bytes];
  }
  const entries = Object.entries(value as object);
  return [0x80 | entries.length, ...entries.flatMap(([key, item]) => [...messagePack(key), ...messagePack(item)])];
}
