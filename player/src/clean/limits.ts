// Limits of what is replayed. They apply to the state of the page at a time, not to a single event,
// and are several times what the largest real pages need. The times are those of one layout in
// Chromium at the limit, on a slow machine.

/** Nodes of a page and its frames: 1.5 s. */
export const MAX_NODES = 100_000;

/** Characters in one text, comment or form field. */
export const MAX_TEXT = 500_000;

/** Characters in all of them: 2 s in a column of one word. */
export const MAX_TEXT_TOTAL = 3_000_000;

/** Changes of writing direction in one text; the time of a layout is quadratic in them. */
export const MAX_TURNS = 8_000;

/** Changes of writing direction in all texts: 2 s where they are in one paragraph. */
export const MAX_TURNS_TOTAL = 30_000;

/** Attributes of one element. */
export const MAX_ATTRIBUTES = 500;

/** Characters in the name of an attribute or a style property. */
export const MAX_NAME = 256;

/** Characters in the value of an attribute that is not a `data:` URL. */
export const MAX_VALUE = 1_000_000;

/** Characters in a `data:` URL. */
export const MAX_DATA_URL = 16_000_000;

/** Characters in the attributes of all elements. */
export const MAX_ATTRIBUTES_TOTAL = 64_000_000;

/** Frames: 13 ms and 0.3 MB each. */
export const MAX_FRAMES = 100;

/** Columns and rows that one table cell may span, and grid positions that all cells may cover. */
export const MAX_COLSPAN = 256;
export const MAX_ROWSPAN = 2_000;
export const MAX_SPANNED_TOTAL = 2_000_000;

/** Pixels along one side of a canvas, and in all canvases: 4 bytes each. */
export const MAX_CANVAS_SIDE = 8_192;
export const MAX_CANVAS_TOTAL = 100_000_000;

/** Pixels of an image in a `data:` URL, as its header declares them. */
export const MAX_IMAGE_PIXELS = 100_000_000;

/** Elements that are drawn by reference, as by SVG `use`, a mask or a marker: 2 s. */
export const MAX_REFERENCED = 50_000;

/** References that lead from one to the next. */
export const MAX_REFERENCE_DEPTH = 600;

/** Style rules that name an element to be drawn. */
export const MAX_REFERRING_RULES = 5_000;

/** Characters of an SVG image in a `data:` URL. */
export const MAX_SVG_IMAGE = 2_000_000;

/** Characters in one style sheet, and in all of them. */
export const MAX_SHEET = 8_000_000;
export const MAX_SHEETS_TOTAL = 32_000_000;

/** Rules in all style sheets, those within rules counted too. */
export const MAX_RULES = 100_000;

/** Rules that are inserted one by one; the time for each is linear in the existing ones. */
export const MAX_INSERTED_RULES = 40_000;

/** Length of a sheet times the marks that split it among text nodes, each of which is searched for. */
export const MAX_SPLIT_SEARCH = 200_000_000;

/** Brackets of any kind within each other in a style sheet or a style attribute. */
export const MAX_NESTING = 32;

/** Characters of one declaration without its strings and URLs, and bracketed groups in it. */
export const MAX_DECLARATION = 64_000;
export const MAX_GROUPS = 4_000;

/** Selectors of one rule. */
export const MAX_SELECTORS = 5_000;

/** Comparisons of an element with a selector that the page takes: 2 s. */
export const MAX_COMPARISONS = 50_000_000;

/** Comparisons of an element with the siblings before it, for `~`: 2 s. */
export const MAX_SIBLING_COMPARISONS = 200_000_000;

/** Fonts that were loaded by script, and characters of each and of all. */
export const MAX_FONTS = 300;
export const MAX_FONT = 16_000_000;
export const MAX_FONTS_TOTAL = 64_000_000;

/** Entries in a list of an event that is not a list of nodes: positions, ranges, rules, sheets. */
export const MAX_ENTRIES = 20_000;
