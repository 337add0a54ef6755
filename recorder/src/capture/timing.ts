// What the browser itself measured of a resource.
import { epoch } from "../clock.ts";

/** Firefox and Safari lack some of them. */
export type Timing = PerformanceResourceTiming & { contentType?: string; responseStatus?: number };

const phases = [
  "redirectStart",
  "redirectEnd",
  "workerStart",
  "fetchStart",
  "domainLookupStart",
  "domainLookupEnd",
  "connectStart",
  "connectEnd",
  "secureConnectionStart",
  "requestStart",
  "responseStart",
] as const;

export function timingFields(timing: Timing): Record<string, unknown> & { responseStatus?: number } {
  const fields: Record<string, unknown> = {};
  // A phase that did not occur is 0 on the browser's clock, and left out.
  for (const phase of phases) if (timing[phase] > 0) fields[`${phase}Abs`] = epoch(timing[phase]);
  const { transferSize, encodedBodySize, decodedBodySize, nextHopProtocol, responseStatus } = timing;
  return {
    ...fields,
    transferSize,
    encodedBodySize,
    decodedBodySize,
    nextHopProtocol: nextHopProtocol || undefined,
    ...(responseStatus ? { responseStatus } : {}),
  };
}
