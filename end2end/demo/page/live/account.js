// The buyer's account over graphql-transport-ws.
import { createClient } from "graphql-ws";

const byId = (id) => document.getElementById(id);

export function startAccount({ token }) {
  const client = createClient({
    url: `ws://${location.host}/graphql`,
    lazy: false,
    keepAlive: 7000,
    connectionParams: { authorization: `Bearer ${token}`, client: "market-page" },
  });
  const run = (operation, next) => {
    const error = (errors) => console.error("Account:", [errors].flat()[0].message);
    return new Promise((resolve) => client.subscribe(operation, { next, error, complete: resolve }));
  };

  run(
    {
      operationName: "Buyer",
      query: "query Buyer { buyer { id name creditLimit openOrders { id state pieces total } } }",
    },
    ({ data }) => (byId("credit").textContent = `£${data.buyer.creditLimit} credit`),
  );
  run(
    {
      operationName: "OrderUpdates",
      query:
        "subscription OrderUpdates($order: ID!) { orderUpdated(order: $order) { id state pieces total collect { gate at } } }",
      variables: { order: "LS-20388" },
    },
    ({ data }) => (byId("account-order").textContent = `${data.orderUpdated.id} ${data.orderUpdated.state}`),
  );
  // A field that the server no longer has.
  run({ operationName: "Discounts", query: "query Discounts { buyer { discount } }" }, () => undefined);
  byId("add-line").addEventListener("click", () =>
    run(
      {
        operationName: "AddLine",
        query:
          "mutation AddLine($order: ID!, $symbol: String!, $quantity: Int!) { addLine(order: $order, symbol: $symbol, quantity: $quantity) { id pieces total } }",
        variables: { order: "LS-20388", symbol: "FENNEL", quantity: 2 },
      },
      ({ data }) => (byId("credit").textContent = `${data.addLine.pieces} pieces, £${data.addLine.total}`),
    ),
  );
  byId("invoice").addEventListener("click", () =>
    run(
      {
        operationName: "Invoice",
        query: "query Invoice($order: ID!) { invoice(order: $order) { number total } }",
        variables: { order: "LS-20388" },
      },
      ({ errors }) => (byId("credit").textContent = errors[0].message),
    ),
  );
}
