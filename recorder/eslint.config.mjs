import js from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config({ ignores: ["node_modules/", "dist/"] }, js.configs.recommended, {
  files: ["**/*.ts"],
  extends: [tseslint.configs.recommendedTypeChecked],
  languageOptions: { parserOptions: { projectService: true } },
  // The browser's functions are taken off their objects to be called with whatever object a page
  // calls ours with.
  rules: { "@typescript-eslint/unbound-method": "off" },
});
