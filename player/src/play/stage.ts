// The sheet that the recorded page stands on: as large as the page was, made to fit the pane.
import { isNumber, within } from "../clean/values.ts";
import type { Size } from "../read/recording.ts";

const ZOOM = { least: 0.1, most: 8 };

export class Stage {
  readonly sheet: HTMLElement;
  readonly #empty: HTMLElement;
  #size: Size = { width: 0, height: 0 };
  #zoom = 1;

  constructor(sheet: HTMLElement, empty: HTMLElement) {
    this.sheet = sheet;
    this.#empty = empty;
    new ResizeObserver(() => this.#fit()).observe(document.documentElement);
  }

  /** Returns whether that is another size than before. */
  resize(width: number, height: number): boolean {
    if (width === this.#size.width && height === this.#size.height) return false;
    this.#size = { width, height };
    this.#fit();
    return true;
  }

  /** How far the page is magnified at most. */
  zoom(most: number): void {
    if (!isNumber(most)) return;
    this.#zoom = within(most, ZOOM.least, ZOOM.most);
    this.#fit();
  }

  /** Whether there is no page at this moment. */
  setEmpty(isEmpty: boolean): void {
    this.sheet.classList.toggle("empty", isEmpty);
    this.#empty.hidden = !isEmpty;
  }

  #fit(): void {
    const { width, height } = this.#size;
    const { clientWidth, clientHeight } = document.documentElement;
    if (width === 0 || height === 0) return;
    const scale = Math.min(clientWidth / width, clientHeight / height, this.#zoom);
    const left = (clientWidth - width * scale) / 2;
    const top = (clientHeight - height * scale) / 2;
    Object.assign(this.sheet.style, { width: `${width}px`, height: `${height}px` });
    this.sheet.style.transform = `translate(${left}px, ${top}px) scale(${scale})`;
  }
}
