// A request as a record in `resources.jsonl`, with the browser's own measurements.
import { epoch } from "../clock.ts";
import type { Context } from "../context.ts";
import type { Sink } from "../session/journal.ts";
import { resourcesFile } from "../session/manifest.ts";

/** Firefox and Safari lack some of these properties. */
export type ResourceTiming = PerformanceResourceTiming & { contentType?: string; responseStatus?: number };

/** Properties of a request that do not come from its timing. Times are page time in milliseconds. */
export interface Resource {
  name: string;
  initiatorType: string;
  method: string;
  start_: number;
  end_: number | undefined;
  status_?: number | undefined;
  mimeType?: string | undefined;
  outcome: string | undefined;
  error?: string | undefined;
  socketId?: string | undefined;
  requestResponsePairs?: object | undefined;
}

const phaseKeys = /^(redirect|worker|fetch|domain\w+|connect|secure\w+|request|response)(Start|End)$/;
/** Properties written without conversion. */
const copiedKeys = /Size|Hop/;

/** The properties of a timing that are recorded; browsers differ in them. */
let keys: string[] | undefined;

export function addResource(
  { pageId_, redactor_ }: Context,
  sink: Sink,
  resource: Resource,
  timing?: ResourceTiming,
): void {
  const { name, initiatorType, method, socketId, start_, end_, status_, mimeType, outcome, error } = resource;
  const measured: Record<string, unknown> = { startTimeAbs: epoch(timing?.startTime ?? start_) };
  if (timing) {
    // A timing converts each property to JSON, which takes as long as all else here.
    keys ??= Object.keys(timing.toJSON() as object).filter((key) => phaseKeys.test(key) || copiedKeys.test(key));
    for (const key of keys as (keyof ResourceTiming)[]) {
      const value = timing[key];
      if (copiedKeys.test(key)) measured[key] = value === "" ? undefined : value;
      // A phase that did not occur has the time 0 and is omitted.
      else if (value) measured[`${key}Abs`] = epoch(value as number);
    }
  }
  const record = {
    pageId: pageId_,
    name,
    initiatorType,
    method,
    socketId,
    ...measured,
    responseEndAbs: end_ && epoch(end_),
    responseStatus: status_ || timing?.responseStatus || undefined,
    mimeType: timing?.contentType || mimeType || undefined,
    outcome,
    // Messages of the browser quote the URL.
    error: error && redactor_.text_(error),
    requestResponsePairs: resource.requestResponsePairs,
  };
  sink.add_(resourcesFile, record);
}
