/**
 * @file What training_config.json of a base says, checked: a part of a training config, with more of it for single
 * tunings and for runs with prior preservation.
 */

import { AtelierError, said, sentenceIn } from "@atelier/engine";
import { z } from "zod";
import { trainingConfigName } from "../../core/training-config.js";
import type { ModelFiles } from "../../families/model-files.js";
import { advisedFields, architectureName, wordRate } from "./advised-fields.js";
import { describeIssues } from "./config-issues.js";
import type { AdvisedFields, GivenConfig, TuningName } from "./train-config.js";

/** What a base can advise; all else follows from the user, or from Atelier's own defaults. */
export interface AdvisedSettings extends Partial<AdvisedFields> {
  readonly lora?: { readonly targets: readonly string[] };
  /** Of a new word beside an adapter; one that trains alone takes the learning rate of the run. */
  readonly embedding?: { readonly learningRate: number };
  /** Prompts of things that it knows, to see whether it still does. */
  readonly watch?: { readonly prompts: readonly string[] };
}

/** The advice of a base. */
export interface TrainingAdvice extends AdvisedSettings {
  readonly base?: { readonly architecture: string };
  /** What holds for one tuning instead. */
  readonly tunings?: { readonly [T in TuningName]?: AdvisedSettings };
  /** What holds beside prior preservation instead, whatever the tuning. */
  readonly withPrior?: AdvisedSettings;
}

// A stranger's patterns are matched with every layer's path: many wildcards could take hours.
const target = z
  .string()
  .max(200)
  .regex(/^[\w.-]*(?:\*[\w.-]*){0,3}$/, {
    error: "expected a set of layers or a pattern with at most three wildcards",
  });

const settings = {
  learningRate: advisedFields.learningRate.exactOptional(),
  schedule: advisedFields.schedule.exactOptional(),
  steps: advisedFields.steps.exactOptional(),
  batchSize: advisedFields.batchSize.exactOptional(),
  timesteps: advisedFields.timesteps.exactOptional(),
  lora: z.strictObject({ targets: z.array(target).min(1).max(100) }).exactOptional(),
  embedding: z.strictObject({ learningRate: wordRate }).exactOptional(),
  watch: z
    .strictObject({ prompts: z.array(z.string().min(1).max(1000)).min(1).max(64) })
    .exactOptional(),
};
const ofOne = z.strictObject(settings).exactOptional();

const schema: z.ZodType<TrainingAdvice> = z.strictObject({
  ...settings,
  base: z.strictObject({ architecture: architectureName }).exactOptional(),
  tunings: z
    .strictObject({ lora: ofOne, full: ofOne, textual_inversion: ofOne, pivotal: ofOne })
    .exactOptional(),
  withPrior: ofOne,
});

/**
 * What a model's training_config.json says; what it leaves out, as is usual in its family.
 * @throws AtelierError `config` for unknown fields and values out of range.
 */
export function trainingAdviceOf({
  path,
  family,
  trainingConfig,
}: Pick<ModelFiles, "path" | "family" | "trainingConfig">): TrainingAdvice {
  const advised = { ...family.training, ...trainingConfig };
  return parseTrainingAdvice(advised, `${trainingConfigName} of ${path}`);
}

/** The advice in the content of such a file. @param where names it in messages @throws AtelierError `config` as above. */
export function parseTrainingAdvice(value: unknown, where: string): TrainingAdvice {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const known = [...Object.keys(settings), "base.architecture", "tunings", "withPrior"];
  const problems = describeIssues(parsed.error.issues, value, known);
  throw new AtelierError(
    "config",
    said`${where}: expected settings that a base advises for trainings, got:\n${problems.map((problem) => `  ${sentenceIn(problem, {})}`).join("\n")}\nCorrect or remove it.`,
    { context: { problems } },
  );
}

/** What holds for a config: its tuning's word goes before that for all, and a prior's before both. */
export function settingsFor(
  { tuning, prior }: Pick<GivenConfig, "tuning" | "prior">,
  advice: TrainingAdvice,
): AdvisedSettings {
  const { tunings, withPrior } = advice;
  return { ...advice, ...tunings?.[tuning], ...(prior === undefined ? {} : withPrior) };
}
