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
  const recorderFrames = countRecorderFrames();
  for (const method of consoleMethods) {
    const restore = patch(console, method, (_, args) => {
      if (method === "assert" && args[0]) return;
      const site = callSite(callFrames(), recorderFrames);
      add(context, levels[method], method === "assert" ? args.slice(1) : args, site);
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
    add(context, "exception", causes === "" ? [message] : [message, causes], { source, stack: stackOf(error) });
  };
  const onRejection = ({ reason }: PromiseRejectionEvent): void => {
    const stack = stackOf(reason);
    add(context, "exception", ["Uncaught (in promise)", reason], { source: firstLocation(stack), stack });
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
  const redact = (text: string): string => redactor_.text_(text);
  journal_.add_(consoleFile, {
    timeStamp: epochNow(),
    level,
    args: serializeArgs(args, redact),
    source: source === undefined ? undefined : redactor_.url_(source),
    stack: stack === undefined ? undefined : redact(stack.slice(0, maxStack)),
    pageId: pageId_,
  });
}

/** Lines of the current stack. */
const callFrames = (limit?: number): string[] =>
  currentStack(limit)
    .split("\n")
    .filter((line) => locationOf(line) !== undefined);

/** Frames of `currentStack` and `callFrames`. */
const ownFrames = 2;

/** Number of frames of the recorder above a call of the page. Counted, since the recorder may share a file with the page. */
function countRecorderFrames(): number {
  const limit = 200;
  let inner = 0;
  const probe = { log: (): void => undefined };
  const restore = patch(probe, "log", () => {
    inner = callFrames(limit).length;
  });
  const outer = callFrames(limit).length;
  probe.log();
  restore();
  return inner - outer + ownFrames;
}

/** Where the console was called, from the frames of that call. */
function callSite(frames: readonly string[], recorderFrames: number): CallSite {
  const callers = frames.slice(recorderFrames);
  return { source: locationOf(callers[0]), stack: callers.join("\n") || undefined };
}

/** Firefox formats a frame as `name@location`, other browsers as `at name (location)`. */
const locationOf = (frame = ""): string | undefined => /([^\s()@]+:\d+:\d+)\)?$/.exec(frame)?.[1];

const firstLocation = (stack = ""): string | undefined =>
  stack
    .split("\n")
    .map(locationOf)
    .find((location) => location !== undefined);
