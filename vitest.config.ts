/** @file How tests run: against the sources, each file in a process of its own. */

import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Tests run against the sources, so that a red test never depends on a stale build. */
export default defineConfig({
  resolve: {
    alias: {
      "@atelier/engine/node": source("packages/engine/src/adapters/node.ts"),
      "@atelier/engine": source("packages/engine/src/index.ts"),
      "@atelier/base/node": source("packages/base/src/node.ts"),
      "@atelier/base": source("packages/base/src/index.ts"),
      "@atelier/diffusion/node": source("packages/diffusion/src/adapters/node.ts"),
      "@atelier/diffusion": source("packages/diffusion/src/index.ts"),
    },
  },
  test: {
    include: ["{packages,apps}/*/src/**/*.test.ts", "test/**/*.test.ts"],
    exclude: ["**/*.slow.test.ts", "**/node_modules/**", "**/dist/**"],
    pool: "forks",
    testTimeout: 30_000,
  },
});
