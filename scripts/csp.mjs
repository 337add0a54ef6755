// Inserts the Content-Security-Policy and the player's origin into the built page. Only release
// builds get the policy: under `trunk serve` it would block the script that reloads the page.
//
// REPLAYSCOPE_PLAYER_ORIGIN is the origin of the player, on a different site than the app, so that
// the browser runs it in its own process; both serve the same files. REPLAYSCOPE_APP_ORIGIN is the
// origin of the app.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const { REPLAYSCOPE_PLAYER_ORIGIN: player = "", REPLAYSCOPE_APP_ORIGIN: app = "" } = process.env;
for (const origin of [player, app]) {
  if (origin !== "" && new URL(origin).origin !== origin)
    throw new Error(`${origin} is not an origin such as https://player.example.net`);
}
if ((player === "") !== (app === ""))
  throw new Error("Set both REPLAYSCOPE_PLAYER_ORIGIN and REPLAYSCOPE_APP_ORIGIN, or neither");

const page = join(process.env.TRUNK_STAGING_DIR, "index.html");
if (player !== "") insertAtStart(`<meta name="replayscope-player" content="${player}">`);
if (process.env.TRUNK_PROFILE === "release") {
  const policy = [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    // Recorded audio and video are played from their bytes. Fonts are made of bytes without a URL.
    "media-src blob:",
    "connect-src 'self' http: https: blob: data:",
    `frame-src ${player === "" ? "'self'" : player}`,
    "base-uri 'self'",
    "form-action 'none'",
  ].join("; ");
  insertAtStart(`<meta http-equiv="Content-Security-Policy" content="${policy}">`);
}

/** Inserts an element at the start of the page's head. */
function insertAtStart(element) {
  const html = readFileSync(page, "utf8");
  const marker = '<meta charset="utf-8">';
  if (!html.includes(marker)) {
    throw new Error(`${page} does not contain ${marker}, after which ${element} belongs`);
  }
  writeFileSync(page, html.replace(marker, `${marker}\n    ${element}`));
}
