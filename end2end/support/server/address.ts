// What a request asks for: prefixes that say how the answer is to go wrong, then the path of the file.
//
//   /tag/<id>/…                     count this request under <id>
//   /when/<text>/…                  the faults after this apply only where the file's path contains <text>
//   /once/<token>/…                 the faults after this apply only to the first request for each path
//   /fault/status/<code>/…          this status, with a line of plain text
//   /fault/html/…                   200 with an HTML page, as hosts of single-page apps answer anything missing
//   /fault/cut/<bytes>/…            the connection breaks after so many bytes of the promised length
//   /fault/short/<bytes>/…          a file that ends there: the length is true, the content is cut off
//   /fault/hold/<token>/<bytes>/…   so many bytes, then nothing until POST /release/<token>
//   /fault/encode/<gzip|br>/…       compressed on the way, as a host does
//
// Files named relative to a manifest inherit its prefixes, because relative addresses do.

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

/** Reads the prefixes off a path; `undefined` where it is malformed or tries to leave its folder. */
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
    const leaves = segments.some((segment) => segment === ".." || /[/\\\0]/.test(segment));
    return leaves ? undefined : segments;
  } catch {
    return undefined;
  }
}

/** The fault at the start of `words`, and how many words it took. */
function parseFault(words: string[]): { fault: Fault; length: number } | undefined {
  const [kind, first = "", second = ""] = words;
  switch (kind) {
    case "html":
      return { fault: { kind }, length: 1 };
    case "status": {
      const code = wholeNumber(first);
      return code === undefined || code < 200 || code > 599 ? undefined : { fault: { kind, code }, length: 2 };
    }
    case "cut":
    case "short": {
      const bytes = wholeNumber(first);
      return bytes === undefined ? undefined : { fault: { kind, bytes }, length: 2 };
    }
    case "hold": {
      const bytes = wholeNumber(second);
      return bytes === undefined ? undefined : { fault: { kind, token: first, bytes }, length: 3 };
    }
    case "encode":
      return first === "gzip" || first === "br" ? { fault: { kind, encoding: first }, length: 2 } : undefined;
    default:
      return undefined;
  }
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,12}$/.test(text) ? Number(text) : undefined;
}
