// Marks an element of the recorded page by a frame above it. The page itself is only measured: its
// nodes are read through the prototypes, because a field in it may have the name of a property.
import type { HighlightState } from "../protocol.ts";
import { elementOf, frameOf, isConnected, boundsOf, type Bounds } from "./dom.ts";

/** Frames within frames that are followed. */
const MAX_FRAMES = 20;

/** Milliseconds after which the frame follows an element that images or fonts have moved. */
const FOLLOW_MS = 250;

export class Highlight {
  readonly #sheet: HTMLElement;
  readonly #mark = document.createElement("div");
  #timer = 0;

  /** `sheet` is the element that is as large as the recorded viewport. */
  constructor(sheet: HTMLElement) {
    this.#sheet = sheet;
    this.#mark.id = "highlight";
  }

  /** Marks what `find` returns, and goes on to where that moves. `page` is the frame of the page. */
  show(find: () => Node | null, page: HTMLIFrameElement): HighlightState {
    this.clear();
    const state = this.#place(find, page);
    if (state === "shown") {
      this.#timer = window.setInterval(() => this.#place(find, page), FOLLOW_MS);
    }
    return state;
  }

  clear(): void {
    window.clearInterval(this.#timer);
    this.#mark.remove();
  }

  #place(find: () => Node | null, page: HTMLIFrameElement): HighlightState {
    const node = find();
    const bounds = node === null ? undefined : boundsIn(node, page);
    if (bounds === undefined) {
      this.#mark.remove();
      return "missing";
    }
    const { left, top, width, height } = bounds;
    const isWithin =
      left < this.#sheet.offsetWidth && top < this.#sheet.offsetHeight && left + width > 0 && top + height > 0;
    if (width === 0 || height === 0 || !isWithin) {
      this.#mark.remove();
      return isWithin ? "hidden" : "outside";
    }
    Object.assign(this.#mark.style, {
      left: `${left}px`,
      top: `${top}px`,
      width: `${width}px`,
      height: `${height}px`,
    });
    if (this.#mark.parentNode === null) this.#sheet.append(this.#mark);
    return "shown";
  }
}

/** Where a node is in the viewport of the page's frame; undefined if it is not in the page. */
function boundsIn(node: Node, page: HTMLIFrameElement): Bounds | undefined {
  let element = elementOf(node);
  if (element === null || !isConnected(element)) return undefined;
  let { left, top } = boundsOf(element);
  const { width, height } = boundsOf(element);
  for (let depth = 0; depth < MAX_FRAMES; depth += 1) {
    const frame = frameOf(element);
    if (frame === page) return { left, top, width, height };
    if (frame === null || !isConnected(frame)) return undefined;
    const around = boundsOf(frame);
    left += around.left;
    top += around.top;
    element = frame;
  }
  return undefined;
}
