// Parses the path of a request: prefixes that select faults of the response, then the path of the
// file.
//
//   /tag/<id>/…                     count this request under <id> /when/<text>/…
//   the following faults apply only if the file's path contains <text> /once/<token>/…
//   the following faults apply only to the first request for each path /fault/status/<code>/…
//   this status, with a line of plain text /fault/html/…                   200 with an HTML page,
//   the fallback of hosts of single-page apps /fault/cut/<bytes>/…            drop the connection
//   after that many bytes of the announced length /fault/short/<bytes>/…          truncate the file
//   to that many bytes, with a matching length /fault/hold/<token>/<bytes>/…   send that many
//   bytes, then wait for POST /release/<token> /fault/encode/<gzip|br>/…       compress with this
//   content encoding
//
// Relative URLs in a manifest inherit its prefixes.

export type Fault =
  | { kind: "status"; code: number }
  | { kind: "html" }
  | { kind: "cut"; bytes: number }
  | { kind: "short"; bytes: number }
  | { kind: "hold"; token: string; bytes: number }
  | { kind: "encode"; encoding: "gzip" | "br" };

export type Step = Fault | { kind: "when"; text: string } | { kind: "once"; token: string };

export interface Address {
  tags: string[];
  steps: Step[];
  /** The path without its prefixes, decoded, with its leading slash. */
  path: string;
}

/** Parses a path; `undefined` where it is malformed or contains `..`. */
export function parseAddress(pathname: string): Address | undefined {
  const segments = decodedSegments(pathname);
  if (segments === undefined) return undefined;
  const tags: string[] = [];
  const steps: Step[] = [];
  let rest = segments;
  for (;;) {
    const [first, second] = rest;
    if (first === "tag" && second !== undefined) {
      tags.push(second);
      rest = rest.slice(2);
    } else if (first === "when" && second !== undefined) {
      steps.push({ kind: "when", text: second });
      rest = rest.slice(2);
    } else if (first === "once" && second !== undefined) {
      steps.push({ kind: "once", token: second });
      rest = rest.slice(2);
    } else if (first === "fault") {
      const found = parseFault(rest.slice(1));
      if (found === undefined) return undefined;
      steps.push(found.fault);
      rest = rest.slice(1 + found.length);
    } else {
      return { tags, steps, path: "/" + rest.join("/") };
    }
  }
}

function decodedSegments(pathname: string): string[] | undefined {
  try {
    const segments = pathname.slice(1).split("/").map(decodeURIComponent);
    const isUnsafe = segments.some((segment) => segment === ".." || /[/\\\0]/.test(segment));
    return isUnsafe ? undefined : segments;
  } catch {
    return undefined;
  }
}

/** The fault at the start of `segments`, and the number of segments it consists of. */
function parseFault(segments: string[]): { fault: Fault; length: number } | undefined {
  const [kind, first = "", second = ""] = segments;
  switch (kind) {
    case "html":
      return { fault: { kind }, length: 1 };
    case "status": {
      const code = parseInteger(first);
      return code === undefined || code < 200 || code > 599 ? undefined : { fault: { kind, code }, length: 2 };
    }
    case "cut":
    case "short": {
      const bytes = parseInteger(first);
      return bytes === undefined ? undefined : { fault: { kind, bytes }, length: 2 };
    }
    case "hold": {
      const bytes = parseInteger(second);
      return bytes === undefined ? undefined : { fault: { kind, token: first, bytes }, length: 3 };
    }
    case "encode":
      return first === "gzip" || first === "br" ? { fault: { kind, encoding: first }, length: 2 } : undefined;
    default:
      return undefined;
  }
}

function parseInteger(text: string): number | undefined {
  return /^\d{1,12}$/.test(text) ? Number(text) : undefined;
}
