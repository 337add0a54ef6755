// The replay of the page, and the playback controls.
import { expect, type FrameLocator, type Locator, type Page } from "@playwright/test";

export class Replay {
  readonly page: Page;
  readonly region: Locator;
  readonly controls: Locator;
  readonly play: Locator;
  readonly pause: Locator;
  readonly playhead: Locator;
  readonly time: Locator;
  readonly follow: Locator;
  readonly screenshot: Locator;
  /** Shown instead of the replay where there is none, with the reason. */
  readonly emptyNote: Locator;

  constructor(page: Page) {
    this.page = page;
    this.region = page.getByRole("region", { name: "Replay" });
    this.controls = page.getByRole("group", { name: "Playback" });
    this.play = this.controls.getByRole("button", { name: "Play" });
    this.pause = this.controls.getByRole("button", { name: "Pause" });
    this.playhead = page.getByRole("slider", { name: "Moment shown" });
    this.time = this.controls.getByRole("timer", { name: "Moment" });
    this.follow = page.getByRole("button", { name: "Follow" });
    this.screenshot = this.region.getByRole("img");
    this.emptyNote = page.getByRole("note").filter({ hasText: "No replay" });
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
    return Number((await this.playhead.getAttribute("aria-valuenow")) ?? Number.NaN);
  }

  async expectAt(ms: number): Promise<void> {
    await expect(this.playhead).toHaveAttribute("aria-valuenow", String(Math.round(ms)));
  }
}
