// Runs in the measured page before its scripts, and looks at it once a frame, as a user would: which rows are
// there, and how long frames take. It finds things by role and name only.
(() => {
  interface Expectation {
    /** The name of a grid. */
    grid: string;
    /** What its `aria-rowcount` will be. */
    rowCount: number;
  }

  const longTasks: { start: number; duration: number }[] = [];
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) longTasks.push({ start: startTime, duration });
  }).observe({ type: "longtask", buffered: true });

  const memories = new Set<WebAssembly.Memory>();
  const rememberMemory = (instance: WebAssembly.Instance): void => {
    for (const value of Object.values(instance.exports)) if (value instanceof WebAssembly.Memory) memories.add(value);
  };
  const { instantiateStreaming } = WebAssembly;
  WebAssembly.instantiateStreaming = async (source, imports) => {
    const result = await instantiateStreaming(source, imports);
    rememberMemory(result.instance);
    return result;
  };

  const nameOf = (element: Element): string => {
    const label = element.getAttribute("aria-label");
    if (label !== null) return label;
    const ids = element.getAttribute("aria-labelledby")?.split(" ") ?? [];
    const texts = ids.map((id) => document.getElementById(id)?.textContent ?? "");
    return (texts.length > 0 ? texts.join(" ") : (element.textContent ?? "")).trim();
  };

  const find = (selector: string, name: string): Element | undefined =>
    [...document.querySelectorAll(selector)].find((element) => nameOf(element) === name);

  const findGrid = (name: string): Element | undefined => find("[role=grid]", name);

  const bodyRows = "[role=row][data-row], [role=row][data-msg]";

  /** The time just after the frame that is being drawn now. */
  function afterPaint(then: (now: number) => void): void {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => then(performance.now());
    channel.port2.postMessage(undefined);
  }

  /** Calls `look` once a frame, after it was painted, until it returns something. */
  function everyFrame<T>(look: (now: number) => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const frame = (): void => {
        afterPaint((now) => {
          const alarm = [...document.querySelectorAll("[role=alert]")].find((alert) => alert.checkVisibility());
          if (alarm !== undefined) {
            reject(new Error(`The page says: ${alarm.textContent}`));
            return;
          }
          const found = look(now);
          if (found === undefined) requestAnimationFrame(frame);
          else resolve(found);
        });
      };
      requestAnimationFrame(frame);
    });
  }

  /** When the grid's first rows were painted, and when it had all of them. */
  function watch({ grid, rowCount }: Expectation): Promise<{ first: number; listed: number }> {
    let first: number | undefined;
    return everyFrame((now) => {
      const element = findGrid(grid);
      if (element === undefined) return undefined;
      if (element.querySelector(bodyRows) !== null) first ??= now;
      const complete = first !== undefined && element.getAttribute("aria-rowcount") === String(rowCount);
      return complete ? { first: first ?? now, listed: now } : undefined;
    });
  }

  /** The time from the next event of a type until the grid has so many rows. */
  async function fromEvent(type: string, expectation: Expectation): Promise<number> {
    const time = nextEvent(type);
    const { listed } = await watch(expectation);
    return listed - (await time);
  }

  const nextEvent = (type: string): Promise<number> =>
    new Promise((resolve) =>
      addEventListener(type, ({ timeStamp }) => resolve(timeStamp), { capture: true, once: true }),
    );

  const usable = (button: string): Promise<number> =>
    everyFrame((now) => {
      const element = find("button, [role=button]", button);
      return element === undefined || element.matches(":disabled, [aria-disabled=true]") ? undefined : now;
    });

  /** The element that scrolls the rows of a grid. */
  function scroller(grid: Element): Element {
    const around: Element[] = [];
    for (
      let element = grid.querySelector(bodyRows) ?? grid;
      element.parentElement !== null;
      element = element.parentElement
    )
      around.push(element);
    const scrolls = (element: Element): boolean =>
      element.scrollHeight > element.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(element).overflowY);
    return around.find(scrolls) ?? grid;
  }

  interface Frames {
    longest: number;
    blank: number;
  }

  /**
   * Frames while something scrolls: the longest, and for how many in a row the middle of the grid was empty.
   * `move` is called between frames with the part of the time that has passed.
   */
  function frames(
    gridName: string,
    milliseconds: number,
    move: (element: Element, passed: number) => void = () => undefined,
  ): Promise<Frames> {
    const grid = findGrid(gridName);
    if (grid === undefined) throw new Error(`There is no grid ${gridName}`);
    const element = scroller(grid);
    const box = element.getBoundingClientRect();
    const start = performance.now();
    let last = start;
    let longest = 0;
    let blankNow = 0;
    let blank = 0;
    return everyFrame((now) => {
      longest = Math.max(longest, now - last);
      last = now;
      const middle = document.elementFromPoint(box.left + box.width / 3, box.top + box.height / 2);
      blankNow = middle?.closest("[role=row]") === null ? blankNow + 1 : 0;
      blank = Math.max(blank, blankNow);
      if (now - start >= milliseconds) return { longest, blank };
      move(element, (now - start) / milliseconds);
      return undefined;
    });
  }

  /** What dragging the thumb does: the whole list passes by, and returns. */
  const dragThumb = (gridName: string, milliseconds: number): Promise<Frames> =>
    frames(gridName, milliseconds, (element, passed) => {
      element.scrollTop = (element.scrollHeight - element.clientHeight) * (1 - Math.abs(1 - 2 * passed));
    });

  /** Half a second in which no frame took longer than two should; ten seconds at most. */
  function calm(): Promise<number> {
    const start = performance.now();
    let last = start;
    let since = start;
    return everyFrame((now) => {
      if (now - last > 34) since = now;
      last = now;
      return now - since >= 500 || now - start >= 10_000 ? now - start : undefined;
    });
  }

  /** Of those that began in that time: what asks for a file at its own end is the start of the app. */
  const longestTask = (from: number, to: number): number =>
    Math.max(0, ...longTasks.filter(({ start }) => start >= from && start < to).map(({ duration }) => duration));

  /** When the page began to fetch a file whose address ends so; known once it has arrived. */
  const fetchStart = (end: string): Promise<number> =>
    everyFrame(() => performance.getEntriesByType("resource").find(({ name }) => name.endsWith(end))?.startTime);

  const wasmBytes = (): number => [...memories].reduce((sum, { buffer }) => sum + buffer.byteLength, 0);

  Object.assign(window, {
    probe: { watch, fromEvent, nextEvent, usable, frames, dragThumb, calm, longestTask, fetchStart, wasmBytes },
  });
})();
