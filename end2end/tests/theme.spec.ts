// Light, dark, or as the system says.
import type { Page } from "@playwright/test";
import { expect, test } from "../support/app.ts";

test("the theme follows the system setting", async ({ session, page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await session.open("fixtures/native/session.json");
  expect(await brightness(page)).toBeGreaterThan(200);
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(() => brightness(page)).toBeLessThan(60);
});

test("the theme switch overrides the system setting and is remembered", async ({ session, page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await session.open("fixtures/native/session.json");
  const theme = page.getByRole("button", { name: /^Theme/ });
  await theme.click();
  await theme.click();
  await expect(theme).toHaveAccessibleName("Theme: Dark");
  await expect.poll(() => brightness(page)).toBeLessThan(60);
  await page.reload();
  await session.expectLoaded();
  expect(await brightness(page)).toBeLessThan(60);
  await theme.click();
  await expect.poll(() => brightness(page)).toBeGreaterThan(200);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`texts have a contrast of at least 4.5 to 1: ${colorScheme}`, async ({ session, page }) => {
    await page.emulateMedia({ colorScheme });
    await session.open("fixtures/native/session.json", { row: "6", msg: "7" });
    await expect(session.messages.detail).toBeVisible();
    expect(await faintTexts(page)).toEqual([]);
  });
}

/** Of the page's own background, 0 (black) to 255 (white). */
function brightness(page: Page): Promise<number> {
  return page.evaluate(() => {
    const [red = 0, green = 0, blue = 0] =
      getComputedStyle(document.body).backgroundColor.match(/\d+/g)?.map(Number) ?? [];
    return (red + green + blue) / 3;
  });
}

/** Texts whose contrast to their background is below what the accessibility guidelines ask: 4.5 to 1, and 3 to 1 for signs. */
function faintTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    type Colour = [number, number, number, number];
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const parse = (text: string): Colour => {
      if (canvas === null) return [0, 0, 0, 1];
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = text;
      canvas.fillRect(0, 0, 1, 1);
      const [red = 0, green = 0, blue = 0, alpha = 0] = canvas.getImageData(0, 0, 1, 1).data;
      return [red, green, blue, alpha / 255];
    };
    const over = (top: Colour, bottom: Colour): Colour => {
      const mix = (index: 0 | 1 | 2): number => top[index] * top[3] + bottom[index] * (1 - top[3]);
      return [mix(0), mix(1), mix(2), 1];
    };
    const luminance = ([red, green, blue]: Colour): number => {
      const linear = (value: number): number => (value <= 10.3 ? value / 3295 : ((value / 255 + 0.055) / 1.055) ** 2.4);
      return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
    };
    const background = (element: Element | null): Colour => {
      if (element === null) return [255, 255, 255, 1];
      const own = parse(getComputedStyle(element).backgroundColor);
      return own[3] >= 1 ? own : over(own, background(element.parentElement));
    };
    const opacity = (element: Element | null): number =>
      element === null ? 1 : Number(getComputedStyle(element).opacity) * opacity(element.parentElement);
    const faint: string[] = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
      const element = node.parentElement;
      const text = node.textContent?.trim() ?? "";
      if (
        element === null ||
        text === "" ||
        !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
      )
        continue;
      if (element.closest("[aria-hidden=true], :disabled") !== null) continue;
      const behind = background(element);
      const colour = parse(getComputedStyle(element).color);
      const shown = over([colour[0], colour[1], colour[2], colour[3] * opacity(element)], behind);
      const [a, b] = [luminance(shown), luminance(behind)];
      const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      const least = element.closest("[role=img]") === null ? 4.5 : 3;
      if (contrast < least) faint.push(`${text.slice(0, 30)} (${contrast.toFixed(1)})`);
    }
    return [...new Set(faint)];
  });
}
