// What a page observes without the recorder and with it must be the same.
import type { PageCase } from "../recorder-pages.ts";
import { runWithAndWithout } from "../recorder-pages.ts";
import type { SessionFiles } from "./session-files.ts";
import { expect, type RecordedPage } from "./test.ts";

/**
 * Runs `observe`, as a script of the page, without the recorder and with it. Returns what both
 * observed, and the recording.
 */
export async function observeBoth<Observed>(
  recorded: RecordedPage,
  observe: () => Promise<Observed> | Observed,
  pageCase: Omit<PageCase, "run"> = {},
): Promise<{ observed: Observed; files: SessionFiles }> {
  const { page, lab } = recorded;
  const script = `<script>window.observe = ${String(observe)};</script>`;
  const { without, with: withRecorder } = await runWithAndWithout(
    { page, lab, recorded },
    { ...pageCase, after: `${pageCase.after ?? ""}${script}`, run: "return observe();" },
  );
  expect(withRecorder).toEqual(without);
  return { observed: withRecorder.result as Observed, files: await recorded.files() };
}
