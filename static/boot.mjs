// Starts the app. The script tag that loads this file names the app's module and its wasm, so that no inline script is
// needed.
const { js, wasm } = document.querySelector("script[data-js]").dataset;

// A theme chosen earlier is set before the first paint.
const theme = localStorage.getItem("replayscope.theme");
if (theme === "light" || theme === "dark") {
  document.documentElement.dataset.theme = theme;
}

const app = await import(js);
await app.default({ module_or_path: wasm });
