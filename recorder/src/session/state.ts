// The session of this tab across pages: a reload continues it.
import { epoch, epochNow } from "../clock.ts";
import type { Batch } from "../output/store.ts";
import { ignoreErrors } from "../ignore-errors.ts";
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
  /** Who uses the page, redacted; the next page may learn it later. */
  user?: string | undefined;
  /** Characters of the images and fonts recorded, and hashes of their URLs. */
  assets?: { size: number; urls: string[] } | undefined;
}

/** The only key that the recorder uses. */
const storageKey = "replayscope.session";

/** Batches that were not stored when the page was unloaded. */
interface Unstored {
  unstored?: readonly Batch[] | undefined;
}

type StoredState = Partial<SessionState> & Unstored;

/** Frames of a tab share its session storage: each has a state of its own, by its path. */
type Stored = StoredState & { frames?: Record<string, StoredState> };

const frame = framePath();
/** Maximum characters of batches in session storage. */
const maxUnstoredSize = 1 << 20;
/** Characters that browsers let the pages of an origin store in a tab. */
const storageQuota = 5 * (1 << 20);
/** A page loaded later than this after the previous one starts a new session. */
const maxGapMs = 30 * 60 * 1000;

/** Continues the previous page's session, or starts a new one, and adds this page to it. */
export function continueSession(
  isFromStart: boolean,
  endpoint: string | undefined,
  redactUrl: (url: string) => string,
): SessionState {
  const now = epochNow();
  const previous = readSession();
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
  writeState({ ...readState(), ...state });
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
  const latest = readSession();
  if (latest?.id === state.id && latest.isResumable) {
    Object.assign(state, latest);
  } else if (latest !== undefined) {
    const now = epochNow();
    const pages = state.pages.filter(({ id }) => id === pageId).map((page) => ({ ...page, startedAt: now }));
    Object.assign(state, { id: newId(), startedAt: now, pages, sequence: 0, storedSize: 0, assets: undefined });
  }
  state.isResumable = false;
  saveSession(state);
}

/**
 * Saves batches that are not stored when the page unloads; the next page stores them. They take at
 * most half of what the page has left free of its storage.
 */
export function saveUnstored(batches: readonly Batch[]): void {
  let room = Math.min(maxUnstoredSize, (storageQuota - usedStorage()) / 2);
  const unstored = batches.filter((batch) => (room -= JSON.stringify(batch).length) >= 0);
  writeState({ ...readState(), unstored });
}

export function takeUnstored(): readonly Batch[] {
  const { unstored = [], ...state } = readState();
  if (unstored.length > 0) writeState(state);
  return unstored;
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

function readStored(): Stored {
  return ignoreErrors(() => JSON.parse(sessionStorage.getItem(storageKey) ?? "{}") as Stored) ?? {};
}

function readState(): StoredState {
  const { frames = {}, ...state } = readStored();
  return frame === "" ? state : (frames[frame] ?? {});
}

function readSession(): SessionState | undefined {
  const state = readState();
  delete state.unstored;
  return state.id === undefined ? undefined : (state as SessionState);
}

function writeState(state: StoredState): void {
  const { frames = {}, ...top } = readStored();
  const stored: Stored = frame === "" ? { ...state, frames } : { ...top, frames: { ...frames, [frame]: state } };
  const store = (): boolean => (sessionStorage.setItem(storageKey, JSON.stringify(stored)), true);
  if (ignoreErrors(store)) return;
  // Nothing is better than an old state, of which the batches have been stored since.
  ignoreErrors(() => sessionStorage.removeItem(storageKey));
}

/** Characters of all items. */
function usedStorage(): number {
  const items = ignoreErrors(() => Object.entries(sessionStorage)) ?? [];
  return items.reduce((sum, [key, value]) => sum + key.length + String(value).length, 0);
}
