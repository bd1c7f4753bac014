/**
 * @file Makes a model of a published size with random weights: for tests of memory, time and files without a
 * download.
 *
 * Usage: node bench/dist/random-model.js <sd15|sdxl|sd35m|sd35m-t5|flux> <folder> [--single-file PATH]
 *        [--dtype fp32|fp16]
 *        [--tokenizer FOLDER]
 *
 * Every number follows from the name of its tensor, so all forms hold the same model.
 */

import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Weights } from "@atelier/diffusion/core";
import {
  type ComponentFiles,
  componentOf,
  componentParameters,
  configOf,
  configsOf,
  families,
  type ModelFiles,
  presentComponents,
} from "@atelier/diffusion/families";
import { writeFolder, writeSingleFile } from "@atelier/diffusion/files";
import type { ParameterInfo } from "@atelier/diffusion/models";
import { floatTensor, sizeOf } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { type ModelPreset, modelPresets } from "./model-presets.js";
import { randomValues } from "./random-values.js";

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
const t5Tokenizer = fileURLToPath(new URL("../../test/fixtures/tokenizer-t5", import.meta.url));
const [kind = "", folder, ...more] = positionals;
const preset = modelPresets[kind];
const dtype = ({ fp32: "F32", fp16: "F16" } as const)[options.dtype];
if (preset === undefined || folder === undefined || more.length > 0 || dtype === undefined) {
  console.error(
    `random-model: expected <${Object.keys(modelPresets).join("|")}> <folder> [--single-file PATH] [--dtype fp32|fp16] [--tokenizer FOLDER].`,
  );
  process.exit(2);
}

const model = randomModel(preset);
const { family } = model;
const counts = presentComponents(family, configsOf(model)).map(
  (name) => [name, elementsOf(componentOf(model, name))] as const,
);
for (const [name, count] of counts)
  console.log(`${name}: ${(count / 1e6).toFixed(1)} M parameters`);
const forms = options["single-file"] === undefined ? 1 : 2;
const progress = createProgress(counts.reduce((sum, [, count]) => sum + count, 0) * forms);
await writeFolder(nodeFiles, model, { folder, dtype });
console.log(`\nwrote ${folder}`);
if (options["single-file"] !== undefined) {
  await writeSingleFile(nodeFiles, model, { path: options["single-file"], dtype });
  console.log(`\nwrote ${options["single-file"]}`);
}

function randomModel({ family: id, configs, scheduler }: ModelPreset): ModelFiles {
  const own = families[id];
  const files = presentComponents(own, configs).map((name): [string, ComponentFiles] => {
    const weights = randomWeights(name, componentParameters(configs, name));
    return [name, { config: configOf(configs, name), weights }];
  });
  return {
    path: `random ${own.title}`,
    layout: "folder",
    family: own,
    components: Object.fromEntries(files),
    index: own.index,
    scheduler,
    trainingConfig: undefined,
    generation: {},
    isPredictionAssumed: false,
    metadata: new Map(),
    tokenizerFolders: Object.fromEntries(
      own.textEncoders.map(({ kind: encoder, tokenizerFolder }) => [
        tokenizerFolder,
        encoder === "t5" ? t5Tokenizer : options.tokenizer,
      ]),
    ),
    ignoredKeys: [],
    unknownKeys: [],
    notes: [],
    close: async () => {},
  };
}

function elementsOf({ weights }: ComponentFiles): number {
  return [...weights.entries.values()].reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

/** Tensors that are made when they are asked for and kept by nobody. */
function randomWeights(component: string, list: readonly ParameterInfo[]): Weights {
  const shapes = new Map(list.map(({ name, shape }) => [name, shape]));
  const readFloat32: Weights["readFloat32"] = async (name) => {
    const shape = shapes.get(name);
    if (shape === undefined) throw new Error(`random-model: no tensor ${name} in ${component}.`);
    progress.add(sizeOf(shape));
    return floatTensor(randomValues(`${component}.${name}`, shape), shape);
  };
  const entries = list.map(({ name, shape }) => {
    const stored = { dtype: "F32", shape, storedName: name, file: "" } as const;
    return [name, { ...stored, byteOffset: 0, byteLength: 0 }] as const;
  });
  return { entries: new Map(entries), read: readFloat32, readFloat32 };
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
