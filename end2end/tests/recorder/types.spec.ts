// What the package gives a TypeScript project: its types, found by its `exports`, and the files that it ships.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "@playwright/test";

const folder = fileURLToPath(new URL("../../../recorder/", import.meta.url));

/** A project that uses everything there is; each line that is expected to be an error has to be one. */
const consumer = `
import { start, type Options, type Recorder, type RequestResponsePair } from "replayscope-recorder";
import { recordNetwork, type NetworkRecorder } from "replayscope-recorder/network";

const options: Options = {
  title: "A session",
  networkRecording: {
    enabled: true,
    recordHeadersAndBody: true,
    disableWebSocketEventRecordings: false,
    networkHeadersToRedact: ["X-Account"],
    networkBodyKeysToRedact: ["pin"],
    urlBlocklist: ["/health"],
    requestResponseSanitizer: (pair: RequestResponsePair) => {
      const verb: string = pair.request.verb;
      const status: number = pair.response.status;
      return pair.urlBlocked || verb === "OPTIONS" || status === 204 ? null : pair;
    },
  },
  disableConsoleRecording: false,
  consoleMethodsToRecord: ["error", "warn"],
  disableDomRecording: false,
  privacySetting: "strict",
  endpoint: "/collect",
  endpointHeaders: { "X-Project": "seven" },
  bodyLimit: 65536,
  sessionLimit: 1e7,
};
const recorder: Recorder = start(options);
const id: string = recorder.sessionId;
const ended: Promise<void>[] = [recorder.stop(), recorder.flush(), recorder.download()];
const archive: Promise<Blob> = recorder.zip();
start();
start({ networkRecording: false });

const network: NetworkRecorder = recordNetwork({ recordHeadersAndBody: true }, (file: string, line?: string) => void [file, line]);
ended.push(network.flush());
network.stop();
void [id, ended, archive];

// @ts-expect-error No such option.
start({ recordEverything: true });
// @ts-expect-error No such setting.
start({ privacySetting: "lax" });
// @ts-expect-error A list, not a word.
start({ networkRecording: { urlBlocklist: "/health" } });
// @ts-expect-error What a sanitizer returns is a pair, or nothing.
start({ networkRecording: { requestResponseSanitizer: () => "nothing" } });
// @ts-expect-error No such method.
start({ consoleMethodsToRecord: ["shout"] });
// @ts-expect-error The id is the recorder's to give.
recorder.sessionId = "mine";
`;

const resolutions: [name: string, options: ts.CompilerOptions][] = [
  ["Node", { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext }],
  ["bundlers", { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler }],
];

for (const [name, resolution] of resolutions) {
  test(`a strict project finds the types as ${name} do, and a wrong option is an error`, () => {
    // The compiler reads all that browsers have.
    test.slow();
    const file = test.info().outputPath("consumer.mts");
    mkdirSync(test.info().outputPath("node_modules"), { recursive: true });
    symlinkSync(folder, test.info().outputPath("node_modules", "replayscope-recorder"), "dir");
    writeFileSync(file, consumer);
    const program = ts.createProgram([file], {
      ...resolution,
      target: ts.ScriptTarget.ES2022,
      lib: ["lib.es2022.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
      types: [],
      strict: true,
      exactOptionalPropertyTypes: true,
      // The package's own declarations are checked too.
      skipLibCheck: false,
      skipDefaultLibCheck: true,
      noEmit: true,
    });
    const errors = ts
      .getPreEmitDiagnostics(program)
      .map(({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`);
    expect(errors).toEqual([]);
    expect(program.getSourceFiles().map(({ fileName }) => fileName)).toContainEqual(
      expect.stringContaining("/dist/types/index.d.ts"),
    );
  });
}

test("what the package names is there, and it ships that and no source", () => {
  const listed = JSON.parse(
    execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }),
  ) as { files: { path: string }[] }[];
  const files = listed[0]?.files.map(({ path }) => path) ?? [];
  const { exports: named, files: shipped } = JSON.parse(readFileSync(`${folder}package.json`, "utf8")) as {
    exports: Record<string, Record<string, string>>;
    files: string[];
  };
  const targets = Object.values(named)
    .flatMap((conditions) => Object.values(conditions))
    .map((path) => path.replace("./", ""));
  for (const path of [...targets, "package.json", "README.md"]) expect(files).toContain(path);
  expect(shipped).toEqual(["dist"]);
  expect(
    files.filter((path) => !/^(dist\/[\w-]+\.js|dist\/types\/.+\.d\.ts|package\.json|README\.md)$/.test(path)),
  ).toEqual([]);
  for (const path of [
    "dist/recorder.js",
    "dist/network.js",
    "dist/replayscope.js",
    "dist/stub.js",
    "dist/types/index.d.ts",
  ])
    expect(targets).toContain(path);
  expect(targets.filter((path) => !existsSync(folder + path))).toEqual([]);
});
