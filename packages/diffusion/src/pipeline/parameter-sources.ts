/**
 * @file Where the parameters of a model's graphs lie: as they stand in the checkpoint's file where a
 * runtime can map them from there, else read and widened to float32 once for all graphs.
 */

import type { ParameterSource } from "@atelier/engine";
import { requireWeights, type WeightEntry, type Weights } from "../io/checkpoint/weights.js";
import type { ParameterInfo } from "../models/list-layers.js";

/** The stored parameters of one model. */
export interface ParameterSources {
  /** Stored tensors that the model does not ask for; the caller must tell the user. */
  readonly unusedKeys: readonly string[];
  /**
   * Sources by graph parameter name. What cannot be mapped is read at the first call and shared by
   * all later ones.
   * @throws AtelierError `file`, `dtype`.
   */
  load(): Promise<ReadonlyMap<string, ParameterSource>>;
}

/** Options of {@link parameterSources}. */
export interface ParameterSourceOptions {
  /** Names and shapes that the model's graphs ask for, without the prefix. */
  readonly parameters: Iterable<ParameterInfo>;
  /** First part of the graph parameters' names, as given to `createWeights`. */
  readonly prefix: string;
  /** Whether the runtime maps float32 tensors from files; else all are read. */
  readonly mapsFiles: boolean;
}

/**
 * Finds a model's parameters in a checkpoint. Reads nothing yet.
 * @throws AtelierError `weights` that lists missing and wrongly shaped tensors.
 */
export function parameterSources(
  where: string,
  weights: Weights,
  { parameters, prefix, mapsFiles }: ParameterSourceOptions,
): ParameterSources {
  const shapes = new Map([...parameters].map(({ name, shape }) => [name, shape]));
  const used = new Map([...weights.entries].filter(([name]) => shapes.has(name)));
  requireWeights(where, { ...weights, entries: used }, shapes);

  const load = async (): Promise<ReadonlyMap<string, ParameterSource>> => {
    const sources = new Map<string, ParameterSource>();
    for (const [name, entry] of used) {
      const source =
        mapsFiles && isReady(entry) ? fileTensor(entry) : await weights.readFloat32(name);
      sources.set(prefix + name, source);
    }
    return sources;
  };
  let loaded: ReturnType<typeof load> | undefined;
  return {
    unusedKeys: [...weights.entries.keys()].filter((name) => !used.has(name)),
    load() {
      loaded ??= load();
      return loaded;
    },
  };
}

/** Whether the stored bytes are the parameter. */
function isReady({ dtype, transform }: WeightEntry): boolean {
  return dtype === "F32" && transform === undefined;
}

function fileTensor({ file, byteOffset, byteLength }: WeightEntry): ParameterSource {
  return { path: file, byteOffset, byteLength };
}
