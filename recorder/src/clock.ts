// The clock of a recording: epoch milliseconds with fractions.

/** Milliseconds since the page's time origin. */
export const pageNow = (): number => performance.now();

const { timeOrigin } = performance;

/** Converts page time to epoch milliseconds, rounded to a microsecond, the finest resolution that browsers expose. */
export const epoch = (pageTime: number): number => Math.round((timeOrigin + pageTime) * 1000) / 1000;

export const epochNow = (): number => epoch(pageNow());
