// The start page, and opening files, which works on every page.
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import type { Locator, Page } from "@playwright/test";

/** The path of a file of the test data. */
export function fixture(path: string): string {
  return fileURLToPath(new URL(`../../fixtures/${path}`, import.meta.url));
}

export interface MadeFile {
  name: string;
  content: string | Buffer;
}

export class HomePage {
  readonly page: Page;
  readonly sessions: Locator;
  readonly url: Locator;
  readonly openFile: Locator;
  readonly fileInput: Locator;
  readonly folderInput: Locator;

  constructor(page: Page) {
    this.page = page;
    this.sessions = page.getByRole("list", { name: "Sessions" });
    this.url = page.getByRole("textbox", { name: "Session URL" });
    this.openFile = page.getByRole("button", { name: "Open file" });
    this.fileInput = page.getByLabel("Session file", { exact: true });
    this.folderInput = page.getByLabel("Session folder", { exact: true });
  }

  async visit(address = "/"): Promise<void> {
    await this.page.goto(address);
    await this.openFile.waitFor();
  }

  async openUrl(url: string): Promise<void> {
    await this.url.fill(url);
    await this.url.press("Enter");
  }

  /** Picks files of the test data in the file dialog. */
  async pick(...paths: string[]): Promise<void> {
    await this.fileInput.setInputFiles(paths.map(fixture));
  }

  /** Picks files that exist only here. */
  async pickMade(...files: MadeFile[]): Promise<void> {
    const mimeType = "application/octet-stream";
    await this.fileInput.setInputFiles(
      files.map(({ name, content }) => ({ name, mimeType, buffer: Buffer.from(content) })),
    );
  }

  /** Drops files of the test data on the page, as the mouse would. */
  async drop(...paths: string[]): Promise<void> {
    const files = await Promise.all(
      paths.map(async (path) => ({ name: basename(path), text: await readFile(fixture(path), "utf8") })),
    );
    const dataTransfer = await this.page.evaluateHandle((dropped) => {
      const transfer = new DataTransfer();
      for (const { name, text } of dropped) transfer.items.add(new File([text], name));
      return transfer;
    }, files);
    const target = this.page.getByRole("button", { name: "Open file" });
    for (const type of ["dragenter", "dragover", "drop"]) await target.dispatchEvent(type, { dataTransfer });
  }
}
