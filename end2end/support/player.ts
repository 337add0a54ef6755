// `test` with the player alone. Nothing that it is given may throw in it.
import { test as base } from "./test.ts";
import { PlayerPage } from "./pages/player.ts";
import { expect } from "./test.ts";

export { expect } from "./test.ts";

export const test = base.extend<{ player: PlayerPage; errors: string[] }>({
  errors: [
    async ({ page }, use) => {
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(error.message));
      await use(errors);
      expect(errors, "exceptions in the player").toEqual([]);
    },
    { auto: true },
  ],
  player: async ({ page }, use) => {
    await use(new PlayerPage(page));
  },
});
