// Starts the app. The script tag that loads this file names the app's module and its wasm, so that no inline script is
// needed.
const { js, wasm } = document.querySelector("script[data-js]").dataset;

// A theme chosen earlier is set before the first paint.
const theme = storedTheme();
if (theme === "light" || theme === "dark") {
  document.documentElement.dataset.theme = theme;
}

// What ends the app without a panic (memory that is used up, a stack that overflows) reaches nobody but the browser: it
// is said here, by an element that needs no app.
const isFatal = (error) =>
  error instanceof WebAssembly.RuntimeError || error instanceof RangeError || error?.name === "InternalError";

const reportCrash = (error) => {
  const crashed = document.getElementById("crashed");
  // A panic says more, and came first.
  if (!isFatal(error) || !crashed.hidden) return;
  const isMemory = error instanceof WebAssembly.RuntimeError;
  document.getElementById("crashed-what").textContent = isMemory
    ? `The memory that the browser gives a page is used up (${error.message}).`
    : String(error);
  crashed.setAttribute("role", "alert");
  crashed.hidden = false;
};
addEventListener("error", (event) => reportCrash(event.error));
addEventListener("unhandledrejection", (event) => reportCrash(event.reason));

const app = await import(js);
await app.default({ module_or_path: wasm });

/** Undefined too where the browser keeps nothing for this page: site data is blocked, or a foreign page frames it. */
function storedTheme() {
  try {
    return localStorage.getItem("replayscope.theme");
  } catch {
    return undefined;
  }
}
