// sendBeacon: what is sent is known, the answer never is.
import { pageNow } from "../clock.ts";
import { requestPayload } from "./body.ts";
import type { Exchanges } from "./exchanges.ts";
import { patch } from "./patch.ts";

export function recordBeacons(exchanges: Exchanges): () => void {
  return patch(Navigator.prototype, "sendBeacon", (call, _, args) => {
    const [url, data] = args;
    const start = pageNow();
    const isQueued = call() as boolean;
    const exchange = exchanges.begin("beacon", new URL(String(url), document.baseURI).href, "POST", start);
    if (!isQueued) {
      exchange.outcome = "failed";
      exchange.error = "Not sent: the browser's queue is full";
    }
    const payload = exchanges.wantsContents(exchange) ? requestPayload(data, exchanges.bodyLimit) : undefined;
    const work = Promise.resolve(payload).then((read) => {
      if (read !== undefined) exchange.requestBody = read;
    });
    void exchanges.read(work).then(() => exchanges.end(exchange));
    return isQueued;
  });
}
