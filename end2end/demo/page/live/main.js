// The page's live section: an auction, the buyer's account, the cold store and the stock.
import { startAccount } from "./account.js";
import { startAuction } from "./auction.js";
import { startColdStore } from "./cold-store.js";
import { startStock } from "./stock.js";

const session = await (await fetch("/api/session", { method: "POST" })).json();
startAuction(session);
startAccount(session);
startColdStore();
startStock();
