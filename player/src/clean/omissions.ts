// Counts what a replay omits because it is too large or too complex, by kind.

export const omissionKinds = [
  "elements",
  "texts",
  "attributes",
  "styles",
  "frames",
  "references",
  "cells",
  "canvases",
  "images",
  "fonts",
] as const;

export type OmissionKind = (typeof omissionKinds)[number];

/** Items counted for each kind. */
const MAX_COUNTED = 100_000;

export class Omissions {
  readonly #seen = new Map<OmissionKind, Set<unknown>>();

  /** Notes an omission in the item of that key, which counts once: snapshots repeat items. */
  note(kind: OmissionKind, key: unknown): void {
    const seen = this.#seen.get(kind) ?? new Set();
    if (seen.size < MAX_COUNTED) seen.add(key);
    this.#seen.set(kind, seen);
  }

  get counts(): Partial<Record<OmissionKind, number>> {
    return Object.fromEntries([...this.#seen].map(([kind, seen]) => [kind, seen.size]));
  }
}
