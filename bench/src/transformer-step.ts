/**
 * @file Measures LoRA steps of a transformer of a published width with as few of its blocks as asked for, and prints
 * one JSON line. What embeds and ends a transformer is small beside a block, so that blocks can be told from two runs.
 *
 * Usage: node bench/dist/transformer-step.js <sd35m|flux> [--blocks N] [--edge PIXELS] [--recompute nothing|activations|blocks]
 *        [--dtype F32|F16|BF16] [--steps N] [--threads N]
 *
 * `flux` has N double and N single blocks, 512 tokens of text; `sd35m` N blocks with a second attention and 333 tokens.
 */

import { parseArgs } from "node:util";
import {
  type BlockOptions,
  flux,
  fluxInputs,
  imageIds,
  listLayers,
  mmdit,
  mmditInputs,
  readFluxConfig,
  readMmditConfig,
} from "@atelier/diffusion/models";
import { loraTuning } from "@atelier/diffusion/tuning";
import {
  adamW,
  createStepper,
  createTorchGenerator,
  createWeights,
  type FloatTensor,
  floatTensor,
  type GraphNode,
  input,
  inputsOf,
  mean,
  parametersOf,
  sizeOf,
  square,
  sub,
  type Weights,
} from "@atelier/engine";
import { createOrtRuntime } from "@atelier/engine/node";
import { randomValues } from "./random-values.js";
import { weightSources } from "./random-weights.js";

type Build = (weights: Weights, options: BlockOptions) => GraphNode;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    blocks: { type: "string", default: "2" },
    edge: { type: "string", default: "512" },
    recompute: { type: "string", default: "activations" },
    dtype: { type: "string", default: "F16" },
    steps: { type: "string", default: "3" },
    threads: { type: "string", default: "2" },
  },
});
const [name = ""] = positionals;
/** Tokens along an edge: each is 16×16 pixels. */
const side = Number(options.edge) / 16;
const blocks = Number(options.blocks);

const models: Readonly<Record<string, () => Build>> = {
  sd35m() {
    const config = readMmditConfig({
      num_layers: blocks,
      num_attention_heads: 24,
      caption_projection_dim: 1536,
      dual_attention_layers: Array.from({ length: blocks }, (_, layer) => layer),
      qk_norm: "rms_norm",
      sample_size: 64,
      pos_embed_max_size: 64,
    });
    const sizes = { batch: 1, height: 2 * side, width: 2 * side, tokens: 333 };
    return (weights, own) => mmdit(config, weights, mmditInputs(config, sizes), own);
  },
  flux() {
    const config = readFluxConfig({
      num_layers: blocks,
      num_single_layers: blocks,
      guidance_embeds: true,
    });
    const sizes = { batch: 1, imageTokens: side ** 2, textTokens: 512 };
    return (weights, own) => flux(config, weights, fluxInputs(config, sizes), own);
  },
};
const build = models[name]?.();
const dtype = (["F32", "F16", "BF16"] as const).find((known) => known === options.dtype);
if (build === undefined || dtype === undefined) {
  console.error(`transformer-step: expected ${Object.keys(models).join(" or ")}, got "${name}".`);
  process.exit(2);
}

const layers = listLayers((weights) => build(weights, {})).filter(({ path }) =>
  /\.(to_[qkv]|to_out\.0|add_[qkv]_proj|to_add_out)$/.test(path),
);
const tuning = loraTuning({ layers: new Map([["transformer", layers]]), rank: 16, alpha: 16 });
const weights = createWeights({ overlay: tuning.overlay("transformer") });
const prediction = build(weights, {
  recomputeActivations: options.recompute !== "nothing",
  checkpointBlocks: options.recompute === "blocks",
});
const loss = mean(square(sub(prediction, input("target", prediction.shape))));
const all = parametersOf({ outputs: { loss } });
const trained = all.filter(({ attributes }) => tuning.parameterNames.has(attributes.name));
const frozen = all.filter((node) => !trained.includes(node));
const sources = await weightSources(`${name}-${options.blocks}-blocks`, frozen, dtype);

const generator = createTorchGenerator(0);
const batch = Object.fromEntries(
  inputsOf({ outputs: { loss } }).map(({ attributes: { name: key }, shape }) => {
    if (key === "img_ids") return [key, floatTensor(imageIds(side, side), shape)];
    if (key === "txt_ids") return [key, floatTensor(new Float32Array(sizeOf(shape)), shape)];
    if (key === "timestep") return [key, floatTensor([name === "flux" ? 0.5 : 500], shape)];
    if (key === "guidance") return [key, floatTensor([1], shape)];
    return [key, floatTensor(generator.randn(sizeOf(shape)), shape)];
  }),
);
const before = process.memoryUsage.rss();
await using stepper = await createStepper(createOrtRuntime({ threads: Number(options.threads) }), {
  loss,
  parameters: trained,
  optimizer: adamW(),
  maxGradNorm: 1,
  frozen: new Map(sources),
  initial: new Map(
    trained.map(({ attributes, shape }): [string, FloatTensor] => [
      attributes.name,
      floatTensor(randomValues(attributes.name, shape), shape),
    ]),
  ),
});
const seconds: number[] = [];
/** Of all threads: what a step costs on a machine that others use as well. */
const cpuSeconds: number[] = [];
const losses: number[] = [];
for (let step = 0; step < Number(options.steps); step++) {
  const start = performance.now();
  const cpu = process.cpuUsage();
  const [results] = await stepper.run([batch], 1e-4);
  losses.push(Number(results?.["loss"]?.data[0]));
  seconds.push((performance.now() - start) / 1000);
  const { user, system } = process.cpuUsage(cpu);
  cpuSeconds.push((user + system) / 1e6);
}
const megabytes = (bytes: number): number => Math.round(bytes / 1e6);
const rounded = (value: number): number => Number(value.toFixed(2));
console.log(
  JSON.stringify({
    model: name,
    ...options,
    tokens: prediction.shape,
    weightsMB: megabytes(
      frozen.reduce((sum, { shape }) => sum + sizeOf(shape), 0) * (dtype === "F32" ? 4 : 2),
    ),
    beforeMB: megabytes(before),
    // ru_maxrss is in KiB on Linux, and Node reports it so.
    peakMB: megabytes(process.resourceUsage().maxRSS * 1024),
    seconds: seconds.map(rounded),
    cpuSeconds: cpuSeconds.map(rounded),
    losses,
  }),
);
