/**
 * @file How the fields of the training config are shown to people: in which groups, and which ones most runs set. Help
 * of command lines and forms are made from it.
 */

import { internalError } from "@atelier/engine";

/** What most runs set, by dotted path. */
export const usualFields: ReadonlySet<string> = new Set([
  ...["name", "base.path", "base.repo", "data.prompt", "tuning", "steps", "learningRate"],
  ...["batchSize", "lora.rank", "lora.method", "full.parts", "embedding.token"],
  ...["embedding.initializer", "embedding.vectors", "samples.prompts", "watch.share", "maxMemory"],
]);

/** All groups, in the order in which they are shown. */
export const fieldGroups = [
  "model",
  "data",
  "tuning",
  "prior",
  "learning",
  "objective",
  "progress",
  "machine",
] as const;

/** A group of fields. */
export type FieldGroup = (typeof fieldGroups)[number];

/** Groups by the sections of the config whose fields they hold. */
const sectionsOfGroups: Readonly<Record<FieldGroup, readonly string[]>> = {
  model: ["base", "name", "output"],
  data: ["data"],
  tuning: ["tuning", "lora", "full", "embedding", "textEncoder", "ema"],
  prior: ["prior"],
  learning: [
    ...["steps", "batchSize", "gradientAccumulation", "learningRate", "schedule"],
    ...["optimizer", "maxGradNorm", "seed"],
  ],
  objective: [
    ...["loss", "minSnrGamma", "weighting", "p2Gamma", "noiseOffset", "adaptiveNoiseScale"],
    ...["inputPerturbation", "timesteps"],
  ],
  progress: ["samples", "watch", "saveEverySteps", "keep"],
  machine: [
    "device",
    "maxMemory",
    "gradientCheckpointing",
    "mixedPrecision",
    "batchParts",
    "cacheFolder",
  ],
};

/**
 * The group of a field; none of the config's version.
 * @throws AtelierError `internal` for a field that no group holds.
 */
export function fieldGroupOf(path: string): FieldGroup | undefined {
  const [section = ""] = path.split(".");
  if (section === "version") return undefined;
  const found = fieldGroups.find((group) => sectionsOfGroups[group].includes(section));
  if (found === undefined) throw internalError(`no group of fields holds ${path}.`);
  return found;
}
