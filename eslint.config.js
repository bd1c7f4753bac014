/** @file What needs types to be seen; everything else is Biome's. */

import tseslint from "typescript-eslint";

export default tseslint.config(
  {
    ignores: [
      "**/dist/**",
      "**/dist-tmp/**",
      "apps/*/build/**",
      "**/node_modules/**",
      "**/generated/**",
      "**/*.{js,mjs}",
      "**/*.config.ts",
    ],
  },
  {
    files: ["**/*.ts", "**/*.tsx"],
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
      // Numbers in messages are what most of our templates hold.
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      // `() => emit(…)` as a callback is clearer than a block around one call.
      "@typescript-eslint/no-confusing-void-expression": "off",
      // A name that begins with `_` says: here only to be left out of a rest, or held by `using`.
      "@typescript-eslint/no-unused-vars": ["error", { varsIgnorePattern: "^_" }],
      // A `default` is an answer for all other members, as where most of them are refused alike.
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "no-restricted-syntax": [
        "error",
        {
          selector:
            "NewExpression[callee.name='AtelierError'] > TemplateLiteral[expressions.length>0]",
          message:
            "Write said`…`: the template and what stands in it are kept for other languages.",
        },
      ],
      // Interfaces say what is async; an implementation may have nothing to wait for.
      "@typescript-eslint/require-await": "off",
    },
  },
  {
    // Lists of public names: long, and nothing in them to understand.
    files: ["packages/*/src/index.ts"],
    rules: { "max-lines": "off" },
  },
  {
    files: ["**/*.test.ts", "packages/*/src/testing/**/*.ts"],
    rules: {
      "max-lines": ["error", { max: 600 }],
      "no-restricted-syntax": "off",
      // Vitest types its matchers inside values (`expect.stringMatching`) as `any`. Reading from
      // an `any`, calling it and passing it on stay errors.
      "@typescript-eslint/no-unsafe-assignment": "off",
    },
  },
);
