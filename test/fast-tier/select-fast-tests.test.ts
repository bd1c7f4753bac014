/** @file The rule of the fast tier: on a small tree of files, and on this repository. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { aliases } from "../../vitest.config.js";
import { trailsToSlow } from "./select-fast-tests.js";

describe("trailsToSlow", () => {
  const root = mkdtempSync(join(tmpdir(), "atelier-fast-"));
  afterAll(() => rmSync(root, { recursive: true }));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  write(
    "packages/a/node.ts",
    'export { files } from "./files.js";\nexport { run } from "./run.js";',
  );
  write("packages/a/files.ts", 'import { readFileSync } from "node:fs";');
  write("packages/a/run.ts", 'import { InferenceSession } from "onnxruntime-node";');
  write("packages/a/native.ts", 'export const native = () => require("koffi");');
  write("packages/a/late.ts", 'export const late = () => import("./run.js");');
  const tests: Record<string, readonly [text: string, reason: string | undefined]> = {
    files: ['import { files } from "@a/node";', undefined],
    run: ['import {\n  files,\n  run as start,\n} from "@a/node";', "onnxruntime-node"],
    all: ['import * as a from "@a/node";', "onnxruntime-node"],
    late: ['import { late } from "./late.js";', "onnxruntime-node"],
    native: ['import { native } from "./native.js";', "koffi"],
    computed: ["const a = await import(path);", "import() of a computed path"],
    process: ['import { spawn } from "node:child_process";', "node:child_process"],
    server: ['import http from "node:http";', "node:http"],
    types: ['import type { run } from "@a/node";\nimport { type run } from "./run.js";', undefined],
    comment: ['/* import { run } from "./run.js"; */', undefined],
  };
  for (const [name, [text]] of Object.entries(tests)) write(`packages/a/${name}.test.ts`, text);
  write("packages/a/hours.slow.test.ts", "");

  const trails = trailsToSlow({ root, aliases: { "@a/node": join(root, "packages/a/node.ts") } });

  it.each(Object.entries(tests))("decides by what a test imports: %s", (name, [, reason]) => {
    expect(trails.has(`packages/a/${name}.test.ts`)).toBe(true);
    expect(trails.get(`packages/a/${name}.test.ts`)?.at(-1)).toBe(reason);
  });

  it("tells the way to what is slow, and leaves the slow tests to their own tier", () => {
    expect(trails.get("packages/a/run.test.ts")).toEqual([
      ...["packages/a/run.test.ts", "packages/a/node.ts", "packages/a/run.ts"],
      "onnxruntime-node",
    ]);
    expect(trails.size).toBe(Object.keys(tests).length);
  });
});

describe("the fast tier of this repository", () => {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const trails = trailsToSlow({ root, aliases });

  it.each([
    ["packages/engine/src/autodiff/gradient-rules.test.ts", undefined],
    ["packages/diffusion/src/tokenizer/clip-tokenizer.test.ts", undefined],
    ["packages/engine/src/adapters/ort/graph-folders.test.ts", "node:child_process"],
    ["packages/engine/src/adapters/ort/c-api/library.test.ts", "koffi"],
    ["packages/diffusion/src/train/train.test.ts", "onnxruntime-node"],
    ["packages/diffusion/src/files/hub/resolve-model.test.ts", "node:http"],
    ["apps/cli/src/commands/generate.test.ts", "node:child_process"],
    ["test/readme.test.ts", "import() of a computed path"],
  ])("%s is as slow as what it starts", (file, reason) => {
    expect(trails.has(file)).toBe(true);
    expect(trails.get(file)?.at(-1)).toBe(reason);
  });

  it("holds more than half of all test files", () => {
    const fast = [...trails.values()].filter((trail) => trail === undefined);
    expect(fast.length).toBeGreaterThan(trails.size / 2);
  });
});
