/** @file How the fast tests run (`npm run test:fast`): in threads that share their modules. */

import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { trailsToSlow } from "./test/fast-tier/select-fast-tests.js";
import base, { aliases } from "./vitest.config.js";

const root = fileURLToPath(new URL(".", import.meta.url));
const trails = trailsToSlow({ root, aliases });

export default defineConfig({
  resolve: {
    alias: { ...aliases, "onnxruntime-node": `${root}test/fast-tier/no-runtime.ts` },
  },
  test: {
    ...base.test,
    include: [...trails].filter(([, trail]) => trail === undefined).map(([file]) => file),
    setupFiles: [`${root}test/fast-tier/fence.ts`],
    pool: "threads",
    isolate: false,
  },
});
