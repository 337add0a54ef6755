// The session of this tab across pages: a reload continues it.
import { epoch, epochNow } from "../clock.ts";
import type { Batch } from "../output/store.ts";
import type { PageEntry } from "./manifest.ts";

export interface SessionState {
  id: string;
  startedAt: number;
  pages: PageEntry[];
  /** Number of the last batch. */
  sequence: number;
  /** Characters of it in the browser's storage. */
  storedSize: number;
  /** When it was last saved, epoch milliseconds. */
  lastActiveAt: number;
  /** Its page has been unloaded, and the next one may continue it. False while the page is open, since a window that it opens gets a copy. */
  isResumable: boolean;
  /** Where it is delivered. Another app of the origin with another endpoint does not continue it. */
  endpoint?: string | undefined;
}

/** Frames of a tab share its session storage: each uses keys of its own. */
const keySuffix = framePath();
const stateKey = `replayscope.session${keySuffix}`;
const unstoredKey = `replayscope.unstored${keySuffix}`;
/** A page loaded later than this after the previous one starts a new session. */
const maxGapMs = 30 * 60 * 1000;

/** Continues the previous page's session, or starts a new one, and adds this page to it. */
export function continueSession(
  isFromStart: boolean,
  endpoint: string | undefined,
  redactUrl: (url: string) => string,
): SessionState {
  const now = epochNow();
  const previous = read<SessionState>(stateKey);
  const startedAt = isFromStart ? epoch(0) : now;
  const state =
    previous?.isResumable && previous.endpoint === endpoint && now - previous.lastActiveAt < maxGapMs
      ? previous
      : {
          id: newId(),
          startedAt,
          pages: [],
          endpoint,
          sequence: 0,
          storedSize: 0,
          lastActiveAt: now,
          isResumable: false,
        };
  state.isResumable = false;
  state.pages.push({
    id: `page-${state.pages.length + 1}`,
    url: redactUrl(location.href),
    startedAt: Math.max(startedAt, state.pages.length === 0 ? 0 : state.lastActiveAt),
    timeOrigin: epoch(0),
    viewport: { width: window.innerWidth, height: window.innerHeight },
  });
  saveSession(state);
  return state;
}

export function saveSession(state: SessionState): void {
  state.lastActiveAt = epochNow();
  write(stateKey, state);
}

/** Ends the session: no page continues it. */
export function endSession(state: SessionState): void {
  saveSession({ ...state, isResumable: false });
}

/**
 * Resumes the session of a page that was restored from the back/forward cache. If pages since have
 * continued it, their batch numbers and pages are taken over; if they have ended it or started
 * another, this page starts a new session.
 */
export function resumeSession(state: SessionState, pageId: string): void {
  const latest = read<SessionState>(stateKey);
  if (latest?.id === state.id && latest.isResumable) {
    Object.assign(state, latest);
  } else if (latest !== undefined) {
    const now = epochNow();
    const pages = state.pages.filter(({ id }) => id === pageId).map((page) => ({ ...page, startedAt: now }));
    Object.assign(state, { id: newId(), startedAt: now, pages, sequence: 0, storedSize: 0 });
  }
  state.isResumable = false;
  saveSession(state);
}

/** Saves batches that are not stored when the page unloads; the next page stores them. */
export function saveUnstored(batches: readonly Batch[]): void {
  write(unstoredKey, batches);
}

export function takeUnstored(): Batch[] {
  const batches = read<Batch[]>(unstoredKey) ?? [];
  remove(unstoredKey);
  return batches;
}

/** Position of this frame in the tab's frame tree, as indices (`.0.2`); empty for the top frame. */
function framePath(): string {
  let path = "";
  for (let frame: Window = window; frame !== frame.parent; frame = frame.parent) {
    const { parent } = frame;
    path += `.${Array.from({ length: parent.length }, (_, index) => parent[index]).indexOf(frame)}`;
  }
  return path;
}

/** Sorts by time, and is a valid folder name. */
function newId(): string {
  const day = new Date().toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-");
  const [one = 0, two = 0] = crypto.getRandomValues(new Uint32Array(2));
  return `${day}-${one.toString(36)}${two.toString(36)}`;
}

// Session storage may be unavailable (sandboxed, blocked) or full: a reload then starts a new
// session.

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
    // Session storage is unavailable.
  }
}
