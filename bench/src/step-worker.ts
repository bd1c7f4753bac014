/**
 * @file Measures whole training steps of one preset in a process of its own and prints one JSON
 * line: seconds to the first finished step, seconds of each later one, peak resident memory.
 *
 * Usage: node step-worker.js <preset> <lora|full|dreambooth|textual-inversion|forward> <steps> [threads]
 */

import {
  clipText,
  listLayers,
  readClipTextConfig,
  readUNetConfig,
  unet,
  unetInputs,
} from "@atelier/diffusion/models";
import { embeddingTuning, loraTuning } from "@atelier/diffusion/tuning";
import {
  adamW,
  add,
  createStepper,
  createTorchGenerator,
  createWeights,
  type FloatTensor,
  floatTensor,
  input,
  inputsOf,
  intTensor,
  mean,
  type NodeOf,
  narrow,
  type ParameterSource,
  parametersOf,
  sizeOf,
  square,
  sub,
  type TensorMap,
  type Weights,
} from "@atelier/engine";
import { createOrtRuntime } from "@atelier/engine/node";
import type { Measurement } from "./measurement.js";
import { blocksOf, presets, smallText } from "./presets.js";
import { randomValues } from "./random-values.js";
import { weightSources } from "./random-weights.js";

const [presetName = "", mode = "lora", stepsText = "5", threads = "2"] = process.argv.slice(2);
const preset = presets[presetName];
if (preset === undefined) throw new Error(`expected one of ${Object.keys(presets).join(", ")}`);
const steps = Number(stepsText);
const started = performance.now();
const { size } = preset;
const parts = mode === "forward" ? 1 : (preset.parts ?? 1);
/** Rows of one run. */
const batch = preset.batch / parts;
const blocks = blocksOf(preset);
const config = readUNetConfig(preset.config);
const tokens = 77;

const inputs = unetInputs(config, { batch, height: size, width: size, tokens });
/** The new word's row lies behind CLIP's table. */
const text = readClipTextConfig({ ...smallText, vocab_size: 49409 });
const word = embeddingTuning({
  token: "<new>",
  firstRow: 49408,
  vectors: 1,
  tables: new Map([
    ["text_encoder", { layer: "text_model.embeddings.token_embedding", width: text.hiddenSize }],
  ]),
});
const isWord = mode === "textual-inversion";
const build = (weights: Weights) => {
  if (!isWord) return unet(config, weights, inputs, blocks);
  const textWeights = createWeights({ prefix: "text:", overlay: word.overlay("text_encoder") });
  const ids = input("input_ids", [batch, tokens], "int64");
  const encoderHiddenStates = clipText(text, textWeights, ids).promptEmbeds;
  return unet(config, weights, { ...inputs, encoderHiddenStates }, blocks);
};
const attentionLayers = listLayers((weights) => unet(config, weights, inputs)).filter(({ path }) =>
  /\.(to_q|to_k|to_v|to_out\.0)$/.test(path),
);
const lora = loraTuning({ layers: new Map([["unet", attentionLayers]]), rank: 4, alpha: 4 });
const tuning = isWord ? word : lora;
const overlay = lora.overlay("unet");
const prediction = build(createWeights(mode === "lora" ? { overlay } : {}));
const target = input("target", prediction.shape);
const error = square(sub(prediction, target));
/** Pictures of the subject and, behind them, of its class. */
const half = (start: number) => mean(narrow(error, 0, start, batch / 2));
const loss = mode === "dreambooth" ? add(half(0), half(batch / 2)) : mean(error);

const all = parametersOf({ outputs: { loss } });
const isAdapter = (node: NodeOf<"parameter">): boolean =>
  tuning.parameterNames.has(node.attributes.name);
const trainsAll = mode === "full" || mode === "dreambooth";
const trained = trainsAll ? all : all.filter(isAdapter);
const sources = trainsAll
  ? []
  : await weightSources(
      presetName,
      all.filter((node) => !isAdapter(node)),
      preset.storedAs,
    );
/** Made when they are asked for: kept by nobody, since they may be gigabytes. */
const firstValues = (): ReadonlyMap<string, FloatTensor> =>
  new Map(
    trained.map(({ attributes: { name }, shape }) => [
      name,
      floatTensor(randomValues(name, shape), shape),
    ]),
  );
const generator = createTorchGenerator(0);

const random = (shape: readonly number[]): FloatTensor =>
  floatTensor(generator.randn(sizeOf(shape)), shape);
const given: TensorMap = {
  timestep: floatTensor(new Float32Array(batch).fill(500), [batch]),
  ...(isWord && {
    input_ids: intTensor(new Array<number>(batch * tokens).fill(49408), [batch, tokens]),
  }),
};
const drawn = (): TensorMap =>
  Object.fromEntries(
    inputsOf({ outputs: { loss } }).map(({ attributes: { name }, shape }) => [
      name,
      given[name] ?? random(shape),
    ]),
  );
const batches = Array.from({ length: parts }, drawn);
const lossOf = ({ loss: value }: TensorMap): number => Number(value?.data[0]);
const runtime = createOrtRuntime({ threads: Number(threads) });
const seconds: number[] = [];
const losses: number[] = [];
if (mode === "forward") {
  await using graph = await runtime.compile(
    { outputs: { loss } },
    { parameters: new Map(sources) },
  );
  for (let i = 0; i < steps; i++) {
    const start = performance.now();
    losses.push(lossOf(await graph.run(batches[0] ?? {})));
    seconds.push((performance.now() - start) / 1000);
  }
} else {
  await using stepper = await createStepper(runtime, {
    loss,
    parameters: trained,
    optimizer: adamW(),
    maxGradNorm: 1,
    accumulation: parts,
    atOnce: parts,
    frozen: new Map<string, ParameterSource>(sources),
    initial: firstValues(),
  });
  for (let i = 0; i < steps; i++) {
    const start = performance.now();
    const results = await stepper.run(batches, 1e-4);
    losses.push(results.map(lossOf).reduce((sum, value) => sum + value, 0) / parts);
    seconds.push((performance.now() - start) / 1000);
    if (i === 0)
      process.stderr.write(
        `first step after ${((performance.now() - started) / 1000).toFixed(1)} s\n`,
      );
  }
}
const [first = 0] = seconds;
const measured: Measurement = {
  secondsBeforeFirst: (performance.now() - started) / 1000 - seconds.reduce((a, b) => a + b, 0),
  firstSeconds: first,
  seconds: seconds.slice(1),
  // ru_maxrss is in KiB on Linux, and Node reports it so.
  peakBytes: process.resourceUsage().maxRSS * 1024,
  checks: losses,
};
console.log(JSON.stringify(measured));
