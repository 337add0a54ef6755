// The element that holds the recorded page: as large as the recorded viewport, scaled to fit the
// pane.
import { isNumber, clamp } from "../clean/values.ts";
import type { Size } from "../read/recording.ts";

const MIN_ZOOM = 0.1;
const MAX_ZOOM = 8;

export class Stage {
  readonly sheet: HTMLElement;
  readonly #empty: HTMLElement;
  #size: Size = { width: 0, height: 0 };
  #maxScale = 1;

  constructor(sheet: HTMLElement, empty: HTMLElement) {
    this.sheet = sheet;
    this.#empty = empty;
    new ResizeObserver(() => this.#fit()).observe(document.documentElement);
  }

  /** Returns whether the size has changed. */
  resize(width: number, height: number): boolean {
    if (width === this.#size.width && height === this.#size.height) return false;
    this.#size = { width, height };
    this.#fit();
    return true;
  }

  /** Sets the scale beyond which the page is not magnified. */
  setMaxScale(maxScale: number): void {
    if (!isNumber(maxScale)) return;
    this.#maxScale = clamp(maxScale, MIN_ZOOM, MAX_ZOOM);
    this.#fit();
  }

  /** Shows or hides the message that there is no page at this time. */
  setEmpty(isEmpty: boolean): void {
    this.sheet.classList.toggle("empty", isEmpty);
    this.#empty.hidden = !isEmpty;
  }

  #fit(): void {
    const { width, height } = this.#size;
    const { clientWidth, clientHeight } = document.documentElement;
    if (width === 0 || height === 0) return;
    const scale = Math.min(clientWidth / width, clientHeight / height, this.#maxScale);
    const left = (clientWidth - width * scale) / 2;
    const top = (clientHeight - height * scale) / 2;
    Object.assign(this.sheet.style, { width: `${width}px`, height: `${height}px` });
    this.sheet.style.setProperty("--scale", String(scale));
    this.sheet.style.transform = `translate(${left}px, ${top}px) scale(${scale})`;
  }
}
