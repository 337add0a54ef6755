// Builds dist/: the whole recorder as a module and as a plain script, the network part alone, and the inline stub.
import { build } from "esbuild";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { minify } from "terser";

const shared = {
  bundle: true,
  minify: true,
  target: "es2022",
  legalComments: "none",
  logLevel: "warning",
  tsconfigRaw: {},
};
const script = { ...shared, format: "iife" };
const module = { ...shared, format: "esm" };
/**
 * Minifies what esbuild wrote once more: it inlines functions that are called once, and names what is local to a function
 * without regard to the others, which compresses better. No function is constructed or has a `this` of its own.
 */
const smallest = {
  name: "smallest",
  setup({ initialOptions, onEnd }) {
    // Terser does the rest.
    Object.assign(initialOptions, { write: false, minify: false, minifySyntax: true });
    onEnd(async ({ outputFiles: [file] }) => {
      const compress = { passes: 5, hoist_funs: true, lhs_constants: false, unsafe_arrows: true };
      const { code } = await minify(file.text, { module: true, ecma: 2022, compress });
      await writeFile(file.path, code);
    });
  },
};

/** Bundles what `patterns.ts` exports as literals: neither the list nor the code that makes patterns of it. */
const evaluatedPatterns = {
  name: "evaluated patterns",
  setup({ onLoad }) {
    onLoad({ filter: /\/privacy\/patterns\.ts$/ }, async ({ path }) => {
      const { outputFiles } = await build({ ...module, entryPoints: [path], write: false });
      const patterns = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
      const literal = (value) => (Array.isArray(value) ? `[${value}]` : String(value));
      return {
        contents: Object.entries(patterns)
          .map(([name, value]) => `export const ${name} = ${literal(value)};`)
          .join("\n"),
      };
    });
  },
};

const whole = { define: { isWhole: "true" }, plugins: [evaluatedPatterns] };
const part = { define: { isWhole: "false" }, plugins: [evaluatedPatterns, smallest] };

// Names that no page, no file and no other bundle sees: the network part has to be small.
const ownNames =
  "settings|blocklist|journal|redactor|exchanges|isBlocked|wantsContents|payload|isCut|underway|queue|settle|leave|report|isBinary|contents|" +
  "sanitize|exchange|isListed|touch|addText|isFromStart|hasEnded|headersToRedact|bodyKeysToRedact|settleNow|ended|answered|tokens|" +
  "sockets|requests|errors|endpoint|sanitizer|start|time|underway|listen|head|write|" +
  "protocols|offered|requestBody|responseBody|end|take|open|text|requestHeaders|responseHeaders|bodyLimit|begin|fail|keep";

await rm("dist", { recursive: true, force: true });
await mkdir("dist");
await Promise.all([
  build({ ...module, ...whole, entryPoints: ["src/index.ts"], outfile: "dist/recorder.js" }),
  build({
    ...script,
    ...whole,
    entryPoints: ["src/index.ts"],
    outfile: "dist/replayscope.js",
    globalName: "Replayscope",
  }),
  build({
    ...module,
    ...part,
    entryPoints: ["src/network.ts"],
    mangleProps: new RegExp(`^(${ownNames})$`),
    outfile: "dist/network.js",
  }),
  build({ ...script, entryPoints: ["src/stub.ts"], outfile: "dist/stub.js" }),
]);
