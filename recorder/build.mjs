// Builds dist/: the whole recorder as a module and as a plain script, the network part alone, and the inline stub.
import { build } from "esbuild";
import { rm } from "node:fs/promises";

const shared = { bundle: true, minify: true, target: "es2022", legalComments: "none", logLevel: "warning", tsconfigRaw: {} };
const script = { ...shared, format: "iife" };
const module = { ...shared, format: "esm" };

await rm("dist", { recursive: true, force: true });
await Promise.all([
  build({ ...module, entryPoints: ["src/index.ts"], outfile: "dist/recorder.js" }),
  build({ ...script, entryPoints: ["src/index.ts"], outfile: "dist/replayscope.js", globalName: "Replayscope" }),
  build({ ...module, entryPoints: ["src/network.ts"], outfile: "dist/network.js" }),
  build({ ...script, entryPoints: ["src/stub.ts"], outfile: "dist/stub.js" }),
]);
