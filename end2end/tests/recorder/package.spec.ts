// The npm package: size limits, completeness of what is packed, and its entry points.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { codeSibling, credentialName, parameters, schemeToken } from "../../../recorder/src/privacy/patterns.ts";
import { name, version } from "../../../recorder/src/version.ts";
import { expect, test } from "../../support/lab/test.ts";

const folder = new URL("../../../recorder/", import.meta.url);
const read = (path: string): Buffer => readFileSync(new URL(path, folder));
const built = (name: string): Buffer => read(`dist/${name}`);

interface PackageManifest {
  name: string;
  version: string;
  description: string;
  keywords: string[];
  license: string;
  author: string;
  main: string;
  types: string;
  unpkg: string;
  jsdelivr: string;
  exports: Record<string, string | Record<string, string>>;
  files: string[];
  scripts: Record<string, string>;
  [field: string]: unknown;
}

const manifest = JSON.parse(read("package.json").toString()) as PackageManifest;

/** Paths of the files that `npm pack` includes. The build is skipped: other tests read `dist/` meanwhile. */
function packedFiles(): string[] {
  const output = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: fileURLToPath(folder),
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [packed] = JSON.parse(output) as { files: { path: string }[] }[];
  return packed?.files.map(({ path }) => path) ?? [];
}

test("the package contains the build, its types, its licenses and nothing else", () => {
  const files = packedFiles();
  const other = files.filter((path) => !/^dist\/(?:[\w-]+\.js|types\/.+\.d\.ts)$/.test(path));
  expect(other.sort()).toEqual(["LICENSE-APACHE", "LICENSE-MIT", "README.md", "THIRD-PARTY-LICENSES", "package.json"]);
  const entryPoints = Object.values(manifest.exports)
    .flatMap((target) => (typeof target === "string" ? [target] : Object.values(target)))
    .concat(manifest.main, manifest.types, manifest.unpkg, manifest.jsdelivr)
    .map((path) => path.replace("./", ""));
  for (const path of [
    "recorder.js",
    "network.js",
    "replayscope.js",
    "stub.js",
    "types/index.d.ts",
    "types/network.d.ts",
  ])
    expect(entryPoints).toContain(`dist/${path}`);
  expect(entryPoints.filter((path) => !files.includes(path))).toEqual([]);
});

test("the README links to no file outside the package", () => {
  const links = [
    ...read("README.md")
      .toString()
      .matchAll(/\]\(([^)#\s]+)/g),
  ].map(([, target = ""]) => target);
  const files = packedFiles();
  expect(links.filter((target) => !target.startsWith("https://") && !files.includes(target))).toEqual([]);
});

test("the packed licenses are those of the repository, and the bundled packages are named with their versions", () => {
  for (const license of ["LICENSE-APACHE", "LICENSE-MIT"]) expect(read(license)).toEqual(read(`../${license}`));
  const { devDependencies } = manifest as unknown as { devDependencies: Record<string, string> };
  expect(read("THIRD-PARTY-LICENSES").toString()).toContain(`@rrweb/record ${devDependencies["@rrweb/record"]},`);
});

test("the manifest is complete, and packing builds first", () => {
  expect(manifest).toMatchObject({
    name,
    version,
    description: expect.stringContaining("Replayscope"),
    license: "MIT OR Apache-2.0",
    author: expect.stringMatching(/\S/),
    type: "module",
    engines: { node: expect.stringMatching(/^>=/) },
  });
  expect(manifest.keywords.length).toBeGreaterThan(0);
  expect(manifest.scripts["prepack"]).toBe("npm run build");
  // Nothing is needed at run time, and the package may be published.
  for (const field of ["dependencies", "private", "repository"]) expect(manifest).not.toHaveProperty(field);
});

test("the network part is at most 8,000 bytes gzip, the inline stub under 1 kB", () => {
  expect(gzipSync(built("network.js"), { level: 9 }).length).toBeLessThanOrEqual(8000);
  expect(built("stub.js").length).toBeLessThan(1000);
});

test("the build bundles the credential patterns that the source evaluates to", () => {
  for (const name of ["network.js", "recorder.js"]) {
    for (const pattern of [credentialName, codeSibling, schemeToken, ...parameters])
      expect(built(name).toString(), name).toContain(String(pattern));
  }
});

test("internal properties are shortened in the network part", () => {
  expect(built("recorder.js").toString()).toMatch(/\.\w*[a-z]_\b/);
  expect(built("network.js").toString()).not.toMatch(/\.\w*[a-z]_\b/);
});

test("no built file imports another", () => {
  for (const name of ["recorder.js", "network.js", "replayscope.js", "stub.js"]) {
    const imports = /(?:^|[;}\n])import\s*["'{*\w(]|\brequire\(/.test(built(name).toString());
    expect(imports, name).toBe(false);
  }
});

test("the module exports the same recorder as the script", async ({ page, lab }) => {
  await page.goto(lab.page("<!doctype html><title>Module</title><link rel=icon href=data:,>"));
  const ids = await page.evaluate(async () => {
    const { start } = (await import(`${location.origin}/recorder/recorder.js`)) as {
      start: () => { sessionId: string; stop: () => Promise<void> };
    };
    const recorder = start();
    await recorder.stop();
    return recorder.sessionId;
  });
  expect(ids).toMatch(/^[A-Za-z0-9._-]{1,128}$/);
});

test("the network part passes each line with the path of its file", async ({ page, lab }) => {
  await page.goto(lab.page("<!doctype html><title>Network</title><link rel=icon href=data:,>"));
  const lines = await page.evaluate(async () => {
    interface NetworkPart {
      recordNetwork: (
        options: object,
        write: (file: string, line?: string) => void,
      ) => { flush: () => Promise<void>; stop: () => void };
    }
    const { recordNetwork } = (await import(`${location.origin}/recorder/network.js`)) as NetworkPart;
    const lines: [string, string | undefined][] = [];
    const recorder = recordNetwork({ recordHeadersAndBody: true, networkBodyKeysToRedact: ["pin"] }, (file, line) =>
      lines.push([file, line]),
    );
    const socket = new WebSocket("/echo");
    await new Promise((resolve) => (socket.onopen = resolve));
    socket.send('{"pin":"1234"}');
    socket.send(new Blob(["blob"]));
    let count = 0;
    await new Promise((resolve) => (socket.onmessage = () => (count += 1) === 2 && resolve(0)));
    await (
      await fetch("/api/echo", { method: "POST", body: "pin=1234", headers: { Authorization: "Basic 1234" } })
    ).text();
    await recorder.flush();
    recorder.stop();
    return lines;
  });
  const of = (file: string): object[] =>
    lines.flatMap(([path, line]) => (path === file && line !== undefined ? [JSON.parse(line) as object] : []));
  expect(of("sockets/page-1-socket-1.jsonl")).toMatchObject([
    { type: "sent", message: '{"pin":"[REDACTED]"}' },
    { type: "sent", message: "YmxvYg==" },
    { type: "received", message: '{"pin":"[REDACTED]"}' },
    { type: "received", message: "YmxvYg==" },
  ]);
  expect(of("resources.jsonl").find((line) => "initiatorType" in line && line.initiatorType === "fetch")).toMatchObject(
    {
      requestResponsePairs: {
        request: { body: "pin=[REDACTED]", headers: { authorization: "[REDACTED]" } },
        response: { status: 200 },
      },
    },
  );
});
