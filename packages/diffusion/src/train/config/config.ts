/**
 * @file The training config: one versioned schema that holds every field, its bounds, its default
 * and the sentence that describes it. Nothing else in Atelier has defaults for training but what depends on
 * the base: complete-config.ts, for what it may advise, and plan-run.ts, for sizes and how samples are drawn.
 * Command lines and forms are made from {@link trainConfigFields}.
 *
 * Why these defaults: rank 16 with alpha = rank is what most trainers ship (ai-toolkit, SimpleTuner,
 * diffusers' alpha), and a strength of 1 keeps the meaning of the learning rate when the rank changes
 * and survives programs that lose alpha.
 */

import { AtelierError, isHalf, type Sentence, said, sentenceIn } from "@atelier/engine";
import { z } from "zod";
import { baseDTypes } from "../../core/base-dtype.js";
import { option } from "../../core/option-words.js";
import { samplerNames } from "../../samplers/sampler-names.js";
import { fieldText } from "../events/messages.js";
import { advisedFields, architectureName } from "./advised-fields.js";
import { describeIssues } from "./config-issues.js";
import { problemAt } from "./config-problem.js";
import { dataSection } from "./data-section.js";
import { checkObjective, objectiveFields } from "./objective-section.js";
import { optimizerSection } from "./optimizer-section.js";
import type { GivenConfig } from "./train-config.js";
import { resolveTuning, tuningFields } from "./tuning-sections.js";
import { checkWatch, watchSection } from "./watch-section.js";

const count = z.int().min(1).max(1_000_000_000);
const steps = z.int().min(0).max(1_000_000_000);
/** PyTorch's generators take more; JSON numbers do not. */
const seed = z.int().min(0);
const text = z.string().min(1);
const base = z
  .strictObject({
    path: text.optional().describe(fieldText["base.path"]),
    repo: text.optional().describe(fieldText["base.repo"]),
    revision: text.default("main").describe(fieldText["base.revision"]),
    variant: text.optional().describe(fieldText["base.variant"]),
    dtype: z.enum(baseDTypes).optional().describe(fieldText["base.dtype"]),
    vae: text.optional().describe(fieldText["base.vae"]),
    parts: z.array(text).max(8).default([]).describe(fieldText["base.parts"]),
    maxSequenceLength: z
      .int()
      .min(1)
      .max(512)
      .optional()
      .describe(fieldText["base.maxSequenceLength"]),
    guidance: z.number().min(0).max(100).default(1).describe(fieldText["base.guidance"]),
    architecture: architectureName.optional().describe(fieldText["base.architecture"]),
    fingerprint: text.optional().describe(fieldText["base.fingerprint"]),
    offline: z.boolean().default(false).describe(fieldText["base.offline"]),
    predictionType: z
      .enum(["epsilon", "v_prediction"])
      .optional()
      .describe(fieldText["base.predictionType"]),
    zeroTerminalSnr: z.boolean().default(false).describe(fieldText["base.zeroTerminalSnr"]),
  })
  .refine(({ path, repo }) => path === undefined || repo === undefined, {
    error: "expected either base.path or base.repo, got both",
  })
  .refine(({ path, repo }) => path !== undefined || repo !== undefined, {
    error: "expected base.path or base.repo, the model to train on, got neither",
  });

const samples = z.strictObject({
  everySteps: steps.default(250).describe(fieldText["samples.everySteps"]),
  prompts: z.array(z.string()).max(64).default([]).describe(fieldText["samples.prompts"]),
  negativePrompt: z.string().default("").describe(fieldText["samples.negativePrompt"]),
  sampler: z.enum(samplerNames).optional().describe(fieldText["samples.sampler"]),
  steps: count.max(1000).optional().describe(fieldText["samples.steps"]),
  guidance: z.number().min(0).max(100).optional().describe(fieldText["samples.guidance"]),
  seed: seed.default(0).describe(fieldText["samples.seed"]),
});

const output = z.strictObject({
  folder: text.default("runs").describe(fieldText["output.folder"]),
  run: text.optional().describe(fieldText["output.run"]),
  formats: z
    .enum(["both", "kohya", "diffusers", "comfyui"])
    .default("both")
    .describe(fieldText["output.formats"]),
  checkpoint: z
    .enum(["folder", "single-file"])
    .default("folder")
    .describe(fieldText["output.checkpoint"]),
  dtype: z
    .enum(["float32", "float16", "bfloat16"])
    .default("float32")
    .describe(fieldText["output.dtype"]),
});

const keep = z.strictObject({
  last: count.default(3).describe(fieldText["keep.last"]),
  best: steps.default(0).describe(fieldText["keep.best"]),
  everySteps: steps.default(0).describe(fieldText["keep.everySteps"]),
  withinSteps: steps.default(0).describe(fieldText["keep.withinSteps"]),
});

const device = z.strictObject({
  backend: z.enum(["cpu", "webgpu", "cuda"]).default("cpu").describe(fieldText["device.backend"]),
  threads: count.max(1024).optional().describe(fieldText["device.threads"]),
});

const trainConfigShape = z.strictObject({
  version: z.literal(1).default(1).describe(fieldText.version),
  name: z
    .string()
    .regex(/^[\p{L}\p{N}_][\p{L}\p{N}_.-]{0,99}$/u, {
      error: "expected up to 100 letters, digits, dots, dashes and underscores",
    })
    .optional()
    .describe(fieldText.name),
  base: base.prefault({}).describe(fieldText.base),
  data: dataSection.describe(fieldText.data),
  ...tuningFields,
  optimizer: optimizerSection.prefault({}).describe(fieldText.optimizer),
  learningRate: advisedFields.learningRate.optional().describe(fieldText.learningRate),
  schedule: advisedFields.schedule.optional().describe(fieldText.schedule),
  steps: advisedFields.steps.optional().describe(fieldText.steps),
  batchSize: advisedFields.batchSize.optional().describe(fieldText.batchSize),
  gradientAccumulation: count.max(4096).default(1).describe(fieldText.gradientAccumulation),
  batchParts: count.max(64).optional().describe(fieldText.batchParts),
  maxGradNorm: z.number().min(0).default(1).describe(fieldText.maxGradNorm),
  ...objectiveFields,
  seed: seed.default(0).describe(fieldText.seed),
  gradientCheckpointing: z
    .enum(["auto", "on", "off"])
    .default("auto")
    .describe(fieldText.gradientCheckpointing),
  mixedPrecision: z.enum(["off", "float16"]).default("off").describe(fieldText.mixedPrecision),
  maxMemory: z.number().positive().max(100_000).optional().describe(fieldText.maxMemory),
  samples: samples.prefault({}).describe(fieldText.samples),
  watch: watchSection.prefault({}).describe(fieldText.watch),
  saveEverySteps: steps.default(250).describe(fieldText.saveEverySteps),
  keep: keep.prefault({}).describe(fieldText.keep),
  output: output.prefault({}).describe(fieldText.output),
  cacheFolder: text.optional().describe(fieldText.cacheFolder),
  device: device.prefault({}).describe(fieldText.device),
});

const trainConfigSchema: z.ZodType<GivenConfig> = trainConfigShape.transform((config, context) => {
  const refuse = (path: readonly string[], sentence: Sentence): void => {
    context.issues.push({ ...problemAt(path, sentence), input: config });
  };
  checkObjective(config, refuse);
  checkBase(config, refuse);
  checkWatch(config.watch, refuse);
  return { ...config, ...resolveTuning(config, refuse) };
});

/** Refuses what cannot train. */
function checkBase(
  { base, tuning }: Pick<GivenConfig, "base" | "tuning">,
  refuse: (path: readonly string[], sentence: Sentence) => void,
): void {
  if (tuning !== "full" || base.dtype === undefined || isHalf(base.dtype)) return;
  refuse(
    ["base", "dtype"],
    said`expected float16 or bfloat16 where the model's own weights train, got ${base.dtype}, in which they would begin with a large error. Leave it out, or train an adapter`,
  );
}

/**
 * Checks a config and fills in the defaults, but of what a base may advise; see `completeConfig`.
 * @throws AtelierError `config` with all problems, one path per line; unknown fields come with the
 * nearest known name.
 */
export function parseTrainConfig(value: unknown): GivenConfig {
  const parsed = trainConfigSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const paths = trainConfigFields().map(({ path }) => path);
  const problems = describeIssues(parsed.error.issues, value, paths);
  throw new AtelierError(
    "config",
    said`training config: ${problems.length === 1 ? "one problem" : `${problems.length} problems`}:\n${problems.map((problem) => `  ${sentenceIn(problem, {})}`).join("\n")}\nCorrect these fields; ${option("trainConfigFields")} lists all of them.`,
    { context: { problems } },
  );
}

/** A field of the config, as flags and forms are made from it. */
export interface TrainField {
  /** Dotted: `lora.rank`. */
  readonly path: string;
  readonly kind: "boolean" | "integer" | "number" | "text" | "choice" | "list";
  readonly description: string;
  /** The default, where there is one that does not depend on other things. */
  readonly defaultValue?: unknown;
  readonly choices?: readonly string[];
  readonly isRequired: boolean;
}

/** What this reads of JSON Schema. */
interface SchemaNode {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly SchemaNode[];
}

/** All fields in the order of the schema. */
export function trainConfigFields(): TrainField[] {
  // JSON Schema's own types are wider; what is read here is checked by the config's tests.
  return fieldsBelow(z.toJSONSchema(trainConfigSchema, { io: "input" }) as SchemaNode, "");
}

function fieldsBelow(node: SchemaNode, prefix: string): TrainField[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const path = prefix + name;
    if (child.properties !== undefined) return fieldsBelow(child, `${path}.`);
    const choices = child.enum?.map(String);
    return [
      {
        path,
        kind: kindOf(child),
        description: child.description ?? "",
        isRequired: node.required?.includes(name) ?? false,
        ...(child.default === undefined ? {} : { defaultValue: child.default }),
        ...(choices === undefined ? {} : { choices }),
      },
    ];
  });
}

function kindOf({ type, enum: choices, anyOf }: SchemaNode): TrainField["kind"] {
  if (choices !== undefined) return "choice";
  if (type === "array" || anyOf?.some((option) => option.type === "array")) return "list";
  if (type === "boolean" || type === "integer" || type === "number") return type;
  return "text";
}
