// A TrueType font with the few letters that pages of the demo and of tests need, so that the
// repository has no binary files. Each letter is a list of lines, drawn with a broad pen.

/** Lines per letter, as x, y, x, y, …; a capital is 700 units high, the em square 1000. */
const letters: Record<string, number[][]> = {
  " ": [],
  L: [[0, 700, 0, 0, 360, 0]],
  M: [[0, 0, 0, 700, 240, 300, 480, 700, 480, 0]],
  S: [[380, 620, 300, 700, 80, 700, 0, 620, 0, 440, 80, 360, 300, 360, 380, 280, 380, 80, 300, 0, 80, 0, 0, 80]],
  a: [
    [320, 500, 320, 0],
    [320, 420, 240, 500, 80, 500, 0, 420, 0, 80, 80, 0, 240, 0, 320, 80],
  ],
  e: [[0, 260, 340, 260, 340, 420, 260, 500, 80, 500, 0, 420, 0, 80, 80, 0, 310, 0]],
  k: [
    [0, 0, 0, 700],
    [290, 500, 0, 220],
    [100, 310, 320, 0],
  ],
  n: [
    [0, 0, 0, 500],
    [0, 400, 100, 500, 220, 500, 300, 420, 300, 0],
  ],
  r: [
    [0, 0, 0, 500],
    [0, 400, 100, 500, 220, 500],
  ],
  t: [
    [110, 680, 110, 80, 190, 0, 260, 0],
    [0, 500, 250, 500],
  ],
};

const pen = 90;
const bearing = 70;
const unitsPerEm = 1000;
const [ascent, descent] = [800, -200];

type Point = [x: number, y: number];

/** The outline of the segment from one point to the next, longer by half a pen at both ends. */
function strokeOf([x1, y1]: Point, [x2, y2]: Point): Point[] {
  const length = Math.hypot(x2 - x1, y2 - y1);
  const [dx, dy] = [(((x2 - x1) / length) * pen) / 2, (((y2 - y1) / length) * pen) / 2];
  return [
    [x1 - dx - dy, y1 - dy + dx],
    [x2 + dx - dy, y2 + dy + dx],
    [x2 + dx + dy, y2 + dy - dx],
    [x1 - dx + dy, y1 - dy - dx],
  ];
}

function outlinesOf(lines: number[][]): Point[][] {
  return lines.flatMap((line) => {
    const points = Array.from({ length: line.length / 2 }, (_, index): Point => [
      (line[2 * index] ?? 0) + bearing,
      line[2 * index + 1] ?? 0,
    ]);
    return points.slice(1).map((point, index) => strokeOf(points[index] ?? point, point));
  });
}

const int16 = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(2 * values.length);
  values.forEach((value, index) => bytes.writeUInt16BE(Math.round(value) & 0xffff, 2 * index));
  return bytes;
};
const int32 = (...values: number[]): Buffer => int16(...values.flatMap((value) => [value >>> 16, value]));
const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);

/** Outlines have corners only: all points are on the curve, all coordinates relative and two bytes long. */
function glyphOf(outlines: Point[][]): Buffer {
  if (outlines.length === 0) return Buffer.alloc(0);
  const points = outlines.flat().map(([x, y]): Point => [Math.round(x), Math.round(y)]);
  const differences = (axis: 0 | 1): number[] =>
    points.map((point, index) => point[axis] - (points[index - 1]?.[axis] ?? 0));
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  return padded(
    Buffer.concat([
      int16(outlines.length, Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)),
      int16(...outlines.map((_, index) => 4 * index + 3), 0),
      Buffer.alloc(points.length, 1),
      int16(...differences(0), ...differences(1)),
    ]),
  );
}

/** Maps each letter to its glyph: a segment per letter, and the last one that the format demands. */
function charactersOf(codes: number[]): Buffer {
  const count = codes.length + 1;
  const search = 2 ** Math.floor(Math.log2(count));
  const deltas = codes.map((code, index) => index + 1 - code);
  const segments = Buffer.concat([
    int16(...codes, 0xffff, 0),
    int16(...codes, 0xffff),
    int16(...deltas, 1),
    Buffer.alloc(2 * count),
  ]);
  const header = int16(4, 14 + segments.length, 0, 2 * count, 2 * search, Math.log2(search), 2 * (count - search));
  return Buffer.concat([int16(0, 1, 3, 1), int32(12), header, segments]);
}

function names(family: string): Buffer {
  const texts: [id: number, text: string][] = [
    [1, family],
    [2, "Regular"],
    [3, family],
    [4, family],
    [6, family],
  ];
  const encoded = texts.map(([, text]) => int16(...Array.from(text, (letter) => letter.charCodeAt(0))));
  let offset = 0;
  const records = texts.map(([id], index) => {
    const { length } = encoded[index] ?? Buffer.alloc(0);
    offset += length;
    return int16(3, 1, 0x409, id, length, offset - length);
  });
  return Buffer.concat([int16(0, texts.length, 6 + 12 * texts.length), ...records, ...encoded]);
}

/** The bytes of the font. */
export function strokeFont(family: string): Buffer {
  const characters = Object.keys(letters).sort();
  const shapes = [[], ...characters.map((letter) => outlinesOf(letters[letter] ?? []))];
  const glyphs = shapes.map(glyphOf);
  const widths = shapes.map((outlines) => Math.max(300, ...outlines.flat().map(([x]) => x)) + bearing - pen / 2);
  const offsets = glyphs.reduce<number[]>((sums, { length }) => [...sums, (sums.at(-1) ?? 0) + length], [0]);
  const contours = Math.max(...shapes.map(({ length }) => length));
  const maxWidth = Math.max(...widths);
  const codes = characters.map((letter) => letter.charCodeAt(0));
  const os2 = Buffer.concat([
    int16(4, maxWidth / 2, 400, 5, 0, 650, 600, 0, 75, 650, 600, 0, 350, pen, 250, 0),
    Buffer.alloc(10 + 16 + 4),
    int16(0x40, Math.min(...codes), Math.max(...codes), ascent, descent, 0, ascent, -descent),
    Buffer.alloc(8),
    int16(500, 700, 0, 32, 1),
  ]);
  const tables: Record<string, Buffer> = {
    "OS/2": os2,
    cmap: charactersOf(codes),
    glyf: Buffer.concat(glyphs),
    head: Buffer.concat([
      int32(0x10000, 0x10000, 0, 0x5f0f3cf5),
      int16(3, unitsPerEm),
      Buffer.alloc(16),
      int16(0, descent, maxWidth, ascent, 0, 8, 2, 1, 0),
    ]),
    hhea: Buffer.concat([
      int32(0x10000),
      int16(ascent, descent, 0, maxWidth, 0, 0, maxWidth, 1, 0, 0, 0, 0, 0, 0, 0, glyphs.length),
    ]),
    hmtx: Buffer.concat(
      shapes.map((outlines, index) => int16(widths[index] ?? 0, Math.min(bearing, ...outlines.flat().map(([x]) => x)))),
    ),
    loca: int32(...offsets),
    maxp: Buffer.concat([
      int32(0x10000),
      int16(glyphs.length, 4 * contours, contours, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
    ]),
    name: names(family),
    post: Buffer.concat([int32(0x30000, 0), int16(-100, pen), int32(0, 0, 0, 0, 0)]),
  };
  return withDirectory(tables);
}

function withDirectory(tables: Record<string, Buffer>): Buffer {
  const entries = Object.entries(tables);
  const count = entries.length;
  const search = 2 ** Math.floor(Math.log2(count));
  let offset = 12 + 16 * count;
  const directory = entries.map(([tag, bytes]) => {
    const position = offset;
    offset += padded(bytes).length;
    return Buffer.concat([Buffer.from(tag), int32(checksum(bytes), position, bytes.length)]);
  });
  const header = Buffer.concat([int32(0x10000), int16(count, 16 * search, Math.log2(search), 16 * (count - search))]);
  const font = Buffer.concat([header, ...directory, ...entries.map(([, bytes]) => padded(bytes))]);
  const head = font.indexOf("head");
  font.writeUInt32BE((0xb1b0afba - checksum(font)) >>> 0, font.readUInt32BE(head + 8) + 8);
  return font;
}

function checksum(bytes: Buffer): number {
  const words = padded(bytes);
  let sum = 0;
  for (let at = 0; at < words.length; at += 4) sum = (sum + words.readUInt32BE(at)) >>> 0;
  return sum;
}
