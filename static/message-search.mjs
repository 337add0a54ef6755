// The worker that searches the messages of all sockets: loads the module of crates/search-worker and
// calls it. The app sends `{ method, row, values }`, with an `id` where it waits for the result.
import start, { Searcher } from "./search-worker.js";

const module = new URL("search-worker_bg.wasm", import.meta.url);
const searcher = start({ module_or_path: module }).then(() => new Searcher());

addEventListener("message", async ({ data: { id, method, row, values } }) => {
  try {
    const value = (await searcher)[method](row, ...values);
    if (id !== undefined) postMessage({ id, value });
  } catch (error) {
    // A searcher that has failed once has no defined state: the app ends the worker.
    postMessage({ error: String(error) });
  }
});
