/** What a page hands over may throw wherever it is touched; a recorder must not be the reason that a call of the page fails. */
export function quietly<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
