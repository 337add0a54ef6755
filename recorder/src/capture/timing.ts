// A request as a line among the resources, with what the browser itself measured of it.
import { epoch } from "../clock.ts";
import type { Context } from "../context.ts";
import type { Sink } from "../session/journal.ts";
import { resourcesFile } from "../session/manifest.ts";

/** Firefox and Safari lack some of them. */
export type Timing = PerformanceResourceTiming & { contentType?: string; responseStatus?: number };

/** What is known of a request from elsewhere. Times are the page's own. */
export interface Facts {
  name: string;
  initiatorType: string;
  method: string;
  start: number;
  end: number | undefined;
  status?: number | undefined;
  mimeType?: string | undefined;
  outcome: string | undefined;
  error?: string | undefined;
  socketId?: string | undefined;
  requestResponsePairs?: object | undefined;
}

const phase = /^(redirect|worker|fetch|domain\w+|connect|secure\w+|request|response)(Start|End)$/;
/** What is written as the browser tells it. */
const asIs = /Size|Hop/;

export function addResource({ pageId }: Context, journal: Sink, facts: Facts, timing?: Timing): void {
  const { name, initiatorType, method, socketId, start, end, status, mimeType, outcome, error, requestResponsePairs } =
    facts;
  const measured: Record<string, unknown> = { startTimeAbs: epoch(timing?.startTime ?? start) };
  // A phase that did not occur is 0 on the browser's clock, and left out.
  for (const [key, time] of Object.entries((timing?.toJSON() ?? {}) as Record<string, number>)) {
    if (phase.test(key) && time > 0) measured[`${key}Abs`] = epoch(time);
    if (asIs.test(key) && (time as unknown) !== "") measured[key] = time;
  }
  const record = {
    pageId,
    name,
    initiatorType,
    method,
    socketId,
    ...measured,
    responseEndAbs: end && epoch(end),
    responseStatus: status || timing?.responseStatus || undefined,
    mimeType: timing?.contentType || mimeType || undefined,
    outcome,
    error,
    requestResponsePairs,
  };
  journal.add(resourcesFile, record);
}
