/**
 * @file The noise schedule of a single-file checkpoint. Every family exists with ε and with v prediction
 * in the same shapes. Whoever says which it is counts in this order: the person who opens it, the yaml
 * beside the file, what Atelier stored in it, its metadata, a marker among its tensors. Where nobody
 * does, it is assumed, and noted with how to overrule that.
 */

import { isJsonObject } from "../../core/json-object.js";
import type { ConfigObject } from "../../core/read-config.js";
import { type Warning, warning } from "../../core/warnings/warning.js";
import type { ModelFamily } from "../../families/family.js";
import { type PredictionType, predictionTypes } from "../../process/prediction-type.js";
import type { SafetensorsFile } from "../safetensors/open-safetensors.js";
import type { ModelYaml } from "./model-yaml.js";
import {
  type AdapterClaim,
  isTrainedToZeroSnr,
  type ToldPrediction,
  toldByMetadata,
} from "./told-prediction.js";
import { zeroTerminalSnrFields } from "./zero-terminal-snr.js";

/** Empty tensors by which programs mark v prediction, and a schedule that ends in pure noise. */
export const markers = { vPrediction: "v_pred", zeroTerminalSnr: "ztsnr" } as const;

/** What is known besides the file's tensors. */
export interface SchedulerHints {
  readonly family: ModelFamily;
  /** A scheduler config that Atelier stored in the file. */
  readonly stored: unknown;
  /** The config beside the file. */
  readonly yaml?: ModelYaml | undefined;
  readonly predictionType?: PredictionType | undefined;
  /** What adapters that go with it say. */
  readonly claims?: readonly AdapterClaim[] | undefined;
  /** Receives what had to be assumed, and contradictions. */
  readonly notes: Warning[];
}

/** A file's schedule. */
export interface FileScheduler {
  /** The fields of a scheduler_config.json. */
  readonly scheduler: ConfigObject;
  /** Whether nothing says what the model predicts. */
  readonly isPredictionAssumed: boolean;
}

/** The schedule of a file. @throws AtelierError `file` when it cannot be read. */
export async function schedulerOfFile(
  source: SafetensorsFile,
  { family, stored, yaml, predictionType, claims = [], notes }: SchedulerHints,
): Promise<FileScheduler> {
  const { path } = source;
  const { assumePrediction } = family.singleFile;
  const known = isJsonObject(stored) ? stored : undefined;
  const usual = known ?? family.singleFile.scheduler(source.entries);
  if (assumePrediction === undefined) return { scheduler: usual, isPredictionAssumed: false };
  const fields = { ...usual, ...yaml?.schedule };
  const [first, ...others] = toldBy(source, known, yaml);
  const other = others.find(({ type }) => type !== first?.type);
  if (predictionType === undefined && first !== undefined && other !== undefined) {
    const contrary = { otherType: other.type, otherBy: other.by, otherWhere: other.where };
    notes.push(warning("prediction-contradiction", { path, ...first, ...contrary }));
  }
  const told = predictionType ?? first?.type;
  const assumed = told === undefined ? await assume(source, assumePrediction, claims) : undefined;
  if (assumed !== undefined) notes.push(assumed);
  const prediction = told ?? assumed?.params.type;
  const isMarked =
    source.entries.has(markers.zeroTerminalSnr) || isTrainedToZeroSnr(source.metadata);
  if (isMarked && prediction === "epsilon" && known === undefined) {
    notes.push(warning("unheeded-zero-snr", { path }));
  }
  const endsInNoise = isMarked && prediction !== "epsilon" && known === undefined;
  return {
    scheduler: {
      ...fields,
      ...(endsInNoise ? zeroTerminalSnrFields : {}),
      prediction_type: prediction,
    },
    isPredictionAssumed: assumed !== undefined,
  };
}

/** Everybody who says what the model predicts, who counts most first. */
function toldBy(
  { metadata, entries }: SafetensorsFile,
  known: ConfigObject | undefined,
  yaml: ModelYaml | undefined,
): ToldPrediction[] {
  const told: ToldPrediction[] = [];
  if (yaml !== undefined) {
    told.push({ type: yaml.predictionType, by: "yaml", where: yaml.path });
  }
  // diffusers' default stands for a field that is absent.
  const stored = predictionTypes.find((type) => type === (known?.["prediction_type"] ?? "epsilon"));
  if (known !== undefined && stored !== undefined) {
    told.push({ type: stored, by: "config", where: "" });
  }
  const byMetadata = toldByMetadata(metadata);
  if (byMetadata !== undefined) told.push(byMetadata);
  if (entries.has(markers.vPrediction)) {
    told.push({ type: "v_prediction", by: "tensor", where: markers.vPrediction });
  }
  return told;
}

async function assume(
  source: SafetensorsFile,
  assumePrediction: NonNullable<ModelFamily["singleFile"]["assumePrediction"]>,
  claims: readonly AdapterClaim[],
): Promise<Warning<"assumed-prediction" | "assumed-by-tensor" | "assumed-by-adapter">> {
  const { path } = source;
  if (source.entries.has(markers.zeroTerminalSnr)) {
    const tensor = markers.zeroTerminalSnr;
    return warning("assumed-by-tensor", { path, type: "v_prediction", tensor });
  }
  for (const { path: adapter, prediction: type } of claims) {
    if (type !== undefined) return warning("assumed-by-adapter", { path, type, adapter });
  }
  return warning("assumed-prediction", { path, ...(await assumePrediction(source)) });
}
