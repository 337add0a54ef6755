// Scale, van, orders and notices: a socket each; and the buttons of the counter.

const byId = (id) => document.getElementById(id);
const open = (path, ...protocols) => new WebSocket(`ws://${location.host}${path}`, protocols);

const bell = new Audio("/media/bell.wav");

function log(text) {
  const item = document.createElement("li");
  item.textContent = text;
  byId("log").append(item);
}

export function startCounter() {
  startVan();
  startNotices();
  startScale();
  startOrders();
  startButtons();
  // The server rejects the handshake.
  open("/ws/admin").onerror = () => {
    console.warn("Admin: refused");
    log("No admin console for buyers");
  };
}

function startVan() {
  const socket = open("/ws/courier");
  socket.onmessage = ({ data }) => (byId("van").textContent = `${JSON.parse(data).speed} mph`);
  socket.onerror = (event) => console.error("Courier: the van is lost", event);
  socket.onclose = ({ code }) => (byId("van").textContent = `lost (${code})`);
}

function startNotices() {
  const socket = open("/ws/notifications");
  socket.onmessage = ({ data }) => {
    if (data === "ping") socket.send("pong");
    else byId("notice").textContent = data.startsWith("{") ? JSON.parse(data).kind : data;
  };
}

function startScale() {
  const socket = open("/ws/scale", "scale.v1");
  socket.binaryType = "arraybuffer";
  socket.onopen = () =>
    socket.send(JSON.stringify({ set: { unit: "g", tare: 12.5, filter: { kind: "median", over: 4 } } }));
  socket.onmessage = ({ data }) => {
    if (typeof data === "string") return;
    const view = new DataView(data);
    byId("grams").textContent = `${view.getFloat32(4).toFixed(1)} g`;
  };
  // One command as an array, one as a blob: pages use both.
  byId("weigh").addEventListener("click", () => {
    socket.send(new Uint8Array([1, 3, 0, 255]));
    socket.send(new Blob([new Uint8Array([1, 1, 0, 254])]));
  });
}

function startOrders() {
  const socket = open("/ws/orders");
  socket.onmessage = ({ data }) => {
    const { order, state } = JSON.parse(data);
    if (order !== undefined) byId("order").textContent = `${order} ${state}`;
  };
  socket.onclose = ({ code, reason }) => {
    console.warn("Orders: closed with", code, reason, "– connecting again");
    log(`Orders: ${code} ${reason}`);
    if (code === 4001) setTimeout(startOrders, 800);
  };
}

function startButtons() {
  byId("place").addEventListener("click", async () => {
    const order = {
      buyer: "buyer-17",
      lines: [
        { symbol: "LEEK", quantity: 6 },
        { symbol: "QUINCE", quantity: 4, note: "not too ripe — für Gelee" },
      ],
    };
    const response = await fetch("/api/orders", {
      method: "POST",
      headers: { "Content-Type": "application/json", "Idempotency-Key": "order-1" },
      body: JSON.stringify(order),
    });
    log(`Order ${(await response.json()).order}`);
    bell.play().catch(() => undefined);
  });
  byId("coupon").addEventListener("click", async () =>
    log(`Coupon: ${(await fetch("/api/coupons/LANTERN10")).status}`),
  );
  byId("forecast").addEventListener("click", async () => {
    const response = await fetch("/api/stock/forecast");
    if (!response.ok) console.error(new Error(`The forecast failed with ${response.status}`), await response.json());
    log(`Forecast: ${response.status}`);
  });
  byId("report").addEventListener("click", async () =>
    log(`Report: ${(await (await fetch("/api/report.csv")).text()).length} characters`),
  );
}
