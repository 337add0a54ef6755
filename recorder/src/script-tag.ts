// The options of the script's own tag, by which it records without another script.
import { ignoreErrors } from "./ignore-errors.ts";
import type { Options } from "./options.ts";

/** Where a server that serves the recorder collects batches. */
const collectorPath = "/v1/batches";

/** The getter of the browser: an element of that name takes the place of the property. */
const currentScript = Object.getOwnPropertyDescriptor(Document.prototype, "currentScript")?.get;

/**
 * Undefined for a tag without any of `data-project-key`, `data-endpoint` and `data-replayscope`. Throws where the last
 * is not a JSON object: an option that cannot be read may be one that protects the page's users.
 */
export function optionsOfTag(): Options | undefined {
  const script = currentScript?.call(document) as HTMLScriptElement | null | undefined;
  if (!script) return undefined;
  const key = script.getAttribute("data-project-key");
  const endpoint = script.getAttribute("data-endpoint");
  const json = script.getAttribute("data-replayscope");
  if (key === null && endpoint === null && json === null) return undefined;
  const options = parseOptions(json);
  return {
    ...options,
    endpoint: endpoint || options.endpoint || defaultEndpoint(script.src),
    endpointHeaders: { ...options.endpointHeaders, ...(key && { Authorization: `Bearer ${key}` }) },
  };
}

function parseOptions(json: string | null): Options {
  if (!json) return {};
  const options: unknown = JSON.parse(json);
  if (typeof options !== "object" || options === null) throw new TypeError(`${json} is not an object`);
  return options;
}

/** At the origin of the script; at that of the page for a script that is inlined. */
const defaultEndpoint = (source: string): string =>
  ignoreErrors(() => new URL(collectorPath, source).href) ?? collectorPath;
