// sendBeacon: what is sent is known, the answer never is.
import { pageNow } from "../clock.ts";
import { bodyPayload } from "./body.ts";
import { absoluteUrl } from "../options.ts";
import type { Exchanges } from "./exchanges.ts";
import { patch } from "./patch.ts";

export function recordBeacons(exchanges: Exchanges): () => void {
  return patch(Navigator.prototype, "sendBeacon", (_, [url, data]) => {
    const start = pageNow();
    return (isQueued) => {
      const exchange = exchanges.begin("beacon", absoluteUrl(url), "POST", start);
      if (!isQueued) exchanges.fail(exchange, "Not sent: the queue is full", "failed");
      exchanges.keep(
        exchange,
        /* @__KEY__ */ "requestBody",
        (limit) => bodyPayload(data, limit),
        () => exchanges.end(exchange),
      );
    };
  });
}
