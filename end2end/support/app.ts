// `test` with the page objects of the app. In every test the app must not throw and must not
// violate its own Content-Security-Policy: the browser logs both to the console.
import { expect, test as base } from "./test.ts";
import { HomePage } from "./pages/home.ts";
import { SessionPage } from "./pages/session.ts";

export { expect } from "./test.ts";

interface Pages {
  session: SessionPage;
  home: HomePage;
  /** What the console complained about. Checked after every test. */
  complaints: string[];
}

/**
 * A browser reports every answer of 400 and above, and every refused connection; some tests ask for them, or stop their
 * server while the app still loads a module that it needs later. The app shows on its page what it could not load.
 */
const ofTheNetwork =
  /^Failed to load resource|blocked by CORS policy|^TypeError: Failed to fetch\s+at (?:\w+ \()?\S+\/modules-\w+\.js/;

/** What a recorded page would fetch and the player's own policy stops; the app's policy reads otherwise. */
const ofTheRecording = /directive: "(img-src data:|font-src data:|media-src data:|style-src 'unsafe-inline')/;

export const test = base.extend<Pages>({
  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = [];
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("console", (message) => {
        const isExpected = ofTheNetwork.test(message.text()) || ofTheRecording.test(message.text());
        if (message.type() === "error" && !isExpected) complaints.push(message.text());
      });
      await use(complaints);
      expect(complaints, "errors in the console").toEqual([]);
    },
    { auto: true },
  ],
  session: async ({ page }, use) => {
    await use(new SessionPage(page));
  },
  home: async ({ page }, use) => {
    await use(new HomePage(page));
  },
});
