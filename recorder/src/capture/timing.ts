// What the browser itself measured of a resource.
import { epoch } from "../clock.ts";

/** Firefox and Safari lack some of them. */
export type Timing = PerformanceResourceTiming & { contentType?: string; responseStatus?: number };

const phase = /^(redirect|worker|fetch|domainLookup|connect|secureConnection|request|response)(Start|End)$/;

export function timingFields(timing: Timing): Record<string, unknown> & { responseStatus?: number } {
  const fields: Record<string, unknown> = {};
  for (const [name, time] of Object.entries(timing.toJSON() as Record<string, unknown>)) {
    // A phase that did not occur is 0 on the browser's clock, and left out; the end is told by who knows the outcome.
    if (phase.test(name) && name !== "responseEnd" && (time as number) > 0) fields[`${name}Abs`] = epoch(time as number);
  }
  const { transferSize, encodedBodySize, decodedBodySize, nextHopProtocol, responseStatus } = timing;
  Object.assign(fields, { transferSize, encodedBodySize, decodedBodySize, nextHopProtocol: nextHopProtocol || undefined });
  return responseStatus ? { ...fields, responseStatus } : fields;
}
