// The package in a TypeScript project: its types, resolved through its `exports`.
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "@playwright/test";

const folder = fileURLToPath(new URL("../../../recorder/", import.meta.url));

/** Uses the entire public API; lines marked `@ts-expect-error` must be errors. */
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
// @ts-expect-error Must be an array, not a string.
start({ networkRecording: { urlBlocklist: "/health" } });
// @ts-expect-error A sanitizer returns a pair or null.
start({ networkRecording: { requestResponseSanitizer: () => "nothing" } });
// @ts-expect-error No such method.
start({ consoleMethodsToRecord: ["shout"] });
// @ts-expect-error The id is read-only.
recorder.sessionId = "mine";
`;

const resolutions: [name: string, options: ts.CompilerOptions][] = [
  ["Node", { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext }],
  ["bundlers", { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler }],
];

for (const [name, resolution] of resolutions) {
  test(`types resolve in a strict project as ${name} resolve them, and a wrong option is an error`, () => {
    // The compiler reads the DOM library.
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
      // Also check the package's own declarations.
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
