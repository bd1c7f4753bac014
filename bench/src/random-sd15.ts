/**
 * @file Makes a checkpoint of Stable Diffusion 1.5's exact size with random weights: for tests of
 * memory, time and files without a download.
 *
 * Usage: node bench/dist/random-sd15.js <folder> [--single-file PATH] [--dtype fp32|fp16]
 *        [--tokenizer FOLDER]
 *
 * Every number follows from the name of its tensor, so all forms hold the same model. Matrices are
 * scaled by their fan-in, norms are the identity and biases zero: activations stay of order 1.
 */

import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
  type Checkpoint,
  clipTextParameters,
  type ParameterInfo,
  readClipTextConfig,
  readUNetConfig,
  readVaeConfig,
  unetParameters,
  vaeParameters,
  type Weights,
  writeFolder,
  writeSingleFile,
} from "@atelier/diffusion";
import { floatTensor, type Shape, sizeOf } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { sd15 } from "./presets.js";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    "single-file": { type: "string" },
    dtype: { type: "string", default: "fp32" },
    tokenizer: {
      type: "string",
      default: fileURLToPath(new URL("../../test/fixtures/tokenizer-small", import.meta.url)),
    },
  },
});
const [folder, ...more] = positionals;
const dtype = ({ fp32: "F32", fp16: "F16" } as const)[options.dtype];
if (folder === undefined || more.length > 0 || dtype === undefined) {
  console.error(
    "random-sd15: expected <folder> [--single-file PATH] [--dtype fp32|fp16] [--tokenizer FOLDER].",
  );
  process.exit(2);
}

/** The config.json files of stable-diffusion-v1-5, without what is the default of diffusers. */
const configs = {
  unet: readUNetConfig(sd15),
  vae: readVaeConfig({
    sample_size: 512,
    block_out_channels: [128, 256, 512, 512],
    down_block_types: Array<string>(4).fill("DownEncoderBlock2D"),
    up_block_types: Array<string>(4).fill("UpDecoderBlock2D"),
    layers_per_block: 2,
  }),
  textEncoder: readClipTextConfig({
    hidden_size: 768,
    intermediate_size: 3072,
    num_attention_heads: 12,
    num_hidden_layers: 12,
    projection_dim: 768,
    bos_token_id: 0,
    eos_token_id: 2,
  }),
};
const scheduler = {
  _class_name: "PNDMScheduler",
  beta_start: 0.00085,
  beta_end: 0.012,
  beta_schedule: "scaled_linear",
  num_train_timesteps: 1000,
  set_alpha_to_one: false,
  skip_prk_steps: true,
  steps_offset: 1,
  clip_sample: false,
};

const parameters = {
  unet: unetParameters(configs.unet),
  vae: vaeParameters(configs.vae),
  textEncoder: clipTextParameters(configs.textEncoder),
};
const elementsOf = (list: readonly ParameterInfo[]): number =>
  list.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
const progress = createProgress(
  elementsOf(Object.values(parameters).flat()) * (options["single-file"] === undefined ? 1 : 2),
);
const checkpoint: Checkpoint = {
  path: "random SD 1.5",
  layout: "folder",
  family: "sd1",
  unet: { config: configs.unet, weights: randomWeights("unet", parameters.unet) },
  vae: { config: configs.vae, weights: randomWeights("vae", parameters.vae) },
  textEncoder: {
    config: configs.textEncoder,
    weights: randomWeights("textEncoder", parameters.textEncoder),
  },
  textEncoder2: undefined,
  scheduler,
  generation: {},
  isPredictionAssumed: false,
  metadata: new Map(),
  tokenizerFolder: undefined,
  tokenizer2Folder: undefined,
  ignoredKeys: [],
  unknownKeys: [],
  notes: [],
  close: async () => {},
};

for (const [component, list] of Object.entries(parameters)) {
  console.log(`${component}: ${(elementsOf(list) / 1e6).toFixed(1)} M parameters`);
}
await writeFolder(nodeFiles, checkpoint, { folder, dtype, tokenizerFolder: options.tokenizer });
console.log(`\nwrote ${folder}`);
if (options["single-file"] !== undefined) {
  await writeSingleFile(nodeFiles, checkpoint, { path: options["single-file"], dtype });
  console.log(`\nwrote ${options["single-file"]}`);
}

/** Tensors that are made when they are asked for and kept by nobody. */
function randomWeights(component: string, list: readonly ParameterInfo[]): Weights {
  const shapes = new Map(list.map(({ name, shape }) => [name, shape]));
  const readFloat32: Weights["readFloat32"] = async (name) => {
    const shape = shapes.get(name);
    if (shape === undefined) throw new Error(`random-sd15: no tensor ${name} in ${component}.`);
    progress.add(sizeOf(shape));
    return floatTensor(randomValues(`${component}.${name}`, shape), shape);
  };
  const entries = list.map(({ name, shape }) => {
    const stored = { dtype: "F32", shape, storedName: name, file: "" } as const;
    return [name, { ...stored, byteOffset: 0, byteLength: 0 }] as const;
  });
  return { entries: new Map(entries), read: readFloat32, readFloat32 };
}

function randomValues(name: string, shape: Shape): Float32Array {
  const data = new Float32Array(sizeOf(shape));
  if (shape.length === 1) return data.fill(name.endsWith(".bias") ? 0 : 1);
  const isEmbedding = name.includes("_embedding.");
  const deviation = isEmbedding ? 0.02 : 1 / Math.sqrt(sizeOf(shape.slice(1)));
  // Uniform numbers of that deviation, by Marsaglia's xorshift.
  const scale = (deviation * Math.sqrt(3)) / 2 ** 31;
  let state = hash(name);
  for (let i = 0; i < data.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    data[i] = state * scale;
  }
  return data;
}

/** FNV-1a; xorshift needs a state that is not 0. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (const character of text) state = Math.imul(state ^ character.charCodeAt(0), 0x01000193);
  return state === 0 ? 1 : state;
}

/** One line that is written over, or a line for each tenth where the output is no terminal. */
function createProgress(total: number): { add(elements: number): void } {
  let done = 0;
  let shown = 0;
  return {
    add(elements) {
      done += elements;
      const percent = Math.floor((100 * done) / total);
      if (process.stderr.isTTY) process.stderr.write(`\r${percent} %`);
      else if (percent >= shown + 10) console.error(`${percent} %`);
      else return;
      shown = percent;
    },
  };
}
