/**
 * @file Draws one picture in a process of its own and prints how long it took, once the model was loaded.
 *
 * Usage: node picture-worker.js <model folder> <edge in pixels> <steps> <threads>
 */

import { openModelFiles } from "@atelier/diffusion/files";
import { generate, loadPipeline } from "@atelier/diffusion/pipeline";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { drawing, meanAndDeviation } from "./drawing.js";
import type { Measurement } from "./measurement.js";

const [folder = "", edge = "512", steps = "20", threads = "2"] = process.argv.slice(2);
const started = performance.now();
const runtime = createOrtRuntime({ threads: Number(threads) });
await using pipeline = await loadPipeline(await openModelFiles(nodeFiles, folder), {
  runtime,
  files: nodeFiles,
});
const begun = performance.now();
const options = { ...drawing, width: Number(edge), height: Number(edge), steps: Number(steps) };
for await (const event of generate(pipeline, options)) {
  if (event.type !== "image") continue;
  const seconds = (performance.now() - begun) / 1000;
  const measured: Measurement = {
    secondsBeforeFirst: (begun - started) / 1000,
    firstSeconds: seconds,
    seconds: [seconds],
    // ru_maxrss is in KiB on Linux, and Node reports it so.
    peakBytes: process.resourceUsage().maxRSS * 1024,
    checks: meanAndDeviation(event.pixels.data),
  };
  console.log(JSON.stringify(measured));
}
