// The build step that makes the recorder and rrweb use the browser's own functions.
import { readFileSync, readdirSync } from "node:fs";
import { Linter } from "eslint";
import ts from "typescript";
import { expect, test } from "../../support/lab/test.ts";

interface BuildStep {
  replaceMembers: (text: string, fileName: string, isRrweb?: boolean) => string;
}
interface Methods {
  methods: Record<string, string[]>;
}

const recorder = new URL("../../../recorder/", import.meta.url);
const load = async <Module>(path: string): Promise<Module> =>
  (await import(new URL(`build/${path}`, recorder).href)) as Module;
const rrwebFile = new URL("node_modules/@rrweb/record/dist/record.js", recorder);

test("the recorder names no global but the page's objects", () => {
  const linter = new Linter();
  const text = readFileSync(new URL("dist/recorder.js", recorder), "utf8");
  const messages = linter.verify(text, {
    languageOptions: { ecmaVersion: 2024, sourceType: "module", globals: {} },
    linterOptions: { reportUnusedDisableDirectives: "off" },
    rules: { "no-undef": ["error", { typeof: true }] },
  });
  const names = new Set(messages.map(({ message }) => /'(\w+)' is not defined/.exec(message)?.[1] ?? message));
  // `window`, `document` and `location` cannot be replaced. `WebSocket` is replaced by the recorder;
  // rrweb writes warnings to the page's console, and creates a worker for canvases.
  expect([...names].sort()).toEqual(["WebSocket", "console", "document", "location", "self", "window"]);
});

test("every method of the browser that the recorder or rrweb calls is taken when it loads", async ({ page, lab }) => {
  const { methods } = await load<Methods>("methods.mjs");
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const { expression: object, name } = node.expression;
      // Static functions are taken as they are named.
      if (!ts.isIdentifier(object) || !/^[A-Z]/.test(object.text)) names.add(name.text);
    }
    ts.forEachChild(node, visit);
  };
  const source = new URL("src/", recorder);
  const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && !/platform|globals|function-source/.test(file),
  );
  for (const file of [rrwebFile, ...files.map((file) => new URL(file, source))])
    visit(ts.createSourceFile(String(file), readFileSync(file, "utf8"), ts.ScriptTarget.ES2024));
  await page.goto(lab.page("<!doctype html><title>Names</title><link rel=icon href=data:,>"));
  const owners = await page.evaluate(
    (names) =>
      names.flatMap((name) => {
        const owner = Object.getOwnPropertyNames(window).find((key) => {
          const { prototype } = (Reflect.get(window, key) ?? {}) as { prototype?: object };
          return typeof (prototype && Object.getOwnPropertyDescriptor(prototype, name))?.value === "function";
        });
        return owner === undefined ? [] : [name];
      }),
    [...names],
  );
  // Methods of the recorder's and rrweb's own objects, of canvases, which are not recorded, and of
  // primitive values.
  const other =
    /^(destroy|drawImage|error|flush|getContext|getContextAttributes|getIds|lastChild|lock|next|nextSibling|parentNode|postMessage|previousSibling|reset|scroll|stop|take|toDataURL|toString|unlock)$/;
  expect(owners.filter((name) => !Object.hasOwn(methods, name) && !other.test(name)).sort()).toEqual([]);
});

test("method calls, static calls and class tests are replaced, assignments and own methods are not", async () => {
  const { replaceMembers } = await load<BuildStep>("pristine.mjs");
  const body = (text: string, isRrweb = false): string =>
    replaceMembers(text, "module.ts", isRrweb)
      .replace(/^import .*\n|^"use strict";\n/gm, "")
      .trim();
  expect(body(`list.map((item) => item.trim());`)).toBe(`$method_map(list, (item) => $method_trim(item));`);
  expect(body(`Array.from(list); JSON.stringify(list);`)).toBe(`$Array_from(list);\n$JSON_stringify(list);`);
  expect(body(`value instanceof Blob;`)).toBe(`$test_Blob(value);`);
  expect(body(`text?.split(";")[0];`)).toContain(`?.[0];`);
  expect(body(`journal.add_(line); this.run(); recorder.stop();`)).toBe(
    `journal.add_(line);\nthis.run();\nrecorder.stop();`,
  );
  expect(body(`form.id = form.childNodes; delete form.id; form.id += 1; form.style.color = "red";`, true)).toBe(
    `form.id = $property_childNodes(form);\ndelete form.id;\nform.id += 1;\n$property_style(form).color = "red";`,
  );
});

test("a change of rrweb that a new version does not have fails the build", async () => {
  const { changeRrweb } = await load<{ changeRrweb: (text: string, platform: string) => string }>("rrweb.mjs");
  const text = readFileSync(rrwebFile, "utf8");
  expect(changeRrweb(text, "platform.ts")).not.toMatch(/rrwebUntainted|"data-rr-|createElement\("span"\)/);
  expect(() => changeRrweb(text.replace("function hookSetter", "function renamed"), "platform.ts")).toThrow(
    "hookSetter",
  );
  expect(() => changeRrweb(text.replaceAll("data-rr-is-password", "other"), "platform.ts")).toThrow("data-rr");
});
