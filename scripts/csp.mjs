// Puts the Content-Security-Policy and the player's origin into the built page. Only release builds get the policy: under
// `trunk serve` it would block the script that reloads the page.
//
// REPLAYSCOPE_PLAYER_ORIGIN names the origin that the player is loaded from, on another site than the app, so that the
// browser gives it a process of its own; both serve the same files. REPLAYSCOPE_APP_ORIGIN names the app's.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const { REPLAYSCOPE_PLAYER_ORIGIN: player = "", REPLAYSCOPE_APP_ORIGIN: app = "" } = process.env;
for (const origin of [player, app]) {
  if (origin !== "" && new URL(origin).origin !== origin)
    throw new Error(`${origin} is not an origin: https://player.example.net is one`);
}
if ((player === "") !== (app === ""))
  throw new Error("REPLAYSCOPE_PLAYER_ORIGIN and REPLAYSCOPE_APP_ORIGIN go together");

const page = join(process.env.TRUNK_STAGING_DIR, "index.html");
if (player !== "") putFirst(`<meta name="replayscope-player" content="${player}">`);
if (process.env.TRUNK_PROFILE === "release") {
  const policy = [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self' http: https: blob: data:",
    `frame-src ${player === "" ? "'self'" : player}`,
    "base-uri 'self'",
    "form-action 'none'",
  ].join("; ");
  putFirst(`<meta http-equiv="Content-Security-Policy" content="${policy}">`);
}

/** Puts an element where the page begins. */
function putFirst(element) {
  const html = readFileSync(page, "utf8");
  const marker = '<meta charset="utf-8">';
  if (!html.includes(marker)) {
    throw new Error(`${page} has no ${marker} to put ${element} after`);
  }
  writeFileSync(page, html.replace(marker, `${marker}\n    ${element}`));
}
