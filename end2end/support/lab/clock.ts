// Functions of the browser that tests replace, such as its clock. The recorder uses the browser's
// own functions, so replacements have to pass for these.
import type { Page } from "@playwright/test";

declare global {
  interface Window {
    /** Makes a function look like one of the browser. */
    asNative<Replacement extends (...args: never[]) => unknown>(replacement: Replacement): Replacement;
  }
}

export async function allowReplacements(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const replacements = new WeakSet<object>();
    const { prototype } = Function;
    prototype.toString = new Proxy(prototype.toString, {
      apply: (toString, self: object, args) =>
        replacements.has(self) ? "function replacement() { [native code] }" : Reflect.apply(toString, self, args),
    });
    window.asNative = (replacement) => {
      replacements.add(replacement);
      return replacement;
    };
  });
}

/** Installs Playwright's timers and dates, which the recorder takes for the browser's. */
export async function installClock(page: Page): Promise<void> {
  await page.clock.install();
  await allowReplacements(page);
  await page.addInitScript(() => {
    const { setTimeout, clearTimeout, setInterval, clearInterval, Date } = window;
    for (const timer of [setTimeout, clearTimeout, setInterval, clearInterval, Date.now]) window.asNative(timer);
    window.asNative(Date as unknown as () => unknown);
  });
}
