// sendBeacon: the request is known, the response never is.
import { pageNow } from "../clock.ts";
import { bodyPayload } from "./body.ts";
import { absoluteUrl } from "../options.ts";
import type { Exchanges } from "./exchanges.ts";
import { patch } from "./patch.ts";

export function recordBeacons(exchanges: Exchanges): () => void {
  return patch(Navigator.prototype, "sendBeacon", (_, [url, data]) => {
    const start = pageNow();
    return (isQueued) => {
      const exchange = exchanges.begin_("beacon", absoluteUrl(url), "POST", start);
      if (!isQueued) exchanges.fail_(exchange, "Not sent: the queue is full", "failed");
      exchanges.captureBody_(
        exchange,
        /* @__KEY__ */ "requestBody_",
        (limit) => bodyPayload(data, limit),
        () => exchanges.finish_(exchange),
      );
    };
  });
}
