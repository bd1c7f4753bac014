/**
 * @file What files of adapters say of themselves beside their tensors: `ss_*` of kohya's sd-scripts, ModelSpec 1.0.1,
 * and the two hashes by which A1111 recognises a file whatever its name.
 */

import type { MethodName } from "../../core/adapter-parts.js";
import { sha256Hex } from "../../core/content-hash.js";
import type { LoraModule, LoraWeights } from "../../core/lora-weights.js";
import { families } from "../../families/families.js";
import type { FamilyId } from "../../families/family.js";
import type { ProcessPrediction } from "../../process/prediction-type.js";
import { specNames } from "../model/told-prediction.js";
import { encodeSafetensors, type TensorSource } from "../safetensors/write-safetensors.js";
import { writtenNumber } from "../safetensors/written-number.js";
import { ADAPTER_METADATA_KEY } from "./lora-config.js";

/** Of what is described. */
export interface DescribedLora {
  readonly family: FamilyId;
  /** The name that programs show for it. */
  readonly title: string;
  /** What the base predicts, if it is known. */
  readonly predictionType?: ProcessPrediction | undefined;
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

/** All metadata of a file with these tensors; what the weights came with is kept. */
export async function describeLora(
  tensors: readonly TensorSource[],
  weights: LoraWeights,
  options: DescribedLora,
): Promise<Map<string, string>> {
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
  return metadata;
}

/** The metadata of a LoRA that stays true when it is written to another file. */
export function portableMetadata({ metadata }: LoraWeights): Map<string, string> {
  return new Map([...metadata].filter(([key]) => !boundToFile.has(key)));
}

/** The least that kohya's own tools want to know (`no_metadata` in sd-scripts). */
function trainingFacts(
  weights: LoraWeights,
  { family, predictionType = "epsilon" }: DescribedLora,
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

function modelSpec({ family, title, predictionType }: DescribedLora): [string, string][] {
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
