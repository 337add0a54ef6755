// The auction of the day, over Socket.IO: bids with replies, a picture as an attachment, a
// namespace that refuses buyers, and a connection that is lost once.
import { setInterval, setTimeout } from "node:timers";
import { Server } from "socket.io";
import { findAsset } from "../market/assets.ts";

export const AUCTION_PATH = "/auction/";

const INCREMENT = 0.5;
const LOSE_CONNECTION_AFTER_MS = 11_500;
/** Bids of other buyers: time after the first connection, buyer, amount. */
const rivals = [
  [1400, "Stall 9", 14],
  [3100, "Harbor Grill", 15.5],
  [9800, "Stall 12", 18],
  [15_200, "Harbor Grill", 19.5],
  [19_000, "Stall 9", 20],
];

export function startAuction(http) {
  const io = new Server(http, {
    path: AUCTION_PATH,
    transports: ["websocket"],
    serveClient: false,
    // Other upgrade requests are those of other servers.
    destroyUpgrade: false,
    pingInterval: 4000,
    pingTimeout: 3000,
  });
  const lot = { number: 41, title: "Vranja quinces, 12 trays", reserve: 12, highest: 13, by: "Stall 4", bids: 1 };
  let connections = 0;
  io.on("connection", (socket) => {
    connections += 1;
    socket.emit("lot", { ...lot, closesInSeconds: connections === 1 ? 90 : 75 });
    socket.on("bid", (offer, reply) => reply(placeBid(io, lot, offer)));
    if (connections > 1) return;
    socket.emit("photo", { lot: lot.number, type: "image/svg+xml", data: findAsset("/images/quince.svg").bytes });
    for (const [delay, by, amount] of rivals) setTimeout(() => placeBid(io, lot, { by, amount }), delay);
    setTimeout(() => socket.conn.transport.socket.terminate(), LOSE_CONNECTION_AFTER_MS);
  });
  const watching = setInterval(() => io.volatile.emit("watching", { buyers: 17 + (lot.bids % 4) }), 5000);
  io.of("/auctioneer").use((socket, next) => {
    const error = new Error("Only the auctioneer may enter");
    error.data = { code: "NOT_AUCTIONEER", role: socket.handshake.auth.role };
    next(error);
  });
  return () => {
    watching.close();
    return io.close();
  };
}

function placeBid(io, lot, { by, amount }) {
  const least = lot.highest + INCREMENT;
  if (amount < least) {
    return { accepted: false, error: { code: "BID_TOO_LOW", message: `Bid at least £${least.toFixed(2)}`, least } };
  }
  Object.assign(lot, { highest: amount, by, bids: lot.bids + 1 });
  io.emit("bid", { lot: lot.number, amount, by, bids: lot.bids });
  return { accepted: true, bid: `B-${4100 + lot.bids}`, highest: amount };
}
