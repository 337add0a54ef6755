// The market's HTTP API: fast, slow, failing and missing responses.
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { products } from "./prices.ts";

type Handler = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void> | void;

const handlers: Record<string, Handler> = {
  "GET /api/profile": (_, response) =>
    json(response, 200, {
      id: "buyer-17",
      name: "Corner Café",
      locale: "en-GB",
      rights: { order: true, admin: false },
      stalls: [4, 9, 12],
    }),
  "POST /api/session": (_, response) => json(response, 201, { token: buyerToken(), expiresIn: 3600 }),
  "GET /api/catalogue": (_, response) =>
    json(response, 200, {
      season: "autumn",
      products,
      groups: { fruit: ["APPLE", "QUINCE", "FIG"], vegetables: ["LEEK", "SQUASH", "FENNEL"] },
    }),
  "GET /api/weather": (_, response) =>
    json(response, 200, {
      place: "Lantern Street",
      sky: "fog, clearing",
      celsius: 7.5,
      wind: { from: "NE", metresPerSecond: 3 },
    }),
  "GET /api/latest": (_, response) => void response.writeHead(302, { Location: "/api/prices" }).end(),
  "GET /api/prices": (_, response) =>
    json(response, 200, Object.fromEntries(products.map(({ symbol, price }) => [symbol, price]))),
  "GET /api/report.csv": (_, response) => {
    const rows = products.map(({ symbol, name, price, unit }) => `${symbol},"${name}",${price},${unit}`);
    response
      .writeHead(200, { "Content-Type": "text/csv; charset=utf-8" })
      .end(["symbol,name,price,unit", ...rows].join("\r\n"));
  },
  "GET /api/search": async (_, response, url) => {
    await pause(600);
    const query = (url.searchParams.get("q") ?? "").toLowerCase();
    json(response, 200, { q: query, hits: products.filter(({ name }) => name.toLowerCase().includes(query)) });
  },
  "GET /api/recommendations": async (_, response) => {
    await pause(3200);
    json(response, 200, { because: "you bought leeks", products: ["FENNEL", "APPLE"], confidence: 0.71 });
  },
  "GET /api/stock/forecast": async (_, response) => {
    await pause(240);
    json(response, 500, {
      error: "forecast_unavailable",
      detail: "model worker 2 did not answer",
      trace: ["gateway", "forecast", "worker-2"],
    });
  },
  "GET /api/coupons/LANTERN10": (_, response) => json(response, 404, { error: "no_such_coupon", coupon: "LANTERN10" }),
  "POST /api/orders": async (request, response) => {
    const order = JSON.parse(await text(request)) as { lines: { quantity: number }[] };
    await pause(180);
    const pieces = order.lines.reduce((sum, { quantity }) => sum + quantity, 0);
    json(response, 201, { order: "LS-20431", state: "accepted", pieces, collectAt: "gate east, 11:30" });
  },
  "PUT /api/basket": async (request, response) => {
    json(response, 200, { saved: true, basket: JSON.parse(await text(request)) as unknown });
  },
  "DELETE /api/basket/FIG": (_, response) => void response.writeHead(204).end(),
  "POST /api/seen": (_, response) => void response.writeHead(204).end(),
  // No response: the request is still pending when the recording ends.
  "GET /api/changes": () => undefined,
};

/** A JSON Web Token with an invented signature. */
function buyerToken(): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = { sub: "buyer-17", role: "buyer", stalls: [4, 9, 12], exp: 2_000_000_000 };
  const signature = Buffer.from("not a signature, only a demo").toString("base64url");
  return `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}.${signature}`;
}

/** Responds to a request of the API; returns false for other requests. */
export async function respondToApi(request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> {
  const handler = handlers[`${request.method} ${url.pathname}`];
  if (handler === undefined) return false;
  await pause(20 + (url.pathname.length % 5) * 12);
  await handler(request, response, url);
  return true;
}

function json(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value);
  response
    .writeHead(status, {
      "Content-Type": "application/json",
      "Content-Length": Buffer.byteLength(body),
      "X-Request-Id": `r-${body.length}`,
    })
    .end(body);
}
