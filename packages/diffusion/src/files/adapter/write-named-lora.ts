/**
 * @file Files of adapters that hold an alpha tensor per module, under the names of a dialect: kohya's and ComfyUI's.
 * Modules of transformers that are one layer under original names are joined.
 */

import { AtelierError, type FileStore, floatTensor, said } from "@atelier/engine";
import { type Parts, partEntries, partSuffixes } from "../../core/adapter-parts.js";
import type { LoraModule, LoraWeights } from "../../core/lora-weights.js";
import { families } from "../../families/families.js";
import type { AdapterRules } from "../../families/family.js";
import { toldByMetadata } from "../model/told-prediction.js";
import type { StoredFloat } from "../safetensors/float-codec.js";
import {
  type TensorSource,
  tensorSource,
  writeSafetensors,
} from "../safetensors/write-safetensors.js";
import { bundledTensors } from "./bundled-words.js";
import { type DescribedLora, describeLora } from "./describe-lora.js";
import { joinOriginals } from "./original-modules.js";
import type { AdaptedLayers, LayerForm } from "./shape-for-layer.js";

/** Options of writing a file under a dialect's names; a prediction type is what the weights came with by default. */
export interface WriteNamedLoraOptions extends DescribedLora {
  /** All layers of the model; names depend on its layout, and shapes of magnitudes on each layer. */
  readonly layers: AdaptedLayers;
  /** How factors are stored; alphas are always F32. */
  readonly dtype?: StoredFloat;
}

/** The names of a kind of file. */
export interface LoraDialect {
  /**
   * The name of each module, and of those that a transformer's become by `joinOriginals`; a module without one is
   * missing.
   */
  readonly names: (
    modulePaths: Iterable<string>,
    rules: AdapterRules,
  ) => ReadonlyMap<string, string>;
  /** Whether modules of a transformer have their original names. */
  readonly isOriginal: (rules: AdapterRules) => boolean;
  /** Endings that are not those of LyCORIS and PEFT. */
  readonly suffixes: Parts<string>;
}

/**
 * Writes a file and returns its size in bytes. Words are bundled, see bundled-words.ts.
 * @throws AtelierError `weights` when a module has no name in the dialect or there is none, `file`.
 */
export async function writeNamedLora(
  files: FileStore,
  path: string,
  weights: LoraWeights,
  { dialect, ...given }: WriteNamedLoraOptions & { readonly dialect: LoraDialect },
): Promise<number> {
  const options = { predictionType: toldByMetadata(weights.metadata)?.type, ...given };
  const tensors = namedTensors(path, weights, { ...options, dialect });
  const metadata = await describeLora(tensors, weights, options);
  return writeSafetensors(files, path, tensors, { metadata });
}

function namedTensors(
  path: string,
  { modules, words = [] }: LoraWeights,
  {
    family,
    layers,
    dialect,
    dtype = "F32",
  }: WriteNamedLoraOptions & { readonly dialect: LoraDialect },
): TensorSource[] {
  const { adapters } = families[family];
  const names = dialect.names(layers.keys(), adapters);
  const missing = [...modules.keys()].find((module) => !names.has(module));
  if (missing !== undefined || modules.size === 0) {
    throw new AtelierError(
      "weights",
      said`${path}: expected modules of the model, got ${missing ?? "none"}. Name the model that the LoRA was trained for.`,
      { context: { path } },
    );
  }
  const written = dialect.isOriginal(adapters) ? joinOriginals(path, modules, layers) : modules;
  const ofModules = [...written].flatMap(([path, module]) => {
    const name = names.get(path) ?? path;
    const { method, parts, alpha } = asReadersTakeIt(module, layers.get(path));
    const suffixes = { ...partSuffixes[method], ...dialect.suffixes };
    return [
      ...partEntries(parts).map(([part, tensor]) =>
        tensorSource(`${name}.${suffixes[part] ?? part}`, tensor, { dtype }),
      ),
      tensorSource(`${name}.alpha`, floatTensor([alpha], [])),
    ];
  });
  return [...ofModules, ...bundledTensors(words, dtype)];
}

/**
 * A module as its readers take it: magnitudes as `[out, 1, …]` or `[1, in, …]`, and the scale of a LoKr of
 * whole factors, for which they ignore alpha, within its first.
 */
function asReadersTakeIt(plain: LoraModule, layer: LayerForm | undefined): LoraModule {
  const module = withSpreadMagnitude(plain, layer?.weightShape.length ?? 2);
  const { method, alpha, rank, parts } = module;
  const { w1, w2 } = parts;
  if (method !== "lokr" || w1 === undefined || w2 === undefined || alpha === rank) return module;
  const scaled = w1.data.map((value) => (value * alpha) / rank);
  return { ...module, alpha: rank, parts: { ...parts, w1: floatTensor(scaled, w1.shape) } };
}

function withSpreadMagnitude(module: LoraModule, axes: number): LoraModule {
  const { magnitude } = module.parts;
  if (magnitude === undefined) return module;
  const { data, shape } = magnitude;
  const own = shape.length === 1 ? 0 : 1;
  const spread = Array.from({ length: axes }, (_, axis) => (axis === own ? data.length : 1));
  return { ...module, parts: { ...module.parts, magnitude: floatTensor(data, spread) } };
}
