/** Runs `work` and returns `undefined` where it throws: page objects may throw on any access, and a recorder must never make a page's call fail. */
export function ignoreErrors<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
