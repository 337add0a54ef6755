// Console calls and uncaught errors.
import { epochNow } from "../clock.ts";
import type { Capture, Context } from "../context.ts";
import type { ConsoleMethod, Settings } from "../options.ts";
import { consoleFile } from "../session/manifest.ts";
import { currentStack, omitsFrames, stackOf, trackProxies } from "./inspect.ts";
import { replace, restore } from "./replace.ts";
import { argsJson, describeCauses } from "./serialize-args.ts";

const { apply } = Reflect;

type Level = "log" | "info" | "warn" | "error" | "debug" | "assert" | "exception";

const levels: Record<ConsoleMethod, Level> = {
  log: "log",
  info: "info",
  warn: "warn",
  error: "error",
  debug: "debug",
  assert: "assert",
  trace: "log",
  dir: "log",
  table: "log",
};

/** Characters. */
const maxStack = 8000;

export function recordConsole(context: Context, { consoleMethods }: Settings): Capture {
  const undo = consoleMethods.length > 0 ? [trackProxies()] : [];
  const callSiteOf = rememberCallSites(context, omitsFrames ? 0 : countRecorderFrames());
  for (const method of consoleMethods) {
    const restore = observeCalls(console, method, (args, frame) => {
      if (method === "assert" && args[0]) return;
      add(context, levels[method], method === "assert" ? args.slice(1) : args, callSiteOf(currentStack(frame)));
    });
    undo.push(restore);
  }
  const { attach, detach } = errorListeners(context);
  if (consoleMethods.length > 0) attach();
  return {
    attachListeners_: () => {
      if (consoleMethods.length > 0) attach();
    },
    stop_: () => {
      undo.forEach((restore) => restore());
      detach();
    },
  };
}

/**
 * Calls `before` with the arguments of each call of a method, and with the function that the page calls in its place.
 * With one frame of its own: browsers collect the stack of each call of the console, too.
 */
function observeCalls<Owner extends object>(
  owner: Owner,
  name: keyof Owner,
  before: (args: unknown[], frame: unknown) => void,
): () => void {
  const native: unknown = Reflect.getOwnPropertyDescriptor(owner, name)?.value;
  if (typeof native !== "function") return () => undefined;
  let isRemoved = false;
  const call = (target: object, self: unknown, args: unknown[]): unknown => {
    try {
      if (!isRemoved) before(args, call);
    } catch {
      // A page's objects may throw on any access.
    }
    return apply(target as () => unknown, self, args as []);
  };
  const proxy = new Proxy(native, { apply: call });
  replace(owner, name, proxy);
  return () => {
    // Where a page has wrapped the proxy since, it stays in the chain and does nothing.
    isRemoved = true;
    restore(owner, name, proxy, native);
  };
}

function errorListeners(context: Context): { attach: () => void; detach: () => void } {
  const onError = (event: Event): void => {
    // A page may dispatch other events of that name.
    if (!(event instanceof ErrorEvent)) return;
    const { message, filename, lineno, colno } = event;
    const error: unknown = event.error;
    const source = filename === "" ? undefined : `${filename}:${lineno}:${colno}`;
    const causes = describeCauses(error, context.redactor_.text_);
    const site = siteJson(context, { source, stack: stackOf(error) });
    add(context, "exception", causes === "" ? [message] : [message, causes], site);
  };
  const onRejection = ({ reason }: PromiseRejectionEvent): void => {
    const stack = stackOf(reason);
    const site = siteJson(context, { source: firstLocation(stack), stack });
    add(context, "exception", ["Uncaught (in promise)", reason], site);
  };
  return {
    attach: () => {
      addEventListener("error", onError);
      addEventListener("unhandledrejection", onRejection);
    },
    detach: () => {
      removeEventListener("error", onError);
      removeEventListener("unhandledrejection", onRejection);
    },
  };
}

interface CallSite {
  source: string | undefined;
  stack: string | undefined;
}

/** Written as JSON text: a page may call the console thousands of times a second. */
function add({ journal_, redactor_ }: Context, level: Level, args: readonly unknown[], siteJson: string): void {
  const json = `{"timeStamp":${epochNow()},"level":"${level}","args":${argsJson(args, redactor_.text_)},${siteJson}}`;
  journal_.addJson_?.(consoleFile, json);
}

/** The last properties of an entry. */
const siteJson = ({ redactor_, pageId_ }: Context, { source, stack }: CallSite): string =>
  JSON.stringify({
    source: source === undefined ? undefined : redactor_.url_(source),
    stack: stack === undefined ? undefined : redactor_.text_(stack.slice(0, maxStack)),
    pageId: pageId_,
  }).slice(1, -1);

const framesOf = (stack: string): string[] => stack.split("\n").filter((line) => locationOf(line) !== undefined);

/** The frames of `currentStack` and of the function that calls it. */
const ownFrames = 2;

/** Number of frames of the recorder above a call of the page. Counted, since the recorder may share a file with the page. */
function countRecorderFrames(): number {
  const limit = 200;
  let inner = 0;
  const probe = { log: (): void => undefined };
  const count = (frame?: unknown): number => framesOf(currentStack(frame, limit)).length;
  const restoreProbe = observeCalls(probe, "log", (_, frame) => {
    inner = count(frame);
  });
  const outer = count();
  probe.log();
  restoreProbe();
  return inner - outer + ownFrames;
}

/** Bounds the memory of places that call the console. */
const maxRememberedSites = 1000;

/** Returns a function that finds, from the stack of a call, where the console was called, as JSON: once for each such place. */
function rememberCallSites(context: Context, recorderFrames: number): (stack: string) => string {
  const sites = new Map<string, string>();
  return (stack) => {
    let site = sites.get(stack);
    if (site === undefined) {
      const callers = framesOf(stack).slice(recorderFrames);
      site = siteJson(context, { source: locationOf(callers[0]), stack: callers.join("\n") || undefined });
      if (sites.size >= maxRememberedSites) sites.clear();
      sites.set(stack, site);
    }
    return site;
  };
}

/** Firefox formats a frame as `name@location`, other browsers as `at name (location)`. */
const locationOf = (frame = ""): string | undefined => /([^\s()@]+:\d+:\d+)\)?$/.exec(frame)?.[1];

const firstLocation = (stack = ""): string | undefined =>
  stack
    .split("\n")
    .map(locationOf)
    .find((location) => location !== undefined);
