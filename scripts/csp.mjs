// Puts the Content-Security-Policy into the built page. Only release builds get it: under `trunk serve` it would block
// the script that reloads the page.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

if (process.env.TRUNK_PROFILE === "release") {
  const page = join(process.env.TRUNK_STAGING_DIR, "index.html");
  const policy = [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self' http: https: blob: data:",
    "frame-src 'self'",
    "base-uri 'self'",
    "form-action 'none'",
  ].join("; ");
  const meta = `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
  const html = readFileSync(page, "utf8");
  const marker = '<meta charset="utf-8">';
  if (!html.includes(marker)) {
    throw new Error(`${page} has no ${marker} to put the policy after`);
  }
  writeFileSync(page, html.replace(marker, `${marker}\n    ${meta}`));
}
