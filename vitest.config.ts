/** @file How tests run: against the sources, each file in a process of its own. */

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { sharedFilesReporter, sharedTag } from "./test/shared-files/shared-files-reporter.js";

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const { exports: entries } = JSON.parse(
  readFileSync(source("packages/diffusion/package.json"), "utf8"),
) as { exports: Record<string, { default: string }> }; // As npm reads it.

/** The entry points of packages/diffusion: `@atelier/diffusion/train` and so on. */
const diffusion = Object.entries(entries).map(([name, { default: built }]) => [
  `@atelier/diffusion${name.slice(1)}`,
  source(`packages/diffusion/${built.replace("dist", "src").replace(/js$/, "ts")}`),
]);

/** The sources of each package that tests import, longest names first. */
export const aliases: Record<string, string> = {
  "@atelier/engine/node": source("packages/engine/src/adapters/node.ts"),
  "@atelier/engine/web": source("packages/engine/src/adapters/web.ts"),
  "@atelier/engine/preload": source("packages/engine/src/adapters/preload.ts"),
  "@atelier/engine/training-environment": source(
    "packages/engine/src/adapters/training-environment.ts",
  ),
  "@atelier/engine": source("packages/engine/src/index.ts"),
  "@atelier/base/embedded": source("packages/base/src/embedded/index.ts"),
  "@atelier/base/node": source("packages/base/src/node.ts"),
  "@atelier/base": source("packages/base/src/index.ts"),
  "@atelier/server/api": source("apps/server/src/api/index.ts"),
  "@atelier/server/korean": source("apps/server/src/korean/index.ts"),
  "@atelier/server": source("apps/server/src/index.ts"),
  ...Object.fromEntries(diffusion),
};

/** Tests run against the sources, so that a red test never depends on a stale build. */
export default defineConfig({
  resolve: { alias: aliases },
  test: {
    include: ["{packages,apps}/*/src/**/*.test.ts", "test/**/*.test.ts"],
    exclude: ["**/*.slow.test.ts", "**/node_modules/**", "**/dist/**"],
    pool: "forks",
    // Programs that tests start say what tests expect, whatever the machine's language is.
    env: { ATELIER_LANG: "en" },
    // Vitest leaves one core free, and these tests wait for processes for half of their time.
    maxWorkers: "100%",
    // Beside programs that use all cores a test takes many times as long as alone; no test has a limit of its own.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    tags: [
      {
        name: sharedTag,
        description:
          "Reads ../shared, which lies beside the repository; skipped where it is absent.",
        skip: !existsSync(source("../shared/fixtures")),
      },
    ],
    reporters: ["default", sharedFilesReporter()],
  },
});
