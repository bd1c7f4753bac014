/** @file How the slow tests run: those that take minutes or gigabytes. */

import { defineConfig, mergeConfig } from "vitest/config";
import base from "./vitest.config.js";

/** Tests that take minutes or gigabytes: `npm run test:slow`. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: [], exclude: [] } },
  defineConfig({
    test: {
      include: ["{packages,apps}/*/src/**/*.slow.test.ts", "test/**/*.slow.test.ts"],
      exclude: ["**/node_modules/**", "**/dist/**"],
      fileParallelism: false,
    },
  }),
);
