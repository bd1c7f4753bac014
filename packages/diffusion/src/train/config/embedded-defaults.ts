/**
 * @file What a training on the embedded base takes where its config does not say: what teaches so
 * small a model best, as the demo and docs/techniques.md measured. Learning rates are in
 * tuning-sections.ts.
 */

import { embeddedBaseName } from "../../core/embedded-base.js";

/** Of every training on it. */
export const embeddedDefaults = {
  /** Pictures are small: many to a batch cost little and steady the steps. */
  batchSize: 8,
  schedule: { name: "cosine", warmupShare: 0.05 },
  /** Where shapes are decided on latents as small as these: the density that the base was trained with. */
  timesteps: { distribution: "logit_normal", mean: -0.5, deviation: 1 },
  /** Of adapters: what things look like is in the convolutions too. */
  targets: ["all"],
} as const;

/** A class kept beside the subject makes it slower to learn. */
const steps = { usual: 150, withPrior: 500 } as const;

type Fields = Readonly<Record<string, unknown>>;

/** The config's fields with these defaults below them; anything else is left to the schema. */
export function withEmbeddedDefaults(given: unknown): unknown {
  if (!isFields(given) || !isOnEmbedded(given["base"])) return given;
  const { tuning = "lora", lora = {}, prior } = given;
  const hasAdapter = tuning === "lora" || tuning === "pivotal";
  const { batchSize, schedule, timesteps, targets } = embeddedDefaults;
  return {
    batchSize,
    steps: prior === undefined ? steps.usual : steps.withPrior,
    schedule,
    timesteps,
    ...given,
    ...(hasAdapter && isFields(lora) ? { lora: { targets, ...lora } } : {}),
  };
}

function isOnEmbedded(base: unknown): boolean {
  if (base === undefined) return true;
  if (!isFields(base) || base["repo"] !== undefined) return false;
  return base["path"] === undefined || base["path"] === embeddedBaseName;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
