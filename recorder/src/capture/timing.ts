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

const phase = /^(redirect|worker|fetch|domainLookup|connect|secureConnection|request|response)(Start|End)$/;

export function addResource({ pageId }: Context, journal: Sink, facts: Facts, timing?: Timing): void {
  const { start, end, status, mimeType, outcome, error, ...others } = facts;
  const times: Record<string, number> = { startTimeAbs: epoch(timing?.startTime ?? start) };
  // A phase that did not occur is 0 on the browser's clock, and left out.
  for (const [name, time] of Object.entries((timing?.toJSON() ?? {}) as Record<string, number>)) {
    if (phase.test(name) && time > 0) times[`${name}Abs`] = epoch(time);
  }
  delete times["responseEndAbs"];
  if (end !== undefined) times["responseEndAbs"] = epoch(end);
  const { transferSize, encodedBodySize, decodedBodySize, nextHopProtocol, responseStatus, contentType } = timing ?? ({} as Partial<Timing>);
  const record = {
    pageId,
    ...others,
    ...times,
    transferSize,
    encodedBodySize,
    decodedBodySize,
    nextHopProtocol: nextHopProtocol || undefined,
    responseStatus: status || responseStatus || undefined,
    mimeType: contentType || mimeType || undefined,
    outcome,
    error,
  };
  const isError = error !== undefined || (record.responseStatus ?? 0) >= 400;
  journal.add(resourcesFile, record, { requests: 1, errors: isError ? 1 : 0 });
}
