// Assertions shared by tests.
import { expect, type Locator } from "@playwright/test";

/** Expects equality within a pixel, since browsers round to integer pixels. */
export function expectNear(pixels: number, expected: number): void {
  expect(Math.abs(pixels - expected), `${pixels} px is about ${expected} px`).toBeLessThan(1);
}

/** Expects an alert to contain all of these texts: what is wrong, where, and what to do. */
export async function expectAllTexts(alert: Locator, ...texts: (string | RegExp)[]): Promise<void> {
  for (const text of texts) await expect(alert).toContainText(text);
}
