import {
  encodePng,
  generate,
  loadPipeline,
  openCheckpoint,
  parseTrainConfig,
  readAdapter,
} from "@atelier/diffusion";
import { runInChild } from "@atelier/diffusion/node";
import { createOrtRuntime, nodeFiles as files } from "@atelier/engine/node";

const base = "models/sd15";
const prompt = "a photo of sks dog";
const config = parseTrainConfig({
  version: 1,
  base: { path: base },
  data: { folder: "photos/dog", prompt },
  steps: 2,
});
let adapterPath = "";
for await (const event of runInChild(config)) {
  if (event.type === "step") console.log(event.step, event.loss);
  if (event.type === "done") adapterPath = event.results[0] ?? "";
}

await using pipeline = await loadPipeline(await openCheckpoint(files, base), {
  runtime: createOrtRuntime(),
  files,
});
const { adapter } = await readAdapter(files, adapterPath, { base: pipeline });
for await (const event of generate(pipeline, { prompt, steps: 2, seed: 5, adapters: [adapter] })) {
  if (event.type === "image")
    await files.write(`dog-${event.seed}.png`, [await encodePng(event.picture)]);
}
