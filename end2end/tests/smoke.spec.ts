import { expect, test } from "@playwright/test";
import { runBench } from "../bench/run.ts";
import { printed, tableRows } from "../bench/table.ts";

test("the bench measures every row of its table", async () => {
  // It opens the app six times, one after the other.
  test.slow();
  const results = await runBench({
    rows: 1000,
    messages: 1000,
    runs: 1,
    scrollMilliseconds: 300,
    folder: test.info().outputPath("data"),
  });
  const rows = tableRows(results);
  for (const { what, values } of rows) {
    for (const value of values) expect(value, what).toBeGreaterThanOrEqual(0);
  }
  expect(printed(rows)).toContain("1,000 requests");
});
