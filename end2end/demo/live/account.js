// The buyer's account, over graphql-transport-ws: queries, a mutation, a subscription that ends,
// an error of a resolver and an invalid operation.
import { setTimeout as pause } from "node:timers/promises";
import { buildSchema, GraphQLError } from "graphql";
import { useServer } from "graphql-ws/use/ws";

const KEEP_ALIVE_MS = 6000;

const schema = buildSchema(`
  type Query { buyer: Buyer!, invoice(order: ID!): Invoice }
  type Mutation { addLine(order: ID!, symbol: String!, quantity: Int!): Order! }
  type Subscription { orderUpdated(order: ID!): Order! }
  type Buyer { id: ID!, name: String!, creditLimit: Float!, openOrders: [Order!]! }
  type Order { id: ID!, state: String!, pieces: Int!, total: Float!, collect: Collection }
  type Collection { gate: String!, at: String! }
  type Invoice { number: ID!, total: Float! }`);

const order = { id: "LS-20388", state: "received", pieces: 8, total: 21.4, collect: null };
const collect = { gate: "east", at: "11:30" };
/** Changes of the order: milliseconds after the previous one, and what changes. */
const steps = [
  [600, { state: "accepted" }],
  [5200, { state: "picking" }],
  [6000, { state: "packed" }],
  [5000, { state: "ready", collect }],
];

const rootValue = {
  buyer: async () => {
    await pause(45);
    return { id: "buyer-17", name: "Corner Café", creditLimit: 400, openOrders: [order] };
  },
  invoice: async () => {
    await pause(120);
    throw new GraphQLError("The invoice is written when the order is collected", {
      extensions: { code: "INVOICE_NOT_READY" },
    });
  },
  addLine: async ({ quantity }) => {
    await pause(80);
    Object.assign(order, { pieces: order.pieces + quantity, total: order.total + quantity * 1.3 });
    return order;
  },
  orderUpdated: async function* () {
    for (const [delay, change] of steps) {
      await pause(delay);
      yield { orderUpdated: Object.assign(order, change) };
    }
  },
};

export function startAccount(sockets) {
  const server = useServer(
    { schema, roots: { query: rootValue, mutation: rootValue, subscription: rootValue } },
    sockets,
    KEEP_ALIVE_MS,
  );
  return () => server.dispose();
}
