// The price table and the socket that moves it.

const rows = new Map();
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
    rows.set(symbol, { cell, canvas, history: [price] });
  }
  openTicker(products.map(({ symbol }) => symbol));
}

function openTicker(symbols) {
  const socket = new WebSocket(`ws://${location.host}/ws/ticker`);
  socket.addEventListener("open", () => {
    socket.send(JSON.stringify({ id: 1, method: "hello", params: { client: "market-page", version: [3, 1, 0] } }));
    socket.send(JSON.stringify({ id: 2, method: "subscribe", params: { symbols, depth: 3, options: { book: true, currency: "GBP" } } }));
  });
  socket.addEventListener("message", ({ data }) => {
    if (data === "ping") {
      socket.send("pong");
      return;
    }
    const event = JSON.parse(data);
    if (event.type === "trade") showTrade(event);
    if (event.type === "book") document.getElementById("book").textContent = `${event.symbol}: ${event.bids[0].price} bid, ${event.asks[0].price} asked`;
  });
}

function showTrade({ symbol, price, change }) {
  const { cell, canvas, history } = rows.get(symbol);
  trades += 1;
  document.getElementById("trades").textContent = `${trades} trades`;
  cell.textContent = price.toFixed(2);
  cell.className = change < 0 ? "down" : "up";
  history.push(price);
  if (history.length > 60) history.shift();
  draw(canvas, history);
}

function draw(canvas, history) {
  const pen = canvas.getContext("2d");
  const low = Math.min(...history);
  const span = Math.max(...history) - low || 1;
  pen.clearRect(0, 0, canvas.width, canvas.height);
  pen.beginPath();
  history.forEach((price, index) => pen.lineTo((index * canvas.width) / 60, canvas.height - 2 - ((price - low) / span) * (canvas.height - 4)));
  pen.strokeStyle = "#23402f";
  pen.stroke();
}
