/** @file The models whose LoRA steps are measured on a graphics card, as graphs, with random values for all they read. */

import type { ConfigObject } from "@atelier/diffusion/core";
import {
  flux,
  fluxInputs,
  imageIds,
  listLayers,
  readFluxConfig,
  readUNetConfig,
  unet,
  unetInputs,
} from "@atelier/diffusion/models";
import { loraTuning } from "@atelier/diffusion/tuning";
import {
  createTorchGenerator,
  createWeights,
  type FloatTensor,
  floatTensor,
  type GraphNode,
  input,
  inputsOf,
  mean,
  type NodeOf,
  parametersOf,
  sizeOf,
  square,
  sub,
  type TensorMap,
  type Weights,
} from "@atelier/engine";
import { presets, sd15, sdxl } from "../presets.js";

/** A model by what builds its prediction for pictures of an edge in pixels. */
interface GpuModel {
  /** As diffusers reads it. */
  readonly config: ConfigObject;
  readonly build: (weights: Weights, edge: number) => GraphNode;
  readonly timestep: number;
  /** Whole blocks are computed again in the backward pass from this edge on. */
  readonly recomputesFrom: number;
}

const fluxConfig: ConfigObject = { num_layers: 4, num_single_layers: 4, guidance_embeds: true };
const recomputing = { checkpointBlocks: true, recomputeActivations: true } as const;

const unetModel = (given: ConfigObject, recomputesFrom: number): GpuModel => {
  const config = readUNetConfig(given);
  return {
    ...{ config: given, recomputesFrom, timestep: 500 },
    build(weights, edge) {
      const sizes = { batch: 1, height: edge / 8, width: edge / 8, tokens: 77 };
      const options = edge >= recomputesFrom ? recomputing : {};
      return unet(config, weights, unetInputs(config, sizes), options);
    },
  };
};

/** By name; `tiny` is for trying the program out, and `flux` has four double and four single blocks of its 19 and 38. */
export const gpuModels: Readonly<Record<string, GpuModel>> = {
  tiny: unetModel(presets["embedded"]?.config ?? {}, 1024),
  sd15: unetModel(sd15, 1024),
  sdxl: unetModel(sdxl, 1024),
  flux: {
    ...{ config: fluxConfig, recomputesFrom: 0, timestep: 0.5 },
    build(weights, edge) {
      const config = readFluxConfig(fluxConfig);
      const sizes = { batch: 1, imageTokens: (edge / 16) ** 2, textTokens: 512 };
      return flux(config, weights, fluxInputs(config, sizes), recomputing);
    },
  },
};

/** A LoRA step of a model. */
export interface LoraStep {
  readonly loss: GraphNode;
  readonly trained: readonly NodeOf<"parameter">[];
  readonly frozen: ReadonlyMap<string, FloatTensor>;
  readonly initial: ReadonlyMap<string, FloatTensor>;
  readonly batch: TensorMap;
}

/** The step of a LoRA of rank 16 on the products of attention. @throws Error for a model that there is not. */
export function loraStep(name: string, edge: number): LoraStep {
  const model = gpuModels[name];
  if (model === undefined) throw new Error(`expected ${Object.keys(gpuModels).join(", ")}`);
  const layers = listLayers((weights) => model.build(weights, edge)).filter(({ path }) =>
    /\.(to_[qkv]|to_out\.0|add_[qkv]_proj|to_add_out)$/.test(path),
  );
  const tuning = loraTuning({ layers: new Map([["unet", layers]]), rank: 16, alpha: 16 });
  const prediction = model.build(createWeights({ overlay: tuning.overlay("unet") }), edge);
  const loss = mean(square(sub(prediction, input("target", prediction.shape))));
  const all = parametersOf({ outputs: { loss } });
  const isTrained = ({ attributes }: NodeOf<"parameter">) =>
    tuning.parameterNames.has(attributes.name);
  return {
    loss,
    trained: all.filter(isTrained),
    frozen: valuesOf(all.filter((node) => !isTrained(node))),
    initial: valuesOf(all.filter(isTrained)),
    batch: batchOf(loss, edge / 16, model.timestep),
  };
}

/**
 * Random values of the size that keeps activations of order 1. Weights share one memory, since gigabytes of random
 * numbers would take longer than what is measured.
 */
function valuesOf(nodes: readonly NodeOf<"parameter">[]): ReadonlyMap<string, FloatTensor> {
  const largest = Math.max(0, ...nodes.map(({ shape }) => sizeOf(shape)));
  const shared = new Map<number, Float32Array>();
  const ones = new Float32Array(largest).fill(1);
  const zeros = new Float32Array(largest);
  /** One memory for each magnitude: a power of two near the root of the fan-in. */
  const matrices = (fanIn: number): Float32Array => {
    const power = Math.round(Math.log2(fanIn) / 2);
    const found = shared.get(power) ?? noise(largest, 2 ** -power);
    shared.set(power, found);
    return found;
  };
  return new Map(
    nodes.map(({ attributes: { name }, shape }) => {
      const vector = name.endsWith(".bias") ? zeros : ones;
      const source = shape.length === 1 ? vector : matrices(sizeOf(shape.slice(1)));
      return [name, floatTensor(source.subarray(0, sizeOf(shape)), shape)];
    }),
  );
}

function noise(size: number, deviation: number): Float32Array {
  const period = createTorchGenerator(1).randn(Math.min(size, 65_537));
  return Float32Array.from(
    { length: size },
    (_, i) => deviation * (period[i % period.length] ?? 0),
  );
}

function batchOf(loss: GraphNode, side: number, timestep: number): TensorMap {
  const generator = createTorchGenerator(0);
  return Object.fromEntries(
    inputsOf({ outputs: { loss } }).map(({ attributes: { name }, shape }) => {
      const own = {
        img_ids: () => imageIds(side, side),
        txt_ids: () => new Float32Array(sizeOf(shape)),
        timestep: () => [timestep],
        guidance: () => [1],
      }[name];
      return [name, floatTensor(own?.() ?? generator.randn(sizeOf(shape)), shape)];
    }),
  );
}
