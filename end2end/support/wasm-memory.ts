// The memory of the app's WebAssembly module: how much it takes, and a bound to it, so that tests
// can use it up.
import type { Page } from "@playwright/test";

/** Notes the memory of the app's module in the page. To be called before the page is opened. */
export async function watchWasmMemory(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const instantiate = WebAssembly.instantiateStreaming.bind(WebAssembly);
    WebAssembly.instantiateStreaming = async (source, imports) => {
      const result = await instantiate(source, imports);
      const { memory } = result.instance.exports;
      if (memory instanceof WebAssembly.Memory)
        (window as unknown as { wasmMemory?: WebAssembly.Memory }).wasmMemory ??= memory;
      return result;
    };
  });
}

/** Megabytes of the app's module and of the page's JavaScript. */
export async function memoryOf(page: Page): Promise<number> {
  const bytes = await page.evaluate(() => {
    const { wasmMemory } = window as unknown as { wasmMemory?: WebAssembly.Memory };
    const { memory } = performance as unknown as { memory: { usedJSHeapSize: number } };
    return (wasmMemory?.buffer.byteLength ?? Number.NaN) + memory.usedJSHeapSize;
  });
  return bytes / (1 << 20);
}

const PAGE_BYTES = 64 << 10;
const MEMORY_SECTION = 5;

/** The module with a memory that grows to that many megabytes and no further. */
export function withMemoryLimit(module: Uint8Array, megabytes: number): Buffer {
  let at = 8;
  while (at < module.length) {
    const start = at;
    const id = module[at];
    const [size, content] = leb128(module, at + 1);
    if (id === MEMORY_SECTION) {
      const [initial] = leb128(module, content + 2);
      const limits = [1, 1, ...leb128Bytes(initial), ...leb128Bytes((megabytes << 20) / PAGE_BYTES)];
      const section = Buffer.from([MEMORY_SECTION, ...leb128Bytes(limits.length), ...limits]);
      return Buffer.concat([module.subarray(0, start), section, module.subarray(content + size)]);
    }
    at = content + size;
  }
  throw new Error("the module has no memory");
}

/** A number, and where what follows it begins. */
function leb128(bytes: Uint8Array, at: number): [value: number, end: number] {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++] ?? 0;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return [value, at];
  }
}

function leb128Bytes(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb128Bytes(value >>> 7)];
}
