/** @file ONNX Runtime on the processor, as a runtime: on its C API and on onnxruntime-node. */

import { expect, it } from "vitest";
import { routeRuntime, routes } from "../../testing/adapters/route-runtime.js";
import { runScript } from "../../testing/adapters/run-script.js";
import { runRuntimeSuite } from "../../testing/runtime-suite.js";

for (const route of routes) {
  runRuntimeSuite(`ONNX Runtime cpu by ${route}`, () => routeRuntime(route, { threads: 1 }));
}

it.each(routes)("reports nothing to ONNX Runtime's makers by %s", async (route) => {
  const script = `
    import { existsSync } from "node:fs";
    import { tmpdir } from "node:os";
    import { join } from "node:path";
    const y = engine.add(engine.input("x", [2]), 1);
    const compiled = await node.createOrtRuntime().compile({ outputs: { y } });
    await compiled.run({ x: engine.floatTensor([1, 2], [2]) });
    console.log(existsSync(join(tmpdir(), "mat-debug-" + process.pid + ".log")));`;
  const variables = { ATELIER_ORT: route, ORT_DISABLE_TELEMETRY: undefined, CI: undefined };
  const { stdout } = await runScript(script, { variables });
  // A file that its telemetry makes when it starts.
  expect(stdout.trim()).toBe("false");
});
