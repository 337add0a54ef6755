// Builds dist/: the whole recorder as a module and as a plain script, the network part alone, and the inline stub.
import { build } from "esbuild";
import { rm } from "node:fs/promises";

const shared = { bundle: true, minify: true, target: "es2022", legalComments: "none", logLevel: "warning", tsconfigRaw: {} };
const script = { ...shared, format: "iife" };
const module = { ...shared, format: "esm" };
const whole = { define: { isWhole: "true" } };
const part = { define: { isWhole: "false" } };

// Names that no page, no file and no other bundle sees: the network part has to be small.
const ownNames =
  "settings|blocklist|journal|redactor|exchanges|isBlocked|wantsContents|payload|isCut|underway|queue|settle|leave|report|isBinary|contents|" +
  "sanitize|exchange|isListed|touch|addText|isFromStart|hasEnded|headersToRedact|bodyKeysToRedact|settleNow|ended|answered|tokens|" +
  "sockets|requests|errors|endpoint|sanitizer|start|time|underway|listen|head|write|" +
  "protocols|offered|requestBody|responseBody|end|take|open|text|requestHeaders|responseHeaders|bodyLimit|begin|fail|keep";

await rm("dist", { recursive: true, force: true });
await Promise.all([
  build({ ...module, ...whole, entryPoints: ["src/index.ts"], outfile: "dist/recorder.js" }),
  build({ ...script, ...whole, entryPoints: ["src/index.ts"], outfile: "dist/replayscope.js", globalName: "Replayscope" }),
  build({ ...module, ...part, entryPoints: ["src/network.ts"], mangleProps: new RegExp(`^(${ownNames})$`), outfile: "dist/network.js" }),
  build({ ...script, entryPoints: ["src/stub.ts"], outfile: "dist/stub.js" }),
]);
