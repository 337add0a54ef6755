// Which nodes there are, followed through the recording: what an attribute means depends on the element, and how deep an
// addition would stand on its parent.

/**
 * The deepest node. Browsers build no deeper page from HTML; one that is built node by node, as a replay is, crashes
 * Chromium somewhere beyond 1,000.
 */
export const MAX_DEPTH = 512;

export interface Place {
  id: number;
  /** In lower case, without a prefix; `#document`, `#text` and the like for what is no element. */
  tag: string;
  depth: number;
  parent: Place | undefined;
  isShadow: boolean;
  isGone: boolean;
}

export class Tree {
  #places = new Map<number, Place>();

  /** A full snapshot begins anew; ids may be used again. */
  reset(): void {
    this.#places = new Map();
  }

  /** The node of that id, unless it or one that it stands in was removed. */
  find(id: unknown): Place | undefined {
    if (typeof id !== "number") return undefined;
    const found = this.#places.get(id);
    for (let place = found; place !== undefined; place = place.parent) {
      if (!place.isGone) continue;
      this.#places.delete(id);
      return undefined;
    }
    return found;
  }

  add(id: number, tag: string, parent: Place | undefined, isShadow: boolean): Place {
    const place = { id, tag, parent, isShadow, depth: (parent?.depth ?? 0) + 1, isGone: false };
    this.#places.set(id, place);
    return place;
  }

  remove(place: Place): void {
    place.isGone = true;
    this.#places.delete(place.id);
  }
}
