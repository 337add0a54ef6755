// Changes to rrweb's recorder so that removed nodes, frames and shadow roots are collectable after
// the next full snapshot, and a frame is observed once however many snapshots there have been.

/** Functions that are replaced as a whole, by name. */
export const memoryFunctions = {
  // rrweb keeps the buffer of each observer, which holds its document.
  initMutationObserver: `function initMutationObserver(options, rootEl) {
    const buffer = new MutationBuffer();
    mutationBuffers.push(buffer);
    buffer.init(options);
    const observer = new MutationObserver(callbackWrapper((mutations) => inBatch(() => buffer.processMutations(mutations))));
    observer.observe(rootEl, {
      attributes: true,
      attributeOldValue: true,
      characterData: true,
      characterDataOldValue: true,
      childList: true,
      subtree: true
    });
    const disconnect = () => {
      observer.disconnect();
      const position = mutationBuffers.indexOf(buffer);
      if (position !== -1) mutationBuffers.splice(position, 1);
    };
    return [{ disconnect }, () => {}];
  }`,
  // rrweb adds a listener for each snapshot, and each serializes the frame again.
  onceIframeLoaded: `const frameLoads = new WeakMap();
  function onceIframeLoaded(iframeEl, listener, iframeLoadTimeout) {
    const win = iframeEl.contentWindow;
    if (!win) return;
    let readyState;
    try {
      readyState = win.document.readyState;
    } catch {
      return;
    }
    const onLoad = () => {
      const load = frameLoads.get(iframeEl);
      clearTimeout(load.timer);
      load.listener();
    };
    if (!frameLoads.has(iframeEl)) iframeEl.addEventListener("load", onLoad);
    clearTimeout(frameLoads.get(iframeEl)?.timer);
    const blankUrl = "about:blank";
    const isBlank = win.location.href === blankUrl && iframeEl.src !== blankUrl && iframeEl.src !== "";
    const delay = readyState !== "complete" ? iframeLoadTimeout : isBlank ? undefined : 0;
    frameLoads.set(iframeEl, { listener, timer: delay === undefined ? undefined : setTimeout(listener, delay) });
  }`,
};

/** Texts and what takes their place. */
export const memoryReplacements = [
  [
    `handlers.push(observe(iframeEl.contentDocument));`,
    `const doc = iframeEl.contentDocument;
        if (!frameHandlers.has(doc)) frameHandlers.set(doc, observe(doc));`,
  ],
  [
    `iframeManager.addLoadListener((iframeEl) => {
      try {`,
    `handlers.push(() => releaseFrames(() => true));
    iframeManager.addLoadListener((iframeEl) => {
      try {`,
  ],
  [
    `    stylesheetManager.reset();
    shadowDomManager.init();`,
    `    releaseFrames((doc) => !doc.defaultView);
    stylesheetManager.reset();
    shadowDomManager.init();`,
  ],
  [
    `    mutationBuffers.forEach((buf) => buf.unlock());
    if (document.adoptedStyleSheets`,
    `    mutationBuffers.forEach((buf) => buf.unlock());
    mirror.idNodeMap.forEach((node, id) => {
      if (!node.isConnected || !(node.nodeType === 9 ? node : node.ownerDocument).defaultView) mirror.idNodeMap.delete(id);
    });
    if (document.adoptedStyleSheets`,
  ],
  [
    `const mirror = createMirror();`,
    `const mirror = createMirror();
/** What stops observing the document of a frame. */
const frameHandlers = new Map();
function releaseFrames(isReleased) {
  frameHandlers.forEach((handler, doc) => {
    if (!isReleased(doc)) return;
    frameHandlers.delete(doc);
    try {
      handler();
    } catch {
      // The frame has no window any more.
    }
  });
}`,
  ],
];
