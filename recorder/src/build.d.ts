/** Set by the build: whether this is the whole recorder. The network part alone is told neither that a page is left nor what is under way. */
declare const isWhole: boolean;
