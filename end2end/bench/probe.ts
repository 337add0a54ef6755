// Runs in the measured page before its scripts, and inspects it once per frame: which rows are
// painted, and how long frames take. It finds elements by role and name only.
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
  const recordMemory = (instance: WebAssembly.Instance): void => {
    for (const value of Object.values(instance.exports)) if (value instanceof WebAssembly.Memory) memories.add(value);
  };
  const { instantiateStreaming } = WebAssembly;
  WebAssembly.instantiateStreaming = async (source, imports) => {
    const result = await instantiateStreaming(source, imports);
    recordMemory(result.instance);
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

  /** Calls `inspect` once per frame, after paint, until it returns a value. */
  function everyFrame<T>(inspect: (now: number) => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const frame = (): void => {
        afterPaint((now) => {
          const alert = [...document.querySelectorAll("[role=alert]")].find((element) => element.checkVisibility());
          if (alert !== undefined) {
            reject(new Error(`The page shows an alert: ${alert.textContent}`));
            return;
          }
          const found = inspect(now);
          if (found === undefined) requestAnimationFrame(frame);
          else resolve(found);
        });
      };
      requestAnimationFrame(frame);
    });
  }

  /** When the grid's first rows were painted, and when it had all of them. */
  function observeRows({ grid, rowCount }: Expectation): Promise<{ first: number; listed: number }> {
    let first: number | undefined;
    return everyFrame((now) => {
      const element = findGrid(grid);
      if (element === undefined) return undefined;
      if (element.querySelector(bodyRows) !== null) first ??= now;
      const complete = first !== undefined && element.getAttribute("aria-rowcount") === String(rowCount);
      return complete ? { first: first ?? now, listed: now } : undefined;
    });
  }

  /** Milliseconds from the next event of a type until the grid has the expected number of rows. */
  async function fromEvent(type: string, expectation: Expectation): Promise<number> {
    const time = nextEvent(type);
    const { listed } = await observeRows(expectation);
    return listed - (await time);
  }

  /** Milliseconds from the next click until the grid has another number of rows. */
  async function fromClick({ grid, rowCount }: Expectation): Promise<number> {
    const time = await nextEvent("click");
    return everyFrame((now) => {
      const rows = findGrid(grid)?.getAttribute("aria-rowcount");
      if (rows === String(rowCount) && now - time < 5000) return undefined;
      return rows === String(rowCount) ? NaN : now - time;
    });
  }

  /** Milliseconds from the next event of a type until a status has that text, and when that was. */
  async function statusAfter(type: string, name: string, text: string): Promise<{ took: number; at: number }> {
    const time = nextEvent(type);
    const at = await everyFrame((now) => (find("[role=status]", name)?.textContent?.trim() === text ? now : undefined));
    return { took: at - (await time), at };
  }

  /** When the cell of a message in a column had text, on the screen. */
  const whenFilled = (cell: { grid: string; message: number; column: string }): Promise<number> =>
    everyFrame((now) => {
      const row = findGrid(cell.grid)?.querySelector(`[data-msg="${cell.message}"]`);
      const text = row?.querySelector(`[data-col="${cell.column}"]`)?.textContent ?? "";
      return text.trim() === "" ? undefined : now;
    });

  const nextEvent = (type: string): Promise<number> =>
    new Promise((resolve) =>
      addEventListener(type, ({ timeStamp }) => resolve(timeStamp), { capture: true, once: true }),
    );

  const whenEnabled = (button: string): Promise<number> =>
    everyFrame((now) => {
      const element = find("button, [role=button]", button);
      return element === undefined || element.matches(":disabled, [aria-disabled=true]") ? undefined : now;
    });

  /** The element that scrolls the rows of a grid. */
  function scroller(grid: Element): Element {
    const ancestors: Element[] = [];
    for (
      let element = grid.querySelector(bodyRows) ?? grid;
      element.parentElement !== null;
      element = element.parentElement
    )
      ancestors.push(element);
    const scrolls = (element: Element): boolean =>
      element.scrollHeight > element.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(element).overflowY);
    return ancestors.find(scrolls) ?? grid;
  }

  interface Frames {
    longest: number;
    blank: number;
  }

  /**
   * Measures frames while the grid scrolls: the longest, and the most consecutive ones in which its
   * middle was empty. `move` is called between frames with the elapsed fraction of the duration.
   */
  function frames(
    gridName: string,
    milliseconds: number,
    move: (element: Element, elapsed: number) => void = () => undefined,
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

  /** Scrolls through the entire list and back, as dragging the thumb does. */
  const dragThumb = (gridName: string, milliseconds: number): Promise<Frames> =>
    frames(gridName, milliseconds, (element, elapsed) => {
      element.scrollTop = (element.scrollHeight - element.clientHeight) * (1 - Math.abs(1 - 2 * elapsed));
    });

  /** Waits for half a second without a frame over 34 ms, at most ten seconds. */
  function waitUntilIdle(): Promise<number> {
    const start = performance.now();
    let last = start;
    let since = start;
    return everyFrame((now) => {
      if (now - last > 34) since = now;
      last = now;
      return now - since >= 500 || now - start >= 10_000 ? now - start : undefined;
    });
  }

  /** Duration of the longest task that began in a time range. */
  const longestTask = (from: number, to: number): number =>
    Math.max(0, ...longTasks.filter(({ start }) => start >= from && start < to).map(({ duration }) => duration));

  /** When the page began to fetch a file whose URL ends with `suffix`; resolves when it has been received. */
  const fetchStart = (suffix: string): Promise<number> =>
    everyFrame(() => performance.getEntriesByType("resource").find(({ name }) => name.endsWith(suffix))?.startTime);

  const wasmBytes = (): number => [...memories].reduce((sum, { buffer }) => sum + buffer.byteLength, 0);

  Object.assign(window, {
    probe: {
      observeRows,
      fromEvent,
      fromClick,
      statusAfter,
      whenFilled,
      nextEvent,
      whenEnabled,
      frames,
      dragThumb,
      waitUntilIdle,
      longestTask,
      fetchStart,
      wasmBytes,
    },
  });
})();
