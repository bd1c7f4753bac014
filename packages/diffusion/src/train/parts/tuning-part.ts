/**
 * @file One thing that a run trains: an adapter, weights, or a new word. Parts are values that a run
 * puts together; each knows where its parameters start and what comes of them.
 */

import type {
  FileStore,
  FloatTensor,
  OptimizerGroup,
  ParameterSource,
  Runtime,
} from "@atelier/engine";
import type { Embedding } from "../../core/embedding.js";
import type { LoraWeights } from "../../core/lora-weights.js";
import type { Warning } from "../../core/warnings/warning.js";
import type { ReplacedWeights } from "../../files/model/replace-weights.js";
import type { Pipeline } from "../../pipeline/pipeline.js";
import type { Tuning } from "../../tuning/tuning.js";

/** Parameter values by graph name. */
export type ParameterValues = ReadonlyMap<string, FloatTensor>;

/** What a training makes; a run of several parts has several fields. */
export interface TrainedResult {
  readonly adapter?: LoraWeights;
  readonly embedding?: Embedding;
  readonly weights?: ReplacedWeights;
}

/** What a part starts from. */
export interface StartContext {
  readonly files: FileStore;
  readonly runtime: Runtime;
  readonly pipeline: Pipeline;
  /** Parameters of the base that the step reads, by graph name. */
  readonly base: ReadonlyMap<string, ParameterSource>;
  readonly seed: number;
}

/** Keeps values within bounds after each step. */
export interface Constraint extends AsyncDisposable {
  /** The values that have to change; the others keep their bits. */
  apply(values: ParameterValues): Promise<ParameterValues>;
}

/** A part before its first step. */
export interface PartStart {
  /** First values of its parameters. */
  readonly values: ParameterValues;
  /** Parameters of the base that the training reads otherwise. */
  readonly replaced?: ParameterValues;
  readonly constraint?: Constraint | undefined;
  readonly resultOf: (values: ParameterValues) => TrainedResult;
  readonly warnings?: readonly Warning[];
}

/** One thing to be trained. */
export interface TuningPart {
  readonly tuning: Tuning;
  /** Parameters that have a learning rate of their own. */
  readonly groups: readonly OptimizerGroup[];
  /** Names of {@link PartStart.replaced}, where there will be any. */
  readonly replaces?: readonly string[];
  /** @throws AtelierError `file`, `format`, `weights`. */
  start(context: StartContext): Promise<PartStart>;
}

/** A group whose rate is a multiple of the run's. */
export function rateGroup(
  name: string,
  owns: (parameter: string) => boolean,
  ratio: number,
): OptimizerGroup {
  return { name, owns, learningRate: (runRate) => runRate * ratio };
}
