// Functions of the browser that tests replace, such as its clock. The recorder uses the browser's
// own functions, so replacements have to pass for these.
import type { Page } from "@playwright/test";

declare global {
  interface Window {
    /** Makes a function look like one of the browser. */
    asNative: <Replacement extends (...args: never[]) => unknown>(replacement: Replacement) => Replacement;
  }
}

export async function allowReplacements(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const replacements = new WeakSet<object>();
    const toString = Reflect.get(Function.prototype, "toString");
    Function.prototype.toString = new Proxy(toString, {
      apply: (_, self: object) =>
        replacements.has(self) ? "function replacement() { [native code] }" : toString.call(self),
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
    for (const name of ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"])
      window.asNative(Reflect.get(window, name) as () => unknown);
    window.asNative(Reflect.get(Date, "now"));
  });
}
