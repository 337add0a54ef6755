// Changes to rrweb's recorder so that a page that adds many nodes is not slowed down: no more is
// asked of each node than what can be true for it, and what is true for an element is found once
// per batch of mutations and not for each of its descendants.

const nodeGetter = (name) => `const ${name} = platformGetter("Node", "${name}");`;

/** Functions that are replaced as a whole, by name. */
export const speedFunctions = {
  ...Object.fromEntries(
    [
      "ownerDocument",
      "childNodes",
      "parentNode",
      "parentElement",
      "textContent",
      "firstChild",
      "lastChild",
      "nextSibling",
      "previousSibling",
    ].map((name) => [name, nodeGetter(name)]),
  ),
  contains: `const contains = platformMethod("Node", "contains");`,
  getRootNode: `const getRootNode = platformMethod("Node", "getRootNode");`,
  shadowRoot: `const getShadowRoot = platformGetter("Element", "shadowRoot");
  function shadowRoot(n) {
    return n && n.nodeType === 1 ? getShadowRoot(n) : null;
  }`,
  hasShadowRoot: `function hasShadowRoot(n) {
    return Boolean(index.shadowRoot(n));
  }`,
  // By the text of all classes: pages have few different ones.
  classMatchesRegex: `const maxKnownClasses = 5000;
  const knownClasses = new Map();
  function hasMatchingClass(el, regex) {
    const text = el.getAttribute("class");
    if (!text) return false;
    let known = knownClasses.get(regex);
    if (!known || known.size > maxKnownClasses) knownClasses.set(regex, known = new Map());
    let isMatching = known.get(text);
    if (isMatching === undefined) {
      isMatching = text.split(/[\\t\\n\\f\\r ]+/).some((name) => regex.test(name));
      known.set(text, isMatching);
    }
    return isMatching;
  }
  // While a batch of mutations is processed, the document does not change.
  let batch;
  function inBatch(work) {
    batch = { blocked: new Map(), masked: new Map() };
    try {
      return work();
    } finally {
      batch = undefined;
    }
  }
  /** Whether an element or one of its ancestors passes a test, found once per batch for each. */
  function isWithin(name, element, test) {
    const answers = batch?.[name];
    const path = [];
    let answer = false;
    for (let el = element; el && el.nodeType === 1; el = index.parentNode(el)) {
      const known = answers?.get(el);
      if (known !== undefined) {
        answer = known;
        break;
      }
      path.push(el);
      if (test(el)) {
        answer = true;
        break;
      }
    }
    if (answers) path.forEach((el) => answers.set(el, answer));
    return answer;
  }`,
  _isBlockedElement: `function _isBlockedElement(element, blockClass, blockSelector) {
    try {
      return hasMatchingClass(element, blockClass) || Boolean(blockSelector && element.matches(blockSelector));
    } catch {
      return false;
    }
  }`,
  isBlocked: `function isBlocked(node, blockClass, blockSelector, checkAncestors) {
    const el = closestElementOfNode(node);
    if (!el) return false;
    const test = (el) => _isBlockedElement(el, blockClass, blockSelector);
    return checkAncestors ? isWithin("blocked", el, test) : test(el);
  }`,
  needMaskingText: `function needMaskingText(node, maskTextClass, maskTextSelector, checkAncestors) {
    const isElementNode = node.nodeType === 1;
    const el = isElementNode ? node : index.parentElement(node);
    if (!el || isElementNode && !index.firstChild(el)) return false;
    const test = (el) =>
      hasMatchingClass(el, maskTextClass) || Boolean(maskTextSelector && el.matches(maskTextSelector));
    try {
      return checkAncestors ? isWithin("masked", el, test) : test(el);
    } catch {
      return false;
    }
  }`,
  isIgnored: `function isIgnored(n, mirror2, slimDOMOptions) {
    return slimDOMOptions.headTitleMutations && n.tagName === "TITLE" || mirror2.getId(n) === IGNORED_NODE;
  }`,
  // The name of a form is read as that of any element (`pristine.mjs`).
  getValidTagName: `const validTagNames = new Map();
  function getValidTagName(element) {
    const tagName = element.tagName;
    let name = validTagNames.get(tagName);
    if (name === undefined) {
      name = toLowerCase(tagName);
      if (tagNameRegex.test(name)) name = "div";
      if (validTagNames.size < maxKnownClasses) validTagNames.set(tagName, name);
    }
    return name;
  }`,
  ignoreAttribute: `function ignoreAttribute(tagName, name) {
    return (tagName === "video" || tagName === "audio") && toLowerCase(name) === "autoplay";
  }`,
};

/** Texts and what takes their place. */
export const speedReplacements = [
  [
    `    n && "host" in n && "mode" in n && index.host(n) || null`,
    `    n && n.nodeType === 11 && "host" in n && "mode" in n && index.host(n) || null`,
  ],
  // An object per attribute takes longer than all else that is read of an element. In a document of
  // HTML, `getAttribute` does not find names with capitals.
  [
    / {2}const len = n\.attributes\.length;\n {2}for \(let i = 0; i < len; i\+\+\) \{\n {4}const attr = n\.attributes\[i\];/,
    `  for (const name of n.getAttributeNames()) {
    const value = n.getAttribute(name);
    const attr = value === null ? Array.from(n.attributes).find((attr) => attr.name === name) : { name, value };`,
  ],
  // Names of custom elements have a hyphen.
  [`if (customElements.get(tagName))`, `if (tagName.includes("-") && customElements.get(tagName))`],
  // It says which texts of the children are masked, and here they are not serialized with the node.
  [
    `  if (!needsMask) {
    const checkAncestors`,
    `  if (!needsMask && !(skipChild && n.nodeType === 1 && n.nodeName !== "IFRAME")) {
    const checkAncestors`,
  ],
  // Most nodes have no children.
  [
    `index.childNodes(n).forEach((childN) => this.genAdds(childN));`,
    `for (let childN = index.firstChild(n); childN; childN = index.nextSibling(childN)) this.genAdds(childN);`,
  ],
  [
    `      if (!isBlocked(n, this.blockClass, this.blockSelector, false)) {`,
    `      if (n.nodeType === 1 && !isBlocked(n, this.blockClass, this.blockSelector, false)) {`,
  ],
  // The options are the same for all nodes of a batch.
  [
    /const sn = serializeNodeWithId\(n, \{[^]*?\n {10}cssCaptured\n {8}\}\);/,
    (call) => `options ??= ${call.slice(call.indexOf("{"), -2)};
        options.cssCaptured = cssCaptured;
        const sn = serializeNodeWithId(n, options);`,
  ],
  [`      const missingParents = `, `      let options;\n      const missingParents = `],
  [`const buffers = this.nodeMap.get(node);`, `const buffers = this.active && this.nodeMap.get(node);`],
];
