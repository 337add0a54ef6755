// Generated assets of the page, so that the repository has no binary files: images, a sound and a
// font.
import { strokeFont } from "../../support/stroke-font.ts";

export interface Asset {
  type: string;
  bytes: Buffer;
}

const produce: Record<string, { hue: number; round: number }> = {
  apple: { hue: 8, round: 50 },
  fennel: { hue: 110, round: 30 },
  fig: { hue: 290, round: 44 },
  leek: { hue: 130, round: 18 },
  quince: { hue: 48, round: 46 },
  squash: { hue: 28, round: 38 },
};

export function findAsset(path: string): Asset | undefined {
  if (path === "/images/logo.svg") return svg(logo);
  if (path === "/media/bell.wav") return { type: "audio/wav", bytes: bell() };
  if (path === "/fonts/lantern.ttf") return { type: "font/ttf", bytes: strokeFont("Lantern") };
  const name = /^\/images\/([a-z]+)\.svg$/.exec(path)?.[1];
  const shape = name === undefined ? undefined : produce[name];
  return shape === undefined ? undefined : svg(produceImage(shape.hue, shape.round));
}

const svg = (text: string): Asset => ({ type: "image/svg+xml", bytes: Buffer.from(text) });

const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="M10 8h12l3 8-3 10H10L7 16z" fill="#f4a72c"/>
<path d="M12 4h8v4h-8zM12 26h8v2h-8z" fill="#5b3a1e"/></svg>`;

function produceImage(hue: number, round: number): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect x="10" y="14" width="44" height="42" rx="${round / 2}"
fill="hsl(${hue} 62% 52%)"/><rect x="16" y="18" width="12" height="22" rx="6" fill="#fff" opacity=".25"/>
<path d="M32 16c0-8 6-12 12-12-1 8-5 12-12 12z" fill="hsl(128 45% 36%)"/></svg>`;
}

/** A third of a second of a fading tone: 8,000 samples a second, 8 bits, one channel. */
function bell(): Buffer {
  const rate = 8000;
  const count = Math.floor(rate / 3);
  const samples = Buffer.from(
    Array.from(
      { length: count },
      (_, index) => 128 + Math.round(100 * Math.sin((index * 880 * 2 * Math.PI) / rate) * (1 - index / count)),
    ),
  );
  const header = Buffer.alloc(44);
  header.write("RIFF", 0);
  header.writeUInt32LE(36 + count, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write("data", 36);
  header.writeUInt32LE(count, 40);
  return Buffer.concat([header, samples]);
}
