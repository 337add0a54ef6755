// GraphQL over graphql-transport-ws, and over the legacy subprotocol of subscriptions-transport-ws.
export const fixtures = ["graphql-transport-ws", "graphql-ws"];

export async function serve({ http, load, require, sleep, serveSockets }, fixture) {
  const graphql = require("graphql");
  const schema = graphql.buildSchema(`
    type Query { sum(a: Int, b: Int): Int }
    type Subscription { count(to: Int): Int, never: Int }`);
  schema.getQueryType().getFields().sum.resolve = (_, { a, b }) => a + b;
  const { count, never } = schema.getSubscriptionType().getFields();
  count.subscribe = async function* (_, { to }) {
    for (let n = 1; n <= to; n++) {
      await sleep(20);
      yield { count: n };
    }
  };
  const silence = { next: () => new Promise(() => {}), return: async () => ({ done: true, value: undefined }) };
  never.subscribe = () => ({ [Symbol.asyncIterator]: () => silence });
  if (fixture === "graphql-ws") {
    const { SubscriptionServer } = require("subscriptions-transport-ws");
    const { execute, subscribe } = graphql;
    const options = { schema, execute, subscribe, keepAlive: 300, onConnect: () => true };
    SubscriptionServer.create(options, { server: http, path: "/graphql" });
    return;
  }
  const { useServer } = await load("graphql-ws/use/ws");
  useServer({ schema }, serveSocketsOf(serveSockets));
}

/** `useServer` expects a server of `ws`, of which it needs the connections. */
function serveSocketsOf(serveSockets) {
  const sockets = serveSockets(
    "/graphql",
    (socket, request) => sockets.emit("connection", socket, request),
    "graphql-transport-ws",
  );
  return sockets;
}

export async function page({ fixture, url, sleep }) {
  const address = `${url.replace("http", "ws")}/graphql`;
  const sum = { operationName: "Sum", query: "query Sum($a: Int) { sum(a: $a, b: 2) }", variables: { a: 1 } };
  const count = { query: "subscription { count(to: 3) }" };
  const invalid = { query: "subscription Wrong { missing }" };
  const never = { operationName: "Never", query: "subscription Never { never }" };
  const stop = await (fixture === "graphql-ws" ? converseLegacy : converse)(address, [sum, count, invalid], never);
  await sleep(900);
  await stop();
  await sleep(50);
}

async function converse(url, operations, never) {
  const { createClient } = await import("graphql-ws");
  const connectionParams = { authorization: "Bearer secret" };
  const client = createClient({ url, keepAlive: 300, lazy: false, connectionParams, onNonLazyError() {} });
  for (const operation of operations) {
    await new Promise((resolve) => client.subscribe(operation, { next() {}, error: resolve, complete: resolve }));
  }
  client.subscribe(never, { next() {}, error() {}, complete() {} });
  return () => client.dispose();
}

async function converseLegacy(url, operations, never) {
  const { SubscriptionClient } = await import("subscriptions-transport-ws");
  const client = new SubscriptionClient(url, { connectionParams: { authorization: "Bearer secret" } });
  for (const operation of operations) {
    await new Promise((resolve) => client.request(operation).subscribe({ error: resolve, complete: resolve }));
  }
  const subscription = client.request(never).subscribe({});
  return async () => {
    subscription.unsubscribe();
    client.close();
  };
}
