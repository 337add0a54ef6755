// A script for the page, written in TypeScript: only its types are taken out.
import { readFile } from "node:fs/promises";
import ts from "typescript";

export async function pageScript(file: URL): Promise<string> {
  const text = await readFile(file, "utf8");
  return ts.transpileModule(text, { compilerOptions: { target: ts.ScriptTarget.ES2023 } }).outputText;
}
