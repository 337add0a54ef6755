// What a replay leaves out because it is too large or too complex, counted by kind.

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

/** Things counted for each kind; the count stops there. */
const MAX_COUNTED = 100_000;

export class Omissions {
  readonly #seen = new Map<OmissionKind, Set<unknown>>();

  /** Notes that of the thing with that key something was left out. A snapshot repeats things: each counts once. */
  note(kind: OmissionKind, key: unknown): void {
    const seen = this.#seen.get(kind) ?? new Set();
    if (seen.size < MAX_COUNTED) seen.add(key);
    this.#seen.set(kind, seen);
  }

  get counts(): Partial<Record<OmissionKind, number>> {
    return Object.fromEntries([...this.#seen].map(([kind, seen]) => [kind, seen.size]));
  }
}
