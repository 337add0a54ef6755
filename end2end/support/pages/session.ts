// The session page.
import { expect, type Locator, type Page } from "@playwright/test";
import { Messages } from "./messages.ts";
import { Requests } from "./requests.ts";

/** URL parameters besides the session: filters, rows, tabs, … */
export type View = Record<string, string>;

export function sessionAddress(src: string, view: View = {}): string {
  return `/session?${new URLSearchParams({ src, ...view }).toString()}`;
}

export class SessionPage {
  readonly page: Page;
  readonly requests: Requests;
  readonly messages: Messages;
  readonly events: Messages;
  readonly details: Locator;
  readonly detailTabs: Locator;
  readonly progress: Locator;
  readonly cancel: Locator;
  readonly notes: Locator;
  readonly timeline: Locator;
  /** All alerts in the DOM, visible or not. */
  readonly alerts: Locator;
  readonly alert: Locator;

  constructor(page: Page) {
    this.page = page;
    this.requests = new Requests(page);
    this.messages = new Messages(page);
    this.events = new Messages(page, "Event stream messages");
    this.details = page.getByRole("region", { name: "Request details" });
    this.detailTabs = this.details.getByRole("tablist", { name: "Details" });
    this.progress = page.getByRole("progressbar", { name: "Loading session" });
    this.cancel = page.getByRole("button", { name: "Cancel" });
    this.notes = page.getByRole("status", { name: "Load notes" });
    this.timeline = page.getByRole("region", { name: "Timeline" });
    this.alerts = page.locator('[role="alert"]');
    this.alert = page.getByRole("alert");
  }

  /** Opens a recording by its URL and waits until it is loaded. */
  async open(src: string, view: View = {}): Promise<void> {
    await this.page.goto(sessionAddress(src, view));
    await this.expectLoaded();
  }

  /** Starts to open a recording, without waiting for it: for recordings that do not load completely. */
  async startOpening(src: string, view: View = {}): Promise<void> {
    await this.page.goto(sessionAddress(src, view));
  }

  /** Opens a generated HAR with these entries. */
  async openEntries(entries: unknown[], view: View = {}): Promise<void> {
    const log = { version: "1.2", creator: { name: "made here", version: "1" }, entries };
    await this.serveFile("made-here.har", JSON.stringify({ log }));
    await this.open("made-here.har", view);
  }

  /** Serves a generated file under the app's origin. */
  async serveFile(name: string, body: string | Buffer): Promise<void> {
    await this.page.route(`**/${name}`, (route) => route.fulfill({ contentType: "application/octet-stream", body }));
  }

  async expectLoaded(): Promise<void> {
    // A session without requests opens on another tab than Network.
    await expect(this.page.getByRole("tablist", { name: "Session tools" })).toBeVisible();
    await expect(this.progress).toHaveCount(0);
  }

  async expectNoAlert(): Promise<void> {
    await expect(this.alert).toHaveCount(0);
  }

  /** Opens the details of a row with a click. */
  async selectRow(row: number): Promise<void> {
    await this.requests.row(row).click();
    await expect(this.details).toBeVisible();
  }

  /** A tab of the details. */
  tab(name: string): Locator {
    return this.detailTabs.getByRole("tab", { name });
  }

  async showTab(name: string): Promise<Locator> {
    await this.tab(name).click();
    return this.detailPanel;
  }

  get detailPanel(): Locator {
    return this.details.getByRole("tabpanel").first();
  }

  async closeDetails(): Promise<void> {
    await this.details.getByRole("button", { name: "Close details" }).click();
  }

  /** The value of a URL parameter. */
  parameter(name: string): string | null {
    return new URL(this.page.url()).searchParams.get(name);
  }

  async expectParameter(name: string, value: string | null): Promise<void> {
    await expect.poll(() => this.parameter(name), `the address's ${name}`).toBe(value);
  }
}
