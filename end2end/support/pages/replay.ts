// The replay of the page, and the playback controls.
import { expect, type FrameLocator, type Locator, type Page } from "@playwright/test";

export class Replay {
  readonly page: Page;
  readonly region: Locator;
  readonly keys: Locator;
  readonly play: Locator;
  readonly pause: Locator;
  readonly moment: Locator;
  readonly time: Locator;
  readonly follow: Locator;
  readonly picture: Locator;
  /** Shown instead of the replay where there is none, with the reason. */
  readonly nothing: Locator;

  constructor(page: Page) {
    this.page = page;
    this.region = page.getByRole("region", { name: "Replay" });
    this.keys = page.getByRole("group", { name: "Playback" });
    this.play = this.keys.getByRole("button", { name: "Play" });
    this.pause = this.keys.getByRole("button", { name: "Pause" });
    this.moment = page.getByRole("slider", { name: "Moment shown" });
    this.time = this.keys.getByRole("timer", { name: "Moment" });
    this.follow = page.getByRole("button", { name: "Follow" });
    this.picture = this.region.getByRole("img");
    this.nothing = page.getByRole("note").filter({ hasText: "No replay" });
  }

  /** The iframe of the player. */
  get player(): Locator {
    return this.region.getByTitle("Replayed page");
  }

  /** The document of the replayed page. */
  get recorded(): FrameLocator {
    return this.page.frameLocator('iframe[title="Replayed page"]').frameLocator("iframe");
  }

  /** Playhead in milliseconds from the session's start; NaN until it is set. */
  async at(): Promise<number> {
    return Number((await this.moment.getAttribute("aria-valuenow")) ?? Number.NaN);
  }

  async expectAt(ms: number): Promise<void> {
    await expect(this.moment).toHaveAttribute("aria-valuenow", String(Math.round(ms)));
  }
}
