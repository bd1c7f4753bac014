/**
 * @file Settings of OneTrainer (Nerogar/OneTrainer): the JSON of a preset or of a saved run, and lists of
 * concepts and samples, which it keeps in files of their own. Files hold what differs from its defaults
 * (`TrainConfig.default_values`).
 */

import { AtelierError, said } from "@atelier/engine";
import { otherFamily } from "./import-kohya.js";
import { importConcepts, importSamples } from "./one-trainer-concepts.js";
import {
  oneTrainerFamilies,
  oneTrainerFlowDefaults,
  oneTrainerFlowRules,
} from "./one-trainer-flow.js";
import { oneTrainerDefaults, oneTrainerRules } from "./one-trainer-rules.js";
import { settle } from "./settle.js";
import { createTranslation, type ImportedConfig } from "./translation.js";
import { asSettings, asText, type Settings } from "./values.js";

/** Whether a JSON file is one of OneTrainer's. */
export function isOneTrainer(file: Settings): boolean {
  const own = ["training_method", "model_type", "base_model_name", "output_model_destination"];
  return own.filter((name) => Object.hasOwn(file, name)).length >= 2;
}

/** A list of concepts or of samples. */
export function isOneTrainerList(value: unknown): value is readonly unknown[] {
  if (!Array.isArray(value) || value.length === 0) return false;
  return value.every((entry: unknown) => {
    const { path, prompt, text, image } = asSettings(entry) ?? {};
    return (
      (path !== undefined && (text !== undefined || image !== undefined)) || prompt !== undefined
    );
  });
}

/**
 * A config of OneTrainer's settings.
 * @param lists its files of concepts and samples
 * @throws AtelierError `config` for another family, or another kind of training.
 */
export function importOneTrainer(
  file: Settings,
  lists: readonly (readonly unknown[])[] = [],
): ImportedConfig {
  const type = asText(file["model_type"] ?? "STABLE_DIFFUSION_15");
  const family = Object.entries(oneTrainerFamilies).find(([name]) => name === type)?.[1];
  if (family === undefined && !/^STABLE_DIFFUSION_(15|2[01](_BASE)?|XL_10_BASE)$/.test(type))
    throw otherFamily(`another model (model_type ${type})`);
  const method = asText(file["training_method"] ?? "FINE_TUNE");
  if (!["FINE_TUNE", "LORA", "EMBEDDING"].includes(method)) {
    throw new AtelierError(
      "config",
      said`import: expected a training_method of FINE_TUNE, LORA or EMBEDDING, got ${method}. It has no equivalent.`,
    );
  }
  const translation = createTranslation();
  const isConcepts = (list: readonly unknown[]) => asSettings(list[0])?.["path"] !== undefined;
  const concepts = lists.find(isConcepts) ?? file["concepts"];
  const samples = lists.find((list) => !isConcepts(list)) ?? file["samples"];
  const { concepts: _, samples: __, concept_file_name: names, ...settings } = file;
  if (Array.isArray(concepts)) importConcepts(concepts, translation);
  else
    translation.leave(
      "concept_file_name",
      names ?? "training_concepts/concepts.json",
      said`name this file as well: atelier import <settings> <concepts>`,
    );
  const own =
    family === undefined
      ? { rules: {}, defaults: {} }
      : { rules: oneTrainerFlowRules(family), defaults: oneTrainerFlowDefaults };
  translation.translate(
    settings,
    { ...oneTrainerRules, ...own.rules },
    { defaults: { ...oneTrainerDefaults, ...own.defaults } },
  );
  if (Array.isArray(samples)) importSamples(samples, translation);
  settle(translation);
  return translation.result();
}
