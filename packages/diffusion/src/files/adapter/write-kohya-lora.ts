/**
 * @file LoRA files as kohya's sd-scripts writes them, which A1111, ComfyUI and others read: names
 * with underscores, an alpha tensor per module, `ss_*` and ModelSpec 1.0.1 metadata, and the two
 * hashes by which A1111 recognises a file whatever its name.
 */

import { AtelierError, type FileStore, floatTensor, said } from "@atelier/engine";
import {
  type MethodName,
  type Parts,
  partEntries,
  partSuffixes,
} from "../../core/adapter-parts.js";
import { sha256Hex } from "../../core/content-hash.js";
import type { LoraModule, LoraWeights } from "../../core/lora-weights.js";
import { families } from "../../families/families.js";
import type { FamilyId } from "../../families/family.js";
import type { ProcessPrediction } from "../../process/prediction-type.js";
import { specNames, toldByMetadata } from "../model/told-prediction.js";
import type { StoredFloat } from "../safetensors/float-codec.js";
import {
  encodeSafetensors,
  type TensorSource,
  tensorSource,
  writeSafetensors,
} from "../safetensors/write-safetensors.js";
import { writtenNumber } from "../safetensors/written-number.js";
import { bundledTensors } from "./bundled-words.js";
import { ADAPTER_METADATA_KEY } from "./lora-config.js";
import { kohyaNames } from "./lora-module-names.js";
import { joinOriginals } from "./original-modules.js";
import type { AdaptedLayers, LayerForm } from "./shape-for-layer.js";

/** Options of {@link writeKohyaLora}. */
export interface WriteKohyaLoraOptions {
  readonly family: FamilyId;
  /** All layers of the model; SDXL names depend on its layout, and shapes of magnitudes on each layer. */
  readonly layers: AdaptedLayers;
  /** The name that programs show for it. */
  readonly title: string;
  /** What the base predicts; what the weights came with by default. */
  readonly predictionType?: ProcessPrediction | undefined;
  /** How factors are stored; alphas are always F32. */
  readonly dtype?: StoredFloat;
  /** More or other metadata (`ss_output_name`, `modelspec.trigger_phrase`, …). */
  readonly metadata?: ReadonlyMap<string, string>;
}

/** Metadata that describes the bytes of one file and so never passes on to another. */
const boundToFile = new Set([
  "format",
  ADAPTER_METADATA_KEY,
  "sshs_model_hash",
  "sshs_legacy_hash",
  "modelspec.hash_sha256",
]);

/**
 * Writes a kohya file and returns its size in bytes. Metadata that the weights came with is kept;
 * words are bundled, see bundled-words.ts.
 * @throws AtelierError `weights` when a module has no kohya name or there is none, `file`.
 */
export async function writeKohyaLora(
  files: FileStore,
  path: string,
  weights: LoraWeights,
  given: WriteKohyaLoraOptions,
): Promise<number> {
  const options = { predictionType: toldByMetadata(weights.metadata)?.type, ...given };
  const tensors = kohyaTensors(path, weights, options);
  const metadata = new Map([
    ...portableMetadata(weights),
    ...trainingFacts(weights, options),
    ...modelSpec(options),
    ...(options.metadata ?? []),
    ["format", "pt"] as const,
  ]);
  const ssOnly = new Map([...metadata].filter(([key]) => key.startsWith("ss_")));
  const { content, legacy } = await hashes(await encodeSafetensors(tensors, { metadata: ssOnly }));
  metadata.set("sshs_model_hash", content);
  metadata.set("sshs_legacy_hash", legacy);
  metadata.set("modelspec.hash_sha256", `0x${content}`);
  return writeSafetensors(files, path, tensors, { metadata });
}

/** The metadata of a LoRA that stays true when it is written to another file. */
export function portableMetadata({ metadata }: LoraWeights): Map<string, string> {
  return new Map([...metadata].filter(([key]) => !boundToFile.has(key)));
}

function kohyaTensors(
  path: string,
  { modules, words = [] }: LoraWeights,
  { family, layers, dtype = "F32" }: WriteKohyaLoraOptions,
): TensorSource[] {
  const names = kohyaNames(layers.keys(), families[family].adapters);
  const missing = [...modules.keys()].find((module) => !names.has(module));
  if (missing !== undefined || modules.size === 0) {
    throw new AtelierError(
      "weights",
      said`${path}: expected modules of the model, got ${missing ?? "none"}. Name the model that the LoRA was trained for.`,
      { context: { path } },
    );
  }
  const { denoiserNames } = families[family].adapters;
  const written = denoiserNames === "original" ? joinOriginals(path, modules, layers) : modules;
  const ofModules = [...written].flatMap(([path, module]) => {
    const name = names.get(path) ?? path;
    const { method, parts, alpha } = asReadersTakeIt(module, layers.get(path));
    return [
      ...partEntries(parts).map(([part, tensor]) =>
        tensorSource(`${name}.${suffixes[part] ?? partSuffixes[method][part] ?? part}`, tensor, {
          dtype,
        }),
      ),
      tensorSource(`${name}.alpha`, floatTensor([alpha], [])),
    ];
  });
  return [...ofModules, ...bundledTensors(words, dtype)];
}

/** Where kohya's and LyCORIS' names are not PEFT's. */
const suffixes: Parts<string> = {
  down: "lora_down.weight",
  up: "lora_up.weight",
  magnitude: "dora_scale",
};

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

/** The least that kohya's own tools want to know (`no_metadata` in sd-scripts). */
function trainingFacts(
  weights: LoraWeights,
  { family, predictionType = "epsilon" }: WriteKohyaLoraOptions,
): [string, string][] {
  const { adapters } = families[family];
  const modules = [...weights.modules.values()];
  const wide = modules.filter(({ parts }) => (parts.down?.shape[2] ?? 1) > 1);
  const plain = modules.filter((module) => !wide.includes(module));
  const main = common(plain.length > 0 ? plain : wide);
  const convolutions = common(wide);
  const methods = [...new Set(modules.map(({ method }) => method))];
  const isDecomposed = modules.some(({ parts }) => parts.magnitude !== undefined);
  const args = {
    ...lycorisArguments(methods),
    ...(isDecomposed ? { dora_wd: "True" } : {}),
    ...(wide.length === 0 ? {} : { conv_dim: convolutions.dim, conv_alpha: convolutions.alpha }),
  };
  const isPlain = methods.every((method) => method === "lora");
  return [
    ["ss_v2", adapters.isSecondVersion ? "True" : "False"],
    ["ss_base_model_version", adapters.spec(predictionType).baseVersion],
    ["ss_network_module", isPlain ? "networks.lora" : "lycoris.kohya"],
    ["ss_network_dim", main.dim],
    ["ss_network_alpha", main.alpha],
    ["ss_network_args", JSON.stringify(args)],
  ];
}

/** How LyCORIS names the methods that kohya's own networks do not have. */
function lycorisArguments(methods: readonly MethodName[]): Record<string, string> {
  if (methods.includes("dora")) return { algo: "lora" };
  const [algo] = methods.filter((method) => method !== "lora");
  return algo === undefined ? {} : { algo };
}

/** Rank and alpha as kohya prints them; `Dynamic` where modules differ. */
function common(modules: readonly LoraModule[]): { dim: string; alpha: string } {
  const only = (values: readonly string[]) => {
    const [first = "Dynamic", ...others] = new Set(values);
    return others.length === 0 ? first : "Dynamic";
  };
  const asFloat = (value: number) =>
    Number.isInteger(value) ? value.toFixed(1) : String(writtenNumber(value));
  return {
    dim: only(modules.map(({ rank }) => String(rank))),
    alpha: only(modules.map(({ alpha }) => asFloat(alpha))),
  };
}

function modelSpec({ family, title, predictionType }: WriteKohyaLoraOptions): [string, string][] {
  const { adapters } = families[family];
  const { architecture } = adapters.spec(predictionType ?? "epsilon");
  const prediction = predictionType === undefined ? undefined : specNames[predictionType];
  return [
    ["modelspec.sai_model_spec", "1.0.1"],
    ["modelspec.architecture", `${architecture}/lora`],
    ["modelspec.implementation", adapters.implementation],
    ["modelspec.title", title],
    // What nobody knows is left out: readers would take a guess for a fact.
    ...(prediction === undefined
      ? []
      : [["modelspec.prediction_type", prediction] as [string, string]]),
  ];
}

/** A1111's hashes: of all data, and of the 64 KiB that begin at the first MiB of the file. */
async function hashes(file: Uint8Array): Promise<{ content: string; legacy: string }> {
  const headerBytes = new DataView(file.buffer).getUint32(0, true);
  const legacy = await sha256Hex(file.subarray(0x100000, 0x110000));
  return { content: await sha256Hex(file.subarray(8 + headerBytes)), legacy: legacy.slice(0, 8) };
}
