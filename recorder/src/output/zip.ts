// Writes a zip archive of small files, deflated where the browser supports `CompressionStream`.

export interface Member {
  name: string;
  content: Blob;
}

interface Packed {
  method: number;
  content: Blob;
}

export async function zip(members: readonly Member[]): Promise<Blob> {
  const bodies: BlobPart[] = [];
  const directory: BlobPart[] = [];
  let offset = 0;
  let directorySize = 0;
  for (const { name, content } of members) {
    const nameBytes = new TextEncoder().encode(name);
    const packed = await pack(content);
    const shared = fields([
      [20, 2],
      [0x0800, 2], // the name is UTF-8
      [packed.method, 2],
      [0, 2],
      [0x21, 2], // 1 January 1980, the earliest date of the format
      [crc32(new Uint8Array(await content.arrayBuffer())), 4],
      [packed.content.size, 4],
      [content.size, 4],
      [nameBytes.length, 2],
      [0, 2],
    ]);
    const location = fields([
      [0, 2],
      [0, 2],
      [0, 2],
      [0, 4],
      [offset, 4],
    ]);
    bodies.push(fields([[0x04034b50, 4]]), shared, nameBytes, packed.content);
    directory.push(
      fields([
        [0x02014b50, 4],
        [20, 2],
      ]),
      shared,
      location,
      nameBytes,
    );
    offset += 30 + nameBytes.length + packed.content.size;
    directorySize += 46 + nameBytes.length;
  }
  const { length } = members;
  const end = fields([
    [0x06054b50, 4],
    [0, 4],
    [length, 2],
    [length, 2],
    [directorySize, 4],
    [offset, 4],
    [0, 2],
  ]);
  return new Blob([...bodies, ...directory, end], { type: "application/zip" });
}

async function pack(content: Blob): Promise<Packed> {
  if (typeof CompressionStream === "undefined") return { method: 0, content };
  const deflated = content.stream().pipeThrough(new CompressionStream("deflate-raw"));
  return { method: 8, content: await new Response(deflated).blob() };
}

/** Encodes numbers of the given sizes in bytes, little-endian. */
function fields(numbers: readonly (readonly [value: number, bytes: number])[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(
    numbers.flatMap(([value, bytes]) => Array.from({ length: bytes }, (_, index) => value >>> (8 * index))),
  );
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit += 1) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0);
  return remainder;
});

function crc32(bytes: Uint8Array): number {
  let remainder = -1;
  for (const byte of bytes) remainder = (remainder >>> 8) ^ (crcTable[(remainder ^ byte) & 0xff] ?? 0);
  return ~remainder >>> 0;
}
