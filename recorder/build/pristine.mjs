// An esbuild plugin that makes the recorder and rrweb use the browser's own functions, as taken by
// `src/platform.ts`, in place of whatever the page has put there when they are called:
//
// - `list.map(f)` becomes `map(list, f)`, where `map` was taken when the recorder was loaded,
// - `Array.from(list)` becomes a call of a constant,
// - `value instanceof Blob` becomes a test that works for every frame's blobs,
// - `form.childNodes` becomes a call of the browser's getter, whatever fields the form has.
//
// Names of globals are replaced by esbuild's `inject`, with the exports of `src/globals.ts`.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import ts from "typescript";
import { classTests, hotNames, methods, properties, staticOwners } from "./methods.mjs";
import { changeRrweb } from "./rrweb.mjs";

const platform = join(import.meta.dirname, "../src/platform.ts");
const namespace = "pristine";
const { factory } = ts;

/** Functions that the platform implements itself. */
const ownFunctions = {
  "method/catch": "catchError",
  "method/finally": "finallyDo",
  "method/then": "then",
  "static/JSON/stringify": "stringify",
  "static/Promise/all": "all",
};

/**
 * The method of a name, as a function of its own for each: engines optimize a function by what it
 * has been called with. It has often been called with objects of the last two prototypes.
 */
const methodModule = (name, from) => `import { MethodOfAny, apply, getPrototypeOf } from ${from};
  const methods = /* @__PURE__ */ new MethodOfAny("${name}", ${JSON.stringify(methods[name])});
  let last, other, native, otherNative;
  export default (self, ...args) => {
    ${methods[name].includes("String") ? `if (typeof self === "string") return apply(methods.ofText, self, args);` : ""}
    if (typeof self !== "object" || self === null) return apply(methods.of(self), self, args);
    const prototype = getPrototypeOf(self);
    if (prototype === last && native) return apply(native, self, args);
    if (prototype === other && otherNative) return apply(otherNative, self, args);
    [other, otherNative] = [last, native];
    [last, native] = [prototype, methods.ofPrototype(prototype, self)];
    return apply(native ?? methods.of(self), self, args);
  };`;

/** Likewise, a property that form fields or named elements may hide. */
const propertyModule = (name, from) => `import { HidableProperty, getPrototypeOf } from ${from};
  const property = /* @__PURE__ */ new HidableProperty("${properties[name]}", "${name}");
  let last, other;
  export default (self) => {
    if (typeof self !== "object" || self === null) return self.${name};
    const prototype = getPrototypeOf(self);
    if (prototype === last || prototype === other) return self.${name};
    if (prototype === null || property.isHiddenIn(prototype)) return property.read(self);
    [last, other] = [prototype, last];
    return self.${name};
  };`;

/** Modules of their own, one per function: what is not used is not bundled. */
function moduleOf(path) {
  const [kind, owner, name] = path.split("/");
  const from = JSON.stringify(platform);
  if (Object.hasOwn(ownFunctions, path)) return `export { ${ownFunctions[path]} as default } from ${from};`;
  if (kind === "method") {
    if (hotNames.has(owner)) return methodModule(owner, from);
    return `import { methodOfAny } from ${from};
      export default /* @__PURE__ */ methodOfAny("${owner}", ${JSON.stringify(methods[owner])});`;
  }
  if (kind === "property") {
    if (hotNames.has(owner)) return propertyModule(owner, from);
    return `import { propertyGetter } from ${from};
      export default /* @__PURE__ */ propertyGetter("${properties[owner]}", "${owner}");`;
  }
  if (kind === "test")
    return `import { classTest } from ${from};
      export default /* @__PURE__ */ classTest("${owner}", "${classTests[owner]}");`;
  return `import { staticMethod } from ${from};
    export default /* @__PURE__ */ staticMethod(${owner}, "${owner}", "${name}");`;
}

const isAssignment = (kind) => kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;

/** Returns the function `(node) => node` of a module, which notes the imports that it needs in `imports`. */
function replaceIn(context, imports, isRrweb) {
  const use = (...path) => {
    const name = `$${path.slice(path[0] === "static" ? 1 : 0).join("_")}`;
    imports.set(name, path.join("/"));
    return factory.createIdentifier(name);
  };
  const call = (f, ...args) => factory.createCallExpression(f, undefined, args);

  const replaceCall = (node) => {
    const { expression: callee } = node;
    if (!ts.isPropertyAccessExpression(callee) || node.questionDotToken) return undefined;
    const { expression: object, name, questionDotToken } = callee;
    if (ts.isIdentifier(object) && staticOwners.includes(object.text))
      return call(use("static", object.text, name.text), ...node.arguments);
    if (!Object.hasOwn(methods, name.text) || object.kind === ts.SyntaxKind.SuperKeyword) return undefined;
    const method = use("method", name.text);
    if (!questionDotToken) return call(method, object, ...node.arguments);
    const value = factory.createTempVariable(context.hoistVariableDeclaration);
    const isMissing = factory.createBinaryExpression(
      factory.createParenthesizedExpression(factory.createAssignment(value, object)),
      ts.SyntaxKind.EqualsEqualsToken,
      factory.createNull(),
    );
    return factory.createParenthesizedExpression(
      factory.createConditionalExpression(
        isMissing,
        undefined,
        factory.createVoidZero(),
        undefined,
        call(method, value, ...node.arguments),
      ),
    );
  };

  /** A part of an optional chain whose beginning has been replaced begins a chain of its own. */
  const restartChain = (node, original) => {
    const isBroken =
      ts.isOptionalChain(original) && ts.isOptionalChain(original.expression) && !ts.isOptionalChain(node.expression);
    if (!isBroken || original.questionDotToken) return node;
    const dot = factory.createToken(ts.SyntaxKind.QuestionDotToken);
    if (ts.isPropertyAccessExpression(original))
      return factory.createPropertyAccessChain(node.expression, dot, node.name);
    if (ts.isElementAccessExpression(original))
      return factory.createElementAccessChain(node.expression, dot, node.argumentExpression);
    return node;
  };

  /** Properties that are not read: callees, targets of assignments and operands of `delete`. */
  const kept = new Set();
  const keep = (node) => {
    if (ts.isCallExpression(node) || ts.isDeleteExpression(node)) kept.add(node.expression);
    else if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) kept.add(node.operand);
    else if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) kept.add(node.left);
  };
  const isHidable = (node) =>
    ts.isPropertyAccessExpression(node) &&
    Object.hasOwn(properties, node.name.text) &&
    !kept.has(node) &&
    !ts.isOptionalChain(node) &&
    node.expression.kind !== ts.SyntaxKind.ThisKeyword &&
    (isRrweb || (ts.isIdentifier(node.expression) && node.expression.text === "document"));

  const visit = (original) => {
    keep(original);
    const node = restartChain(ts.visitEachChild(original, visit, context), original);
    if (ts.isCallExpression(node)) return replaceCall(node) ?? node;
    if (isHidable(original)) return call(use("property", original.name.text), node.expression);
    if (
      ts.isBinaryExpression(node) &&
      node.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword &&
      ts.isIdentifier(node.right) &&
      Object.hasOwn(classTests, node.right.text)
    )
      return call(use("test", node.right.text), node.left);
    return node;
  };
  return visit;
}

export function replaceMembers(text, fileName, isRrweb = false) {
  const imports = new Map();
  const transform = (context) => (file) => ts.visitNode(file, replaceIn(context, imports, isRrweb));
  const { outputText } = ts.transpileModule(text, {
    fileName,
    transformers: { before: [transform] },
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      allowJs: true,
    },
  });
  const lines = [...imports].map(([name, path]) => `import ${name} from "${namespace}:${path}";\n`);
  return lines.join("") + outputText;
}

export const usePlatform = {
  name: "use the platform's own functions",
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^pristine:/ }, ({ path }) => ({
      path: path.slice(namespace.length + 1),
      namespace,
      sideEffects: false,
    }));
    onLoad({ filter: /.*/, namespace }, ({ path }) => ({
      contents: moduleOf(path),
      loader: "js",
      resolveDir: join(import.meta.dirname, ".."),
    }));
    onLoad({ filter: /(recorder\/src\/.*\.ts|@rrweb\/record\/dist\/record\.js)$/ }, async ({ path }) => {
      if (/\/(platform|globals|function-source)\.ts$/.test(path)) return undefined;
      const text = await readFile(path, "utf8");
      const isRrweb = path.endsWith("record.js");
      return { contents: replaceMembers(isRrweb ? changeRrweb(text, platform) : text, path, isRrweb), loader: "js" };
    });
  },
};
