// Builds the player into the folder that is named, or into Trunk's staging folder as a hook of its
// build.
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

// What the recorded page may load. Its frame inherits the policy, and a policy cannot be loosened
// once it applies: hence two documents. The frame itself needs no frame-src, since it stays at
// about:blank. `style-src` has no 'self', and the player's own style is part of the document, so
// that a recording cannot ask the viewer's host for anything either.
const shared = {
  "default-src": "'none'",
  "script-src": "'self'",
  "style-src": "'unsafe-inline'",
  "img-src": "data: blob:",
  "font-src": "data:",
  "media-src": "data: blob:",
  "connect-src": "'none'",
  "frame-src": "'none'",
  "child-src": "'none'",
  "worker-src": "'none'",
  "object-src": "'none'",
  "base-uri": "'none'",
  "form-action": "'none'",
};
const remote = { "style-src": " http: https:", "img-src": " http: https:", "font-src": " http: https:" };

// The app's origin, where that is another one than the player's; see scripts/csp.mjs.
const app = process.env.REPLAYSCOPE_APP_ORIGIN ?? "";
if (app !== "" && new URL(app).origin !== app)
  stop("REPLAYSCOPE_APP_ORIGIN must be an origin, as https://app.example.com");

/** Name of the file of licenses in the target. */
const licenses = "rrweb-player.licenses.txt";

const target = process.argv[2] ?? process.env.TRUNK_STAGING_DIR;
if (target === undefined) stop("Usage: node player/build.mjs FOLDER");

const { build, transform } = await import("esbuild").catch(() =>
  stop("The packages of the player are not installed: run `npm ci --ignore-scripts` in player/, or `make serve`"),
);

await mkdir(target, { recursive: true });
await build({
  entryPoints: [join(here, "src/main.ts")],
  outfile: join(target, "rrweb-player.js"),
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
  banner: { js: `// Licenses of included packages: ${licenses}` },
  logLevel: "warning",
  tsconfigRaw: {},
});
await Promise.all([
  writeDocument("replay.html", {}),
  writeDocument("replay-remote.html", remote),
  copyFile(join(here, "THIRD-PARTY-LICENSES"), join(target, licenses)),
]);

async function writeDocument(name, allowed) {
  const policy = Object.entries(shared).map(
    ([directive, sources]) => `${directive} ${sources}${allowed[directive] ?? ""}`,
  );
  const values = { policy: policy.join("; "), style: await style(), app };
  const page = await readFile(join(here, "src/replay.html"), "utf8");
  await writeFile(
    join(target, name),
    page.replace(/\{\{(\w+)\}\}/g, (_, key) => values[key]),
  );
}

/** The style of the replayer, then the player's own. */
async function style() {
  const files = ["node_modules/@rrweb/replay/dist/style.css", "src/player.css"];
  const texts = await Promise.all(files.map((file) => readFile(join(here, file), "utf8")));
  const { code } = await transform(texts.join("\n"), { loader: "css", minify: true });
  return code.trim();
}

function stop(reason) {
  console.error(reason);
  process.exit(1);
}
