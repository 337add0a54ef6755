// Starts the app. The script tag that loads this file names the app's module and its wasm, so that
// no inline script is needed, and where the build is divided into modules, that of the session page.
const { js, wasm, session } = document.querySelector("script[data-js]").dataset;

// The session page is a module of its own: on its address, it is fetched together with the app's.
if (session && location.pathname.endsWith("/session")) {
  const href = new URL(session, new URL(wasm, location.href)).href;
  document.head.append(
    Object.assign(document.createElement("link"), { rel: "preload", as: "fetch", crossOrigin: "", href }),
  );
}

// A stored theme is applied before the first paint.
const theme = storedTheme();
if (theme === "light" || theme === "dark") {
  document.documentElement.dataset.theme = theme;
}

// Failures without a panic (exhausted memory, stack overflow) reach only the browser. They are
// reported here, by an element that does not need the app.
const isFatal = (error) =>
  error instanceof WebAssembly.RuntimeError || error instanceof RangeError || error?.name === "InternalError";

const reportCrash = (error) => {
  const crashed = document.getElementById("crashed");
  // A panic came first and gives more detail.
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

// `replayscope open` ends when its last tab is closed.
const presence = document.querySelector('meta[name="replayscope-presence"]')?.content;
if (presence) {
  const url = new URL(presence, location.origin);
  url.protocol = "ws:";
  new WebSocket(url);
}

const app = await import(js);
await app.default({ module_or_path: wasm });

/** Undefined also where storage is unavailable: site data is blocked, or a page of another site frames this one. */
function storedTheme() {
  try {
    return localStorage.getItem("replayscope.theme");
  } catch {
    return undefined;
  }
}
