// Simulated prices, the same in every recording.

export interface Product {
  symbol: string;
  name: string;
  picture: string;
  unit: string;
  price: number;
}

export const products: Product[] = [
  { symbol: "APPLE", name: "Braeburn apples", picture: "apple", unit: "kg", price: 2.4 },
  { symbol: "QUINCE", name: "Quinces", picture: "quince", unit: "kg", price: 3.85 },
  { symbol: "FIG", name: "Black figs", picture: "fig", unit: "tray", price: 9.2 },
  { symbol: "LEEK", name: "Leeks", picture: "leek", unit: "bunch", price: 1.75 },
  { symbol: "SQUASH", name: "Onion squash", picture: "squash", unit: "piece", price: 2.95 },
  { symbol: "FENNEL", name: "Fennel", picture: "fennel", unit: "piece", price: 1.3 },
];

/** A pseudorandom generator of numbers from 0 to 1 with a seed. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

export class Market {
  readonly #random = createRandom(7);
  readonly #prices = new Map(products.map(({ symbol, price }) => [symbol, price]));
  #sequence = 0;

  /** The next trade: the price of a product changes by up to 2 %. */
  trade(): Record<string, unknown> {
    const { symbol } = products[Math.floor(this.#random() * products.length)] ?? { symbol: "APPLE" };
    const before = this.#prices.get(symbol) ?? 1;
    const price = cents(before * (1 + (this.#random() - 0.5) * 0.04));
    this.#prices.set(symbol, price);
    this.#sequence += 1;
    const volume = 1 + Math.floor(this.#random() * 40);
    return { type: "trade", seq: this.#sequence, symbol, price, change: cents(price - before), volume };
  }

  /** An order book around a product's price. */
  book(symbol: string): Record<string, unknown> {
    const price = this.#prices.get(symbol) ?? 1;
    const side = (sign: number): unknown[] =>
      [1, 2, 3].map((step) => ({
        price: cents(price * (1 + sign * step * 0.01)),
        volume: Math.floor(this.#random() * 90),
        stalls: [step, step + 4],
      }));
    return { type: "book", symbol, bids: side(-1), asks: side(1), at: { gate: "east", row: null } };
  }
}

function cents(value: number): number {
  return Math.round(value * 100) / 100;
}
