// The console, and errors that nobody caught.
import { epochNow } from "../clock.ts";
import type { Context, Part } from "../context.ts";
import type { ConsoleMethod, Settings } from "../options.ts";
import { consoleFile } from "../session/manifest.ts";
import { patch } from "./patch.ts";
import { told } from "./told.ts";

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

/** Characters of a stack that are kept. */
const stackLimit = 8000;

export function recordConsole(context: Context, { consoleMethods }: Settings): Part {
  const undo = consoleMethods.map((method) =>
    patch(console, method, (_, args) => {
      if (method !== "assert") add(context, levels[method], args, callersOf(new Error()));
      else if (!args[0]) add(context, "assert", args.slice(1), callersOf(new Error()));
    }),
  );
  const { listen, stop } = errorListeners(context);
  if (consoleMethods.length > 0) listen();
  return {
    listen: () => {
      if (consoleMethods.length > 0) listen();
    },
    stop: () => {
      undo.forEach((back) => back());
      stop();
    },
  };
}

function errorListeners(context: Context): { listen: () => void; stop: () => void } {
  const onError = (event: Event): void => {
    // A page may dispatch events of that name which are none.
    if (!(event instanceof ErrorEvent)) return;
    const { message, filename, lineno, colno } = event;
    const source = filename === "" ? undefined : `${filename}:${lineno}:${colno}`;
    add(context, "exception", [message], { source, stack: stackOf(event.error) });
  };
  const onRejection = ({ reason }: PromiseRejectionEvent): void => {
    const stack = stackOf(reason);
    add(context, "exception", ["Uncaught (in promise)", reason], { source: firstPlace(stack), stack });
  };
  return {
    listen: () => {
      addEventListener("error", onError);
      addEventListener("unhandledrejection", onRejection);
    },
    stop: () => {
      removeEventListener("error", onError);
      removeEventListener("unhandledrejection", onRejection);
    },
  };
}

interface Place {
  source: string | undefined;
  stack: string | undefined;
}

let isAdding = false;

/** A recorder must never be the reason why a page's own call fails: what cannot be told is left out. */
function add(
  { journal, redactor, pageId }: Context,
  level: Level,
  args: readonly unknown[],
  { source, stack }: Place,
): void {
  // What is told may be a page's own proxy, which logs that it was asked.
  if (isAdding) return;
  isAdding = true;
  const clean = (text: string): string => redactor.text(text);
  try {
    journal.add(consoleFile, {
      timeStamp: epochNow(),
      level,
      args: told(args, clean),
      source: source === undefined ? undefined : redactor.url(source),
      stack: stack === undefined ? undefined : clean(stack.slice(0, stackLimit)),
      pageId,
    });
  } catch {
    // An object that throws when it is looked at.
  } finally {
    isAdding = false;
  }
}

function stackOf(error: unknown): string | undefined {
  return error instanceof Error ? error.stack : undefined;
}

/** Our own, from the call that makes the error to the proxy's. They may lie in the same file as the page's. */
const ownFrames = 5;

/** Who called the console. */
function callersOf({ stack = "" }: Error): Place {
  const callers = stack
    .split("\n")
    .filter((line) => placeOf(line) !== undefined)
    .slice(ownFrames);
  return { source: placeOf(callers[0]), stack: callers.join("\n") || undefined };
}

/** Firefox writes `name@place`, others `at name (place)`. */
const placeOf = (frame = ""): string | undefined => /([^\s()@]+:\d+:\d+)\)?$/.exec(frame)?.[1];

const firstPlace = (stack = ""): string | undefined =>
  stack
    .split("\n")
    .map(placeOf)
    .find((place) => place !== undefined);
