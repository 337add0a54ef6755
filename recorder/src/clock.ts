// The one clock of a recording: epoch milliseconds with fractions.

/** Now, on the page's own clock. */
export const pageNow = (): number => performance.now();

/** A time on the page's own clock as epoch milliseconds; a microsecond is as exact as browsers tell. */
export const epoch = (pageTime: number): number => Math.round((performance.timeOrigin + pageTime) * 1000) / 1000;

export const epochNow = (): number => epoch(pageNow());
