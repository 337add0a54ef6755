// The session of this tab, from page to page: a reload continues it.
import { epoch, epochNow } from "../clock.ts";
import type { Batch } from "../output/store.ts";
import type { PageEntry } from "./manifest.ts";

export interface SessionState {
  id: string;
  startedAt: number;
  pages: PageEntry[];
  /** The number of the last batch. */
  sequence: number;
  /** Characters that the browser holds of it. */
  held: number;
  /** When the session was last alive. */
  seenAt: number;
  /** Its page has been left, and the next one may go on. A window that a page opens gets a copy while that page lives on. */
  isLeft: boolean;
  /** Where it is delivered. Another app of the site, which delivers elsewhere, does not go on with it. */
  endpoint?: string | undefined;
}

/** Frames of one tab share its storage: each has a place of its own there. */
const place = framePath();
const stateKey = `replayscope.session${place}`;
const tailKey = `replayscope.tail${place}`;
/** A page that comes later than this begins a session of its own. */
const longestGap = 30 * 60 * 1000;

/** The session that the page before this one left, or a new one; with this page in it. */
export function continueSession(
  isFromStart: boolean,
  endpoint: string | undefined,
  cleanUrl: (url: string) => string,
): SessionState {
  const now = epochNow();
  const left = read<SessionState>(stateKey);
  const startedAt = isFromStart ? epoch(0) : now;
  const state =
    left?.isLeft && left.endpoint === endpoint && now - left.seenAt < longestGap
      ? left
      : { id: newId(), startedAt, pages: [], sequence: 0, held: 0, seenAt: now, isLeft: false, endpoint };
  state.isLeft = false;
  state.pages.push({
    id: `page-${state.pages.length + 1}`,
    url: cleanUrl(location.href),
    startedAt: Math.max(startedAt, state.pages.length === 0 ? 0 : state.seenAt),
    timeOrigin: epoch(0),
    viewport: { width: innerWidth, height: innerHeight },
  });
  saveSession(state);
  return state;
}

export function saveSession(state: SessionState): void {
  state.seenAt = epochNow();
  write(stateKey, state);
}

/** No page goes on with it. */
export function endSession(state: SessionState): void {
  saveSession({ ...state, isLeft: false });
}

/**
 * For a page that the browser has brought back. Pages since may have gone on with its session, and numbered batches of
 * their own; or ended it, or begun another: then what comes is a session of its own.
 */
export function resumeSession(state: SessionState, pageId: string): void {
  const left = read<SessionState>(stateKey);
  if (left?.id === state.id && left.isLeft) {
    Object.assign(state, left);
  } else if (left !== undefined) {
    const now = epochNow();
    const pages = state.pages.filter(({ id }) => id === pageId).map((page) => ({ ...page, startedAt: now }));
    Object.assign(state, { id: newId(), startedAt: now, pages, sequence: 0, held: 0 });
  }
  state.isLeft = false;
  saveSession(state);
}

/** What could not be stored before the page was left; the next page stores it. */
export function saveTail(batches: readonly Batch[]): void {
  write(tailKey, batches);
}

export function takeTail(): Batch[] {
  const batches = read<Batch[]>(tailKey) ?? [];
  remove(tailKey);
  return batches;
}

/** Where a frame stands within its tab, as the numbers of frames; nothing for the page itself. */
function framePath(): string {
  let path = "";
  for (let frame: Window = window; frame !== frame.parent; frame = frame.parent) {
    const { parent } = frame;
    path += `.${Array.from({ length: parent.length }, (_, index) => parent[index]).indexOf(frame)}`;
  }
  return path;
}

/** Sorts by time, and is a name for a folder. */
function newId(): string {
  const day = new Date().toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-");
  const [one = 0, two = 0] = crypto.getRandomValues(new Uint32Array(2));
  return `${day}-${one.toString(36)}${two.toString(36)}`;
}

// A page may have no session storage (sandboxed, blocked), or a full one: then a reload begins a new session.

function read<Value>(key: string): Value | undefined {
  try {
    return (JSON.parse(sessionStorage.getItem(key) ?? "null") as Value | null) ?? undefined;
  } catch {
    return undefined;
  }
}

function write(key: string, value: unknown): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    remove(key);
  }
}

function remove(key: string): void {
  try {
    sessionStorage.removeItem(key);
  } catch {
    // There is none to remove it from.
  }
}
