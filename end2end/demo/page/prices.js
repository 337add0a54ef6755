// The price table and the socket that updates it.

/** Four times a second is as fast as people can read. */
const paintIntervalMs = 250;

const rows = new Map();
const changed = new Set();
let trades = 0;

export function startPrices(products) {
  const body = document.getElementById("prices");
  for (const { symbol, name, picture, unit, price } of products) {
    const row = body.insertRow();
    const image = document.createElement("img");
    Object.assign(image, { src: `/images/${picture}.svg`, alt: "", width: 28, height: 28 });
    row.insertCell().append(image);
    row.insertCell().textContent = `${name}, ${unit}`;
    const cell = row.insertCell();
    cell.textContent = price.toFixed(2);
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: 120, height: 24 });
    row.insertCell().append(canvas);
    rows.set(symbol, { cell, canvas, history: [price], change: 0 });
  }
  setInterval(paint, paintIntervalMs);
  openTicker(products.map(({ symbol }) => symbol));
}

function openTicker(symbols) {
  const socket = new WebSocket(`ws://${location.host}/ws/ticker`);
  socket.onopen = () => {
    console.info("Ticker: connected, asking for", symbols.length, "products");
    socket.send(JSON.stringify({ id: 1, method: "hello", params: { client: "market-page", version: [3, 1, 0] } }));
    socket.send(
      JSON.stringify({
        id: 2,
        method: "subscribe",
        params: { symbols, depth: 3, options: { book: true, currency: "GBP" } },
      }),
    );
  };
  socket.onerror = () => console.error("Ticker: lost");
  socket.onmessage = ({ data }) => {
    if (data === "ping") {
      socket.send("pong");
      return;
    }
    const event = JSON.parse(data);
    if (event.type === "trade") recordTrade(event);
    if (event.type === "book")
      document.getElementById("book").textContent =
        `${event.symbol}: ${event.bids[0].price} bid, ${event.asks[0].price} asked`;
  };
}

function recordTrade({ symbol, price, change }) {
  const row = rows.get(symbol);
  trades += 1;
  row.change = change;
  row.history.push(price);
  if (row.history.length > 60) row.history.shift();
  changed.add(row);
}

function paint() {
  if (changed.size === 0) return;
  document.getElementById("trades").textContent = `${trades} trades`;
  for (const { cell, canvas, history, change } of changed) {
    cell.textContent = history.at(-1).toFixed(2);
    cell.className = change < 0 ? "down" : "up";
    draw(canvas, history);
  }
  changed.clear();
}

function draw(canvas, history) {
  const context = canvas.getContext("2d");
  const low = Math.min(...history);
  const span = Math.max(...history) - low || 1;
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.beginPath();
  history.forEach((price, index) =>
    context.lineTo((index * canvas.width) / 60, canvas.height - 2 - ((price - low) / span) * (canvas.height - 4)),
  );
  context.strokeStyle = "#23402f";
  context.stroke();
}
