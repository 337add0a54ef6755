import js from "@eslint/js";
import tseslint from "typescript-eslint";

// A test that sleeps is slow on a fast machine and wrong on a slow one; a test that is switched off
// without a reason is forgotten.
const honestTests = [
  "error",
  {
    selector: "CallExpression[callee.property.name='waitForTimeout']",
    message: "Wait for what the user would see, not for time to pass.",
  },
  {
    selector: "CallExpression[callee.object.name=/^(test|describe|it)$/][callee.property.name='only']",
    message: "This would switch off every other test.",
  },
  {
    selector: "CallExpression[callee.object.property.name='describe'][callee.property.name='only']",
    message: "This would switch off every other test.",
  },
  {
    selector:
      "CallExpression[callee.object.name=/^(test|describe|it)$/][callee.property.name=/^(skip|fixme)$/]:not([arguments.1.type=/Literal$/])",
    message: "Give a reason: test.skip(condition, 'reason').",
  },
];

export default tseslint.config(
  { ignores: ["node_modules/", "test-results/", "playwright-report/"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "no-restricted-syntax": honestTests,
      // node:test returns a promise for every test; its runner is the one who waits for it.
      "@typescript-eslint/no-floating-promises": [
        "error",
        {
          allowForKnownSafeCalls: [
            { from: "package", name: ["test", "it", "describe", "suite"], package: "node:test" },
          ],
        },
      ],
    },
  },
  {
    // Playwright reads from the pattern which fixtures a fixture needs: none.
    files: ["support/lab/test.ts"],
    rules: { "no-empty-pattern": ["error", { allowObjectPatternsAsParameters: true }] },
  },
  {
    files: ["demo/page/**/*.js"],
    languageOptions: {
      globals: Object.fromEntries(
        [
          "window",
          "document",
          "location",
          "WebSocket",
          "fetch",
          "XMLHttpRequest",
          "AbortController",
          "navigator",
          "Audio",
          "setTimeout",
          "setInterval",
          "clearInterval",
          "Blob",
          "TextEncoder",
          "TextDecoder",
          "console",
          "performance",
        ].map((name) => [name, "readonly"]),
      ),
    },
  },
);
