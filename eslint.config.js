/** @file What needs types to be seen; everything else is Biome's. */

import tseslint from "typescript-eslint";

export default tseslint.config(
  {
    ignores: [
      "**/dist/**",
      "**/dist-tmp/**",
      "**/node_modules/**",
      "**/generated/**",
      "**/*.{js,mjs}",
      "*.config.ts",
    ],
  },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        project: [
          "packages/*/tsconfig.json",
          "apps/*/tsconfig.json",
          "bench/tsconfig.json",
          "test/tsconfig.json",
        ],
      },
    },
    rules: {
      "max-lines": ["error", { max: 400, skipBlankLines: true, skipComments: true }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      // Numbers in messages are what most of our templates hold.
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      // `() => emit(…)` as a callback is clearer than a block around one call.
      "@typescript-eslint/no-confusing-void-expression": "off",
      // Interfaces say what is async; an implementation may have nothing to wait for.
      "@typescript-eslint/require-await": "off",
    },
  },
  { files: ["**/*.test.ts"], rules: { "max-lines": ["error", { max: 600 }] } },
);
