// Builds dist/: the full recorder as a module and as a plain script, the network part, and the
// inline stub. Copies the licenses of the repository into the package.
import { build } from "esbuild";
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { minify } from "terser";
import { usePlatform } from "./build/pristine.mjs";

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
 * Minifies esbuild's output with Terser, which inlines functions that are called once and names local variables per
 * function; the result compresses better. Its options assume that no arrow function is constructed or uses `this`.
 */
const minifyWithTerser = {
  name: "minify with Terser",
  setup({ initialOptions, onEnd }) {
    Object.assign(initialOptions, { write: false, minify: false, minifySyntax: true });
    onEnd(async ({ outputFiles: [file] }) => {
      const compress = { passes: 5, hoist_funs: true, lhs_constants: false, unsafe_arrows: true, pure_getters: true };
      const { code } = await minify(file.text, { module: true, ecma: 2022, compress });
      await writeFile(file.path, code);
    });
  },
};

/** Patterns of the network part that differ from those of the full recorder, whose size is not limited. */
const shortPatterns = ({ shortNameCandidate }) => ({
  credentialNameCandidate: shortNameCandidate,
  credentialCandidate: undefined,
});

/** Bundles the exports of `patterns.ts` as literals, without the list and the code that derives them from it. */
const evaluatePatterns = (replaced = () => ({})) => ({
  name: "evaluate patterns",
  setup({ onLoad }) {
    onLoad({ filter: /\/privacy\/patterns\.ts$/ }, async ({ path }) => {
      const { outputFiles } = await build({ ...module, entryPoints: [path], write: false });
      const exported = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
      const patterns = { ...exported, ...replaced(exported) };
      const literal = (value) =>
        Array.isArray(value) ? `[${value}]` : typeof value === "string" ? JSON.stringify(value) : String(value);
      return {
        contents: Object.entries(patterns)
          .map(([name, value]) => `export const ${name} = ${literal(value)};`)
          .join("\n"),
      };
    });
  },
});

const fullRecorder = {
  define: { isFullRecorder: "true" },
  plugins: [evaluatePatterns(), usePlatform],
  inject: ["src/globals.ts"],
};
const networkPart = {
  define: { isFullRecorder: "false" },
  plugins: [evaluatePatterns(shortPatterns), minifyWithTerser],
  // Properties whose names end with `_` are internal: no page, file or other bundle uses them.
  mangleProps: /[^_]_$/,
};

await rm("dist", { recursive: true, force: true });
await mkdir("dist");
await Promise.all([
  build({ ...module, ...fullRecorder, entryPoints: ["src/index.ts"], outfile: "dist/recorder.js" }),
  build({
    ...script,
    ...fullRecorder,
    entryPoints: ["src/script.ts"],
    outfile: "dist/replayscope.js",
    globalName: "Replayscope",
  }),
  build({ ...module, ...networkPart, entryPoints: ["src/network.ts"], outfile: "dist/network.js" }),
  build({ ...script, define: { isFullRecorder: "false" }, entryPoints: ["src/stub.ts"], outfile: "dist/stub.js" }),
  ...["LICENSE-APACHE", "LICENSE-MIT"].map((name) => copyFile(`../${name}`, name)),
]);
