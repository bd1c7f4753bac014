/**
 * @file How much memory a run will take, before it begins, and how it is made to fit into less: by
 * computing activations again, then by splitting the batch, which changes time and nothing else.
 */

import {
  AtelierError,
  dtypes,
  type NodeOf,
  type OptimizerGroup,
  parametersOf,
  peakBytes,
  said,
  sizeOf,
  stepMemory,
  type ValueType,
} from "@atelier/engine";
import type { BlockOptions } from "../../models/layers/block-runner.js";
import type { TrainConfig } from "../config/train-config.js";
import { lossScalingOf, optimizerOfConfig } from "../step/optimizer-of-config.js";
import { probeGraph, rowsAtOnce } from "../step/probe-graph.js";
import {
  activationBytes,
  basePrefix,
  type TrainingGraph,
  type TrainingGraphSpec,
  trainingGraph,
} from "../step/training-graph.js";
import type { WatchPlan } from "./plan-watch.js";

/** Bytes of a run at its largest, by what takes them. */
export interface MemoryPlan {
  /** The program, the runtime and what they need for a model of any size. */
  readonly program: number;
  /**
   * Weights that stay as they are, mapped from files or copied; of those in 16 bits and fewer the largest
   * stands beside them once in float32.
   */
  readonly weights: number;
  /**
   * Weights that no memory is planned for: they stay in their files, and are read again whenever others have taken
   * their place. No part of the total.
   */
  readonly inFiles: number;
  /** What is trained, its optimizer state, averages and gradient sums. */
  readonly state: number;
  /** What a step computes and keeps for its backward pass, and the results that it hands back. */
  readonly activations: number;
  /** What looks take beside: their graph, that of the base's drawings, and the rows with what was first said of them. */
  readonly looks: number;
  /** Their sum, or what compiling takes where that is more. */
  readonly total: number;
}

/** The settings that memory depends on. */
export interface FittedRun {
  readonly batchSize: number;
  readonly gradientAccumulation: number;
  /** Parts of a batch that are computed at once. */
  readonly batchParts: number;
  readonly blocks: BlockOptions;
  readonly memory: MemoryPlan;
}

/** What there is to fit. */
export interface MemoryOptions {
  readonly config: TrainConfig;
  /** For the config's batch, without options of blocks. */
  readonly graph: TrainingGraphSpec;
  readonly groups: readonly OptimizerGroup[];
  /** Bits of a value of the base's parameters that lie in 16 and fewer, as `Pipeline.widened`; none by default. */
  readonly widened?: ReadonlyMap<string, number>;
  /** How it is watched, if it is. */
  readonly watch?: WatchPlan | undefined;
}

// Measured; see docs/performance.md.
const programBytes = 330e6;
/** Weights up to this size are copied by the runtime, which makes their convolutions faster. */
const copiedBytes = 256 * 2 ** 20;
/** Of such weights, while a step runs and while it is compiled. */
const copies = { running: 2, compiling: 4 };
/** What operators need inside themselves, and what lies idle between values, as a share of activations. */
const overhead = 0.25;

/**
 * Where the config says `auto`: above the first, cheap activations are computed again in the backward
 * pass, for a few per cent of time; above the second whole blocks are, for about a third. SD 1.x at
 * 512×512 computes 3.6 GiB a picture.
 */
const recomputingBytes = 2 ** 30;
const checkpointingBytes = 8 * 2 ** 30;

const keepAll: BlockOptions = { checkpointBlocks: false, recomputeActivations: false };
const recompute: BlockOptions = { checkpointBlocks: false, recomputeActivations: true };
const recomputeBlocks: BlockOptions = { checkpointBlocks: true, recomputeActivations: true };

/**
 * The fastest settings that fit into `maxMemory`; without one, those of the config. Where none fits, the frozen weights
 * of a large model, which are mapped, may stay in their files.
 * @throws AtelierError `config` where nothing fits.
 */
export function fitMemory(options: MemoryOptions): FittedRun {
  const { config, graph } = options;
  // Built where it is asked for, and once: its size decides several things.
  let built: TrainingGraph | undefined;
  const wholeBatch = (): TrainingGraph => {
    built ??= trainingGraph(graph);
    return built;
  };
  const { batchSize, gradientAccumulation, gradientCheckpointing, maxMemory } = config;
  const at = (
    [splits, batchParts, blocks]: readonly [number, number, BlockOptions],
    staysInFiles = false,
  ): FittedRun => {
    const split = {
      batchSize: batchSize / splits,
      gradientAccumulation: gradientAccumulation * splits,
      batchParts,
    };
    const batch = graph.batch / splits / batchParts;
    const own = { ...options, graph: { ...graph, batch, blocks }, staysInFiles };
    const memory = memoryOf(own, split);
    return { ...split, blocks, memory };
  };
  if (maxMemory === undefined) {
    const parts = partsOf(config, batchSize, wholeBatch)[0] ?? 1;
    return at([1, parts, usualBlocks(config, wholeBatch)]);
  }
  const forms = {
    off: [keepAll],
    on: [recomputeBlocks],
    auto: [keepAll, recompute, recomputeBlocks],
  }[gradientCheckpointing];
  const all = divisorsOf(batchSize).flatMap((splits) =>
    partsOf(config, batchSize / splits, wholeBatch).flatMap((parts) =>
      forms.map((blocks) => [splits, parts, blocks] as const),
    ),
  );
  let least: FittedRun | undefined;
  for (const staysInFiles of isCopied(wholeBatch()) ? [false] : [false, true]) {
    for (const form of all) {
      const fitted = at(form, staysInFiles);
      if (fitted.memory.total <= maxMemory * 1e9) return fitted;
      if (least === undefined || fitted.memory.total < least.memory.total) least = fitted;
    }
  }
  const needed = ((least?.memory.total ?? 0) / 1e9).toFixed(2);
  throw new AtelierError(
    "config",
    said`maxMemory: expected ${needed} GB or more, which is what the smallest batch with all blocks computed again takes, got ${maxMemory}. Train smaller pictures (data.width, data.height), fewer weights (lora, full.parts), or with a state of fewer bits (optimizer.stateDtype).`,
    { context: { needed } },
  );
}

const divisorsOf = (size: number): number[] =>
  Array.from({ length: size }, (_, i) => i + 1).filter((divisor) => size % divisor === 0);

/**
 * In how many parts at once a batch may be computed, the usual number first. Halves of small models pay: threads
 * wait for each other once in a step instead of in every operator.
 */
function partsOf(
  { batchParts }: TrainConfig,
  batchSize: number,
  wholeBatch: () => TrainingGraph,
): number[] {
  if (batchParts !== undefined) return batchSize % batchParts === 0 ? [batchParts] : [1];
  return batchSize % 2 === 0 && isCopied(wholeBatch()) ? [2, 1] : [1];
}

/** Whether a model is small enough for its weights to be copied. */
function isCopied({ loss }: Pick<TrainingGraph, "loss">): boolean {
  return bytesOf(parametersOf({ outputs: { loss } })) <= copiedBytes;
}

const bytesOf = (nodes: readonly ValueType[]): number =>
  nodes.reduce((sum, { shape, dtype }) => sum + sizeOf(shape) * dtypes[dtype].bytes, 0);

/**
 * What looks add to a step. A small model's weights are copied for their graph, and were for what has drawn rows: each
 * session's threads keep memory of their own. Larger models are mapped, and forward passes fit where steps were.
 */
function looksMemory(graph: TrainingGraphSpec, { rows }: WatchPlan, copied: number): number {
  const { height, width, family, configs } = graph;
  const latents = 4 * height * width * family.latents(configs).channels;
  const pictures = rows["held-out"] + rows.train;
  const drawn = rows.generic + rows.class;
  // Latents and noise of each; what the base said of drawings, and what is said now.
  const banks = latents * (2 * (pictures + drawn) + 2 * drawn);
  if (copied === 0) return banks;
  const passes = [rowsAtOnce(graph), 1].map((count) => peakBytes(probeGraph(graph, count)));
  const activations = passes.reduce((sum, bytes) => sum + bytes, 0) * (1 + overhead);
  return banks + passes.length * copied + activations;
}

function usualBlocks(
  { gradientCheckpointing }: TrainConfig,
  wholeBatch: () => TrainingGraph,
): BlockOptions {
  if (gradientCheckpointing !== "auto") return { checkpointBlocks: gradientCheckpointing === "on" };
  const bytes = activationBytes(wholeBatch());
  return {
    checkpointBlocks: bytes > checkpointingBytes,
    recomputeActivations: bytes > recomputingBytes,
  };
}

function memoryOf(
  {
    config,
    graph,
    groups,
    widened,
    watch,
    staysInFiles,
  }: MemoryOptions & { readonly staysInFiles: boolean },
  { gradientAccumulation, batchParts }: Omit<FittedRun, "blocks" | "memory">,
): MemoryPlan {
  const { loss, trained } = trainingGraph(graph);
  const names = new Set(trained.map(({ attributes }) => attributes.name));
  const parameters = parametersOf({ outputs: { loss } });
  const frozen = parameters.filter(({ attributes }) => !names.has(attributes.name));
  const areCopied = isCopied({ loss });
  const bitsOf = ({ attributes: { name }, dtype }: NodeOf<"parameter">): number =>
    (areCopied ? undefined : widened?.get(name.replace(basePrefix, ""))) ?? 8 * dtypes[dtype].bytes;
  const held = frozen.reduce((sum, node) => sum + (sizeOf(node.shape) * bitsOf(node)) / 8, 0);
  const narrow = frozen.filter((node) => bitsOf(node) < 8 * dtypes[node.dtype].bytes);
  const largestCopy = batchParts * Math.max(0, ...narrow.map((node) => bytesOf([node])));
  const step = stepMemory({
    loss,
    parameters: trained,
    optimizer: optimizerOfConfig(config.optimizer),
    groups,
    accumulation: gradientAccumulation * batchParts,
    atOnce: batchParts,
    ...(config.maxGradNorm === 0 ? {} : { maxGradNorm: config.maxGradNorm }),
    mixedPrecision: lossScalingOf(config),
    hasAverage: config.ema.decay > 0,
  });
  const inFiles = staysInFiles ? held : 0;
  const parts = {
    program: programBytes,
    weights: (held - inFiles) * (areCopied ? copies.running : 1) + largestCopy,
    state: step.state,
    activations: step.activations * (1 + overhead),
    looks: watch === undefined ? 0 : looksMemory(graph, watch, areCopied ? held : 0),
  };
  const running = Object.values(parts).reduce((sum, bytes) => sum + bytes, 0);
  const compiling = programBytes + (held - inFiles) * (areCopied ? copies.compiling : 1);
  return { ...parts, inFiles, total: Math.max(running, compiling) };
}
