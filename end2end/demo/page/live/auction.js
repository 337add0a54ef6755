// Bids over Socket.IO.
import { io } from "socket.io-client";

const byId = (id) => document.getElementById(id);
const me = "Corner Café";

export function startAuction({ token }) {
  const options = {
    path: "/auction/",
    transports: ["websocket"],
    reconnectionDelay: 1200,
    randomizationFactor: 0,
    auth: { token, role: "buyer" },
  };
  const socket = io("/", options);
  let highest = 0;

  const show = ({ highest: amount, by }) => {
    highest = amount;
    byId("highest").textContent = `£${amount.toFixed(2)}, ${by}`;
  };
  const note = (text) => (byId("bid-result").textContent = text);
  const bid = async (amount) => {
    const { accepted, bid: number, error } = await socket.emitWithAck("bid", { lot: 41, amount, by: me });
    note(accepted ? `${number} accepted` : error.message);
  };

  socket.on("lot", (lot) => {
    byId("lot").textContent = `Lot ${lot.number}: ${lot.title}`;
    show(lot);
  });
  socket.on("bid", ({ amount, by }) => show({ highest: amount, by }));
  socket.on("watching", ({ buyers }) => (byId("watching").textContent = `${buyers} watching`));
  socket.on("photo", ({ type, data }) => {
    const text = new TextDecoder().decode(data);
    byId("photo").src = `data:${type},${encodeURIComponent(text)}`;
  });
  socket.on("disconnect", (reason) => {
    console.warn("Auction: connection lost,", reason);
    note("Connection lost, connecting again…");
  });
  socket.io.on("reconnect", () => note("Connected again"));
  byId("raise").addEventListener("click", () => bid(highest + 0.5));
  byId("offer").addEventListener("click", () => bid(15));

  const auctioneer = io("/auctioneer", options);
  auctioneer.on("connect_error", ({ message }) => console.warn("Auctioneer:", message));
}
