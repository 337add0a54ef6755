// Lets Node run the .ts files of this folder: `node --import ./support/typescript.mjs file.ts`.
// Types are only taken out, nothing else is changed, so newer versions of Node, which do the same
// by themselves, may leave this out.
import { register } from "node:module";

register("./typescript-hooks.mjs", import.meta.url);
