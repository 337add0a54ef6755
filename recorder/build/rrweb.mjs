// Changes to rrweb's recorder where it would be visible in the page, or use what the page has
// replaced. Each must match once, so that an update of rrweb that changes these places fails the
// build. The names used here are those of the bundle `@rrweb/record/dist/record.js`.
import ts from "typescript";
import { memoryFunctions, memoryReplacements } from "./rrweb-memory.mjs";
import { speedFunctions, speedReplacements } from "./rrweb-speed.mjs";

/** Functions that are replaced as a whole, by name. */
const functions = {
  // rrweb checks a few members and inserts a frame where one of them was replaced.
  getUntaintedPrototype: "",
  getUntaintedAccessor: `function getUntaintedAccessor(key, instance, name) {
    const read = (untaintedAccessorCache[key + name] ??= platformGetter(key, name));
    return read(instance);
  }`,
  getUntaintedMethod: `function getUntaintedMethod(key, instance, name) {
    const run = (untaintedMethodCache[key + name] ??= platformMethod(key, name));
    return (...args) => run(instance, ...args);
  }`,
  mutationObserverCtor: `function mutationObserverCtor() {
    return [MutationObserver, () => {}];
  }`,
  polyfill: `function polyfill() {}`,
  // A proxy has the name, length and source of the function.
  patch: `function patch(source, name, replacement) {
    const original = source[name];
    if (typeof original !== "function") return () => {};
    const wrapped = replacement(original);
    const proxy = new Proxy(original, { apply: (_, self, args) => Reflect.apply(wrapped, self, args) });
    try {
      source[name] = proxy;
    } catch {
      // A frozen object.
    }
    return () => {
      if (source[name] === proxy) source[name] = original;
    };
  }`,
  hookSetter: `function hookSetter(target, key, { set: onSet }) {
    const original = Object.getOwnPropertyDescriptor(target, key);
    if (!original?.set || !original.configurable) return () => {};
    const set = new Proxy(original.set, {
      apply: (native, self, args) => {
        setTimeout(() => onSet.call(self, args[0]), 0);
        return Reflect.apply(native, self, args);
      },
    });
    Object.defineProperty(target, key, { ...original, set });
    return () => {
      if (Object.getOwnPropertyDescriptor(target, key)?.set === set) Object.defineProperty(target, key, original);
    };
  }`,
  // On the prototype, once: a property of its own would be visible on each document and shadow root.
  initAdoptedStyleSheetObserver: `const adoptedStyleSheetObservers = new WeakMap();
  const hookedPrototypes = new WeakSet();
  function initAdoptedStyleSheetObserver({ mirror, stylesheetManager }, host) {
    const isDocument = host.nodeName === "#document";
    const hostId = mirror.getId(isDocument ? host : index.host(host));
    const win = isDocument ? host.defaultView : host.ownerDocument?.defaultView;
    const prototype = (isDocument ? win?.Document : win?.ShadowRoot)?.prototype;
    const original = prototype && Object.getOwnPropertyDescriptor(prototype, "adoptedStyleSheets");
    if (hostId === null || hostId === -1 || !original?.set) return () => {};
    if (!hookedPrototypes.has(prototype)) {
      hookedPrototypes.add(prototype);
      const set = new Proxy(original.set, {
        apply: (native, self, args) => {
          const result = Reflect.apply(native, self, args);
          adoptedStyleSheetObservers.get(self)?.(args[0]);
          return result;
        },
      });
      if (original.configurable) Object.defineProperty(prototype, "adoptedStyleSheets", { ...original, set });
    }
    adoptedStyleSheetObservers.set(host, (sheets) => {
      try {
        stylesheetManager.adoptStyleSheets(sheets, hostId);
      } catch {
        // A list with other objects, which the browser has rejected.
      }
    });
    return () => adoptedStyleSheetObservers.delete(host);
  }`,
};

/** An observed method that takes a selector and a block in place of a rule, or calls none. */
const ruleMethod = (name, rule, change) => `new Proxy(${name}, {
    apply: callbackWrapper((target, thisArg, argumentsList) => {
      const ${rule} = argumentsList;
      const { id, styleId } = getIdAndStyleId(thisArg, mirror2, stylesheetManager.styleMirror);
      if (id && id !== -1 || styleId && styleId !== -1) styleSheetRuleCb({ id, styleId, ${change} });
      return target.apply(thisArg, argumentsList);
    })
  });`;

/** Texts and what takes their place. */
const replacements = [
  // A style attribute violates a page's `style-src`, also in an unattached document; a rule does not.
  [
    /if \(!this\.unattachedDoc\) \{[^]*?const old = this\.unattachedDoc\.createElement\("span"\);\s*if \(m\.oldValue\) \{[^}]*\}/,
    `const old = styleOf(m.oldValue ?? "");`,
  ],
  [
    /^function isBlocked\(/m,
    `let scratchRule;
function styleOf(text) {
  if (!scratchRule) {
    const sheet = new CSSStyleSheet();
    sheet.insertRule("x {}");
    scratchRule = sheet.cssRules[0];
  }
  scratchRule.style.cssText = text;
  return scratchRule;
}
const passwordInputs = new WeakSet();
function isBlocked(`,
  ],
  // An attribute would be visible.
  [`target.setAttribute("data-rr-is-password", "true");`, `passwordInputs.add(target);`],
  [`element.hasAttribute("data-rr-is-password")`, `passwordInputs.has(element)`],
  [
    /win\.CSSStyleSheet\.prototype\.addRule = function[^]*?\n {2}\};/,
    `const { addRule, removeRule } = win.CSSStyleSheet.prototype;
  win.CSSStyleSheet.prototype.addRule = ${ruleMethod(
    "addRule",
    "[selector, block, index2 = thisArg.cssRules.length]",
    "adds: [{ rule: `${selector} { ${block} }`, index: index2 }]",
  )}`,
  ],
  [
    /win\.CSSStyleSheet\.prototype\.removeRule = function[^]*?\n {2}\};/,
    `win.CSSStyleSheet.prototype.removeRule = ${ruleMethod("removeRule", "[index2 = 0]", "removes: [{ index: index2 }]")}`,
  ],
  [
    `win.CSSStyleSheet.prototype.insertRule = insertRule;`,
    `win.CSSStyleSheet.prototype.insertRule = insertRule;
    win.CSSStyleSheet.prototype.addRule = addRule;
    win.CSSStyleSheet.prototype.removeRule = removeRule;`,
  ],
];

/** The text of rrweb's bundle with these changes; `platform` is the path of the module of that name. */
export function changeRrweb(text, platform) {
  let result = text;
  for (const [place, replacement] of [...replacements, ...memoryReplacements, ...speedReplacements]) {
    const count = result.split(place).length - 1;
    if (count !== 1) throw new Error(`${count} places in rrweb match ${place}`);
    result = result.replace(place, typeof replacement === "function" ? replacement : () => replacement);
  }
  for (const [name, replacement] of Object.entries({ ...functions, ...memoryFunctions, ...speedFunctions })) {
    const places = [];
    const source = ts.createSourceFile("record.js", result, ts.ScriptTarget.ES2022);
    ts.forEachChild(source, (node) => {
      if (ts.isFunctionDeclaration(node) && node.name?.text === name) places.push(node);
    });
    const [place] = places;
    if (places.length !== 1) throw new Error(`rrweb has ${places.length} functions ${name}`);
    result = result.slice(0, place.getStart(source)) + replacement + result.slice(place.end);
  }
  return `import { getter as platformGetter, method as platformMethod } from ${JSON.stringify(platform)};\n${result}`;
}
