// Console calls and uncaught errors.
import { epochNow } from "../clock.ts";
import type { Capture, Context } from "../context.ts";
import type { ConsoleMethod, Settings } from "../options.ts";
import { consoleFile } from "../session/manifest.ts";
import { patch } from "./patch.ts";
import { serializeArgs } from "./serialize-args.ts";

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
  const undo = consoleMethods.map((method) =>
    patch(console, method, (_, args) => {
      if (method !== "assert") add(context, levels[method], args, callerOf(new Error()));
      else if (!args[0]) add(context, "assert", args.slice(1), callerOf(new Error()));
    }),
  );
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
    const source = filename === "" ? undefined : `${filename}:${lineno}:${colno}`;
    add(context, "exception", [message], { source, stack: stackOf(event.error) });
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

let isAdding = false;

/** Adds an entry; one that cannot be serialized is skipped, since a recorder must never make a page's call fail. */
function add(
  { journal_, redactor_, pageId_ }: Context,
  level: Level,
  args: readonly unknown[],
  { source, stack }: CallSite,
): void {
  // Serializing may run page code (a proxy's traps), which may log again.
  if (isAdding) return;
  isAdding = true;
  const redact = (text: string): string => redactor_.text_(text);
  try {
    journal_.add_(consoleFile, {
      timeStamp: epochNow(),
      level,
      args: serializeArgs(args, redact),
      source: source === undefined ? undefined : redactor_.url_(source),
      stack: stack === undefined ? undefined : redact(stack.slice(0, maxStack)),
      pageId: pageId_,
    });
  } catch {
    // An object that throws when accessed.
  } finally {
    isAdding = false;
  }
}

function stackOf(error: unknown): string | undefined {
  return error instanceof Error ? error.stack : undefined;
}

/** Number of stack frames of the recorder, from the error's construction to the proxy; bundled, they may share a file with the page's. */
const recorderFrames = 5;

/** Where the console was called. */
function callerOf({ stack = "" }: Error): CallSite {
  const callers = stack
    .split("\n")
    .filter((line) => locationOf(line) !== undefined)
    .slice(recorderFrames);
  return { source: locationOf(callers[0]), stack: callers.join("\n") || undefined };
}

/** Firefox formats a frame as `name@location`, other browsers as `at name (location)`. */
const locationOf = (frame = ""): string | undefined => /([^\s()@]+:\d+:\d+)\)?$/.exec(frame)?.[1];

const firstLocation = (stack = ""): string | undefined =>
  stack
    .split("\n")
    .map(locationOf)
    .find((location) => location !== undefined);
