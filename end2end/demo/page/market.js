// Starts the parts of the page: initial data, the search and the buyer's name.
import { startChat } from "./chat.js";
import { startCounter } from "./counter.js";
import { startPrices } from "./prices.js";

const byId = (id) => document.getElementById(id);
const getJson = async (path, init) => (await fetch(path, init)).json();

/** An older part of the page, which uses XMLHttpRequest. */
function request(method, path, body, done) {
  const call = new XMLHttpRequest();
  call.open(method, path);
  call.setRequestHeader("Accept", "application/json");
  if (body !== undefined) call.setRequestHeader("Content-Type", "application/json");
  call.addEventListener("load", () => done(call));
  call.send(body === undefined ? null : JSON.stringify(body));
}

/** Each keystroke sends a new request and aborts the previous one. */
function startSearch() {
  const box = document.querySelector("input[type=search]");
  let current = new AbortController();
  box.addEventListener("input", async () => {
    current.abort();
    current = new AbortController();
    try {
      const { hits } = await getJson(`/api/search?q=${encodeURIComponent(box.value)}`, { signal: current.signal });
      byId("hits").textContent = `${hits.length} found`;
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  });
}

async function start() {
  startSearch();
  startChat();
  startCounter();
  request("GET", "/api/weather", undefined, (call) => {
    const { sky, celsius } = JSON.parse(call.responseText);
    byId("weather").textContent = `${sky}, ${celsius} °C`;
  });
  const [profile, catalogue] = await Promise.all([
    getJson("/api/profile", { headers: { Accept: "application/json" } }),
    getJson("/api/catalogue"),
  ]);
  byId("buyer").textContent = profile.name;
  startPrices(catalogue.products);
  await getJson("/api/latest");
  request(
    "PUT",
    "/api/basket",
    {
      lines: [
        { symbol: "FIG", quantity: 1 },
        { symbol: "LEEK", quantity: 6 },
      ],
    },
    () => {
      request("DELETE", "/api/basket/FIG", undefined, () => undefined);
    },
  );
  fetch("/api/changes").catch(() => undefined);
  fetch(`${document.querySelector("meta[name=metrics]").content}/collect`, {
    method: "POST",
    body: "page=market",
  }).catch(() => undefined);
  navigator.sendBeacon("/api/seen", new Blob([JSON.stringify({ page: "market" })], { type: "application/json" }));
  const { products } = await getJson("/api/recommendations");
  byId("notice").textContent = `You may like: ${products.join(", ")}`;
}

start();
