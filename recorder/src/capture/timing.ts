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

/** Phases with their names in a record, and properties that are copied: found once in the full recorder. */
let recorded: { phases: [key: string, name: string][]; copied: string[] } | undefined;

function recordedOf(timing: ResourceTiming): NonNullable<typeof recorded> {
  const keys: string[] = [];
  for (const key in timing) keys.push(key);
  return {
    phases: keys.filter((key) => phaseKeys.test(key)).map((key) => [key, `${key}Abs`]),
    copied: keys.filter((key) => copiedKeys.test(key)),
  };
}

/** Reads no property that is not recorded: each is a getter of the browser. */
function copyTiming(record: Record<string, unknown>, timing: ResourceTiming | undefined): void {
  if (!timing) return;
  recorded ??= recordedOf(timing);
  for (const [key, name] of recorded.phases) {
    const value = timing[key as "startTime"];
    if (value) record[name] = epoch(value);
  }
  for (const key of recorded.copied) {
    const value = timing[key as "nextHopProtocol"];
    if (value !== "") record[key] = value;
  }
}

export function addResource(
  { pageId_, redactor_ }: Context,
  sink: Sink,
  resource: Resource,
  timing?: ResourceTiming,
): void {
  const { name, initiatorType, method, socketId, start_, end_, status_, mimeType, outcome, error } = resource;
  const measured: Record<string, unknown> = { startTimeAbs: epoch(timing?.startTime ?? start_) };
  // Not by its conversion to JSON, which takes as long as all else here.
  if (isFullRecorder) copyTiming(measured, timing);
  else
    for (const key in timing) {
      const value = timing[key as "startTime"] as number | "";
      // A phase that did not occur has the time 0 and is omitted.
      if (phaseKeys.test(key) && value) measured[`${key}Abs`] = epoch(value);
      if (copiedKeys.test(key) && value !== "") measured[key] = value;
    }
  const record = {
    pageId: pageId_,
    name,
    initiatorType,
    method,
    ...(isFullRecorder && { socketId }),
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
