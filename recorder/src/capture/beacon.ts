// sendBeacon: the request is known, the response never is.
import { pageNow } from "../clock.ts";
import { bodyPayload } from "./body.ts";
import { absoluteUrl } from "../options.ts";
import type { Exchanges } from "./exchanges.ts";
import { patch } from "./patch.ts";

export function recordBeacons(exchanges: Exchanges): () => void {
  return patch(Navigator.prototype, "sendBeacon", (_, args) => {
    const start = pageNow();
    // Objects of the page are asked for their text once.
    if (isFullRecorder) {
      if (args.length) args[0] = String(args[0]);
      if ({}.toString.call(args[1]) === "[object Object]") args[1] = String(args[1]);
    }
    const [url, data] = args;
    return (isQueued) => {
      const exchange = exchanges.begin_("beacon", absoluteUrl(url), "POST", start);
      exchanges.captureBody_(
        exchange,
        /* @__KEY__ */ "requestBody_",
        (limit) => bodyPayload(data, limit),
        () =>
          isQueued ? exchanges.finish_(exchange) : exchanges.fail_(exchange, "Not sent: the queue is full", "failed"),
      );
    };
  });
}
