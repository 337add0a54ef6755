// Checks that several tests make.
import { expect, type Locator } from "@playwright/test";

/** Browsers draw on whole pixels. */
export function expectNear(pixels: number, expected: number): void {
  expect(Math.abs(pixels - expected), `${pixels} px is about ${expected} px`).toBeLessThan(1);
}

/** An alert says what is wrong, where, and what to do: each of these words. */
export async function expectWords(alert: Locator, ...words: (string | RegExp)[]): Promise<void> {
  for (const word of words) await expect(alert).toContainText(word);
}
