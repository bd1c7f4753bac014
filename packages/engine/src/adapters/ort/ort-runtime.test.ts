/** @file onnxruntime-node on the processor, as a runtime. */

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { runRuntimeSuite } from "../../testing/runtime-suite.js";
import { createOrtRuntime } from "./ort-runtime.js";

const run = promisify(execFile);
/** The compiled twin of a module, for a process that compiles nothing. */
const builtModule = (path: string): string =>
  new URL(path, import.meta.url).href.replace("/engine/src/", "/engine/dist/");

runRuntimeSuite("onnxruntime-node cpu", () => createOrtRuntime({ threads: 1 }));

it("reports nothing to ONNX Runtime's makers", async () => {
  const script = `
    import { existsSync } from "node:fs";
    import { tmpdir } from "node:os";
    import { join } from "node:path";
    import { add, input } from ${JSON.stringify(builtModule("../../index.js"))};
    import { createOrtRuntime } from ${JSON.stringify(builtModule("../node.js"))};
    const y = add(input("x", [2]), 1);
    const compiled = await createOrtRuntime().compile({ outputs: { y } });
    await compiled.run({ x: { dtype: "float32", shape: [2], data: new Float32Array(2) } });
    console.log(existsSync(join(tmpdir(), "mat-debug-" + process.pid + ".log")));`;
  const { ORT_DISABLE_TELEMETRY: _, CI: _ci, ...env } = process.env;
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script], { env });
  // A file that its telemetry makes when it starts.
  expect(stdout.trim()).toBe("false");
});
