// Console calls and uncaught errors.
import { epochNow } from "../clock.ts";
import type { Capture, Context } from "../context.ts";
import type { ConsoleMethod, Settings } from "../options.ts";
import { consoleFile } from "../session/manifest.ts";
import { patch } from "./patch.ts";
import { currentStack, stackOf, trackProxies } from "./inspect.ts";
import { describeCauses, serializeArgs } from "./serialize-args.ts";

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
  const callSiteOf = rememberCallSites(context, countRecorderFrames());
  for (const method of consoleMethods) {
    const restore = patch(console, method, (_, args) => {
      if (method === "assert" && args[0]) return;
      add(context, levels[method], method === "assert" ? args.slice(1) : args, callSiteOf(currentStack()));
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

function errorListeners(context: Context): { attach: () => void; detach: () => void } {
  const onError = (event: Event): void => {
    // A page may dispatch other events of that name.
    if (!(event instanceof ErrorEvent)) return;
    const { message, filename, lineno, colno } = event;
    const error: unknown = event.error;
    const source = filename === "" ? undefined : `${filename}:${lineno}:${colno}`;
    const causes = describeCauses(error, context.redactor_.text_);
    const site = redactCallSite(context, { source, stack: stackOf(error) });
    add(context, "exception", causes === "" ? [message] : [message, causes], site);
  };
  const onRejection = ({ reason }: PromiseRejectionEvent): void => {
    const stack = stackOf(reason);
    const site = redactCallSite(context, { source: firstLocation(stack), stack });
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

function add(
  { journal_, redactor_, pageId_ }: Context,
  level: Level,
  args: readonly unknown[],
  { source, stack }: CallSite,
): void {
  journal_.add_(consoleFile, {
    timeStamp: epochNow(),
    level,
    args: serializeArgs(args, redactor_.text_),
    source,
    stack,
    pageId: pageId_,
  });
}

const redactCallSite = ({ redactor_ }: Context, { source, stack }: CallSite): CallSite => ({
  source: source === undefined ? undefined : redactor_.url_(source),
  stack: stack === undefined ? undefined : redactor_.text_(stack.slice(0, maxStack)),
});

const framesOf = (stack: string): string[] => stack.split("\n").filter((line) => locationOf(line) !== undefined);

/** The frame of `currentStack`. */
const ownFrames = 1;

/** Number of frames of the recorder above a call of the page. Counted, since the recorder may share a file with the page. */
function countRecorderFrames(): number {
  const limit = 200;
  let inner = 0;
  const probe = { log: (): void => undefined };
  const restore = patch(probe, "log", () => {
    inner = framesOf(currentStack(limit)).length;
  });
  const outer = framesOf(currentStack(limit)).length;
  probe.log();
  restore();
  return inner - outer + ownFrames;
}

/** Bounds the memory of places that call the console. */
const maxRememberedSites = 1000;

/** Returns a function that finds, from the stack of a call, where the console was called: once for each such place. */
function rememberCallSites(context: Context, recorderFrames: number): (stack: string) => CallSite {
  const sites = new Map<string, CallSite>();
  return (stack) => {
    let site = sites.get(stack);
    if (site === undefined) {
      const callers = framesOf(stack).slice(recorderFrames);
      site = redactCallSite(context, { source: locationOf(callers[0]), stack: callers.join("\n") || undefined });
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
