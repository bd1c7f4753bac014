/**
 * @file The sections of the training config that say what trains besides an adapter: weights of the
 * models, a new word, prior preservation, an average. Only the sections of the chosen tuning may be given.
 */

import { z } from "zod";
import { wordKinds } from "../data/caption-templates.js";
import { loraSection } from "./lora-section.js";
import { fieldText } from "./messages.js";
import type {
  EmaConfig,
  EmbeddingConfig,
  FullConfig,
  LoraConfigFields,
  PriorConfig,
  TrainConfig,
  TuningName,
} from "./train-config.js";

const text = z.string().min(1);
const rate = z.number().min(0).max(10);
const texts = z
  .union([text, z.array(text).min(1)])
  .default(["all"])
  .transform((value) => (typeof value === "string" ? [value] : value));

/** Weights of the models. */
const fullSection = z.strictObject({
  parts: texts.describe(fieldText["full.parts"]),
  textEncoderParts: texts.describe(fieldText["full.textEncoderParts"]),
});

/** A new word. */
const embeddingSection = z.strictObject({
  token: z
    .string()
    .regex(/^\S{1,100}$/u, { error: "expected a word without white space, such as <my-style>" })
    .describe(fieldText["embedding.token"]),
  initializer: text.describe(fieldText["embedding.initializer"]),
  vectors: z.int().min(1).max(16).default(1).describe(fieldText["embedding.vectors"]),
  kind: z.enum(wordKinds).optional().describe(fieldText["embedding.kind"]),
  learningRate: rate.optional().describe(fieldText["embedding.learningRate"]),
  maxNorm: z.number().positive().optional().describe(fieldText["embedding.maxNorm"]),
  trainShare: z.number().positive().max(1).optional().describe(fieldText["embedding.trainShare"]),
});

/** The text encoder beside the UNet. */
const textEncoderSection = z.strictObject({
  train: z.boolean().default(false).describe(fieldText["textEncoder.train"]),
  learningRate: rate.optional().describe(fieldText["textEncoder.learningRate"]),
});

/** Prior preservation. */
const priorSection = z
  .strictObject({
    classPrompt: text.describe(fieldText["prior.classPrompt"]),
    source: z
      .enum(["pictures", "prediction"])
      .default("pictures")
      .describe(fieldText["prior.source"]),
    folder: text.optional().describe(fieldText["prior.folder"]),
    count: z.int().min(1).max(100_000).default(100).describe(fieldText["prior.count"]),
    lossWeight: z.number().positive().max(1000).default(1).describe(fieldText["prior.lossWeight"]),
  })
  .refine(({ source, folder }) => source === "pictures" || folder === undefined, {
    path: ["folder"],
    error: "expected none with the source prediction, which needs no pictures, got one",
  });

/** A moving average. */
const emaSection = z.strictObject({
  decay: z.number().min(0).lt(1).default(0).describe(fieldText["ema.decay"]),
  updateAfterStep: z.int().min(0).default(0).describe(fieldText["ema.updateAfterStep"]),
  warmup: z.enum(["linear", "power"]).default("linear").describe(fieldText["ema.warmup"]),
});

/** A word's settings before the tuning fills them in. */
type GivenEmbedding = Omit<EmbeddingConfig, "learningRate" | "trainShare"> & {
  readonly learningRate?: number | undefined;
  readonly trainShare?: number | undefined;
};

/** What a config says of what trains. */
interface Given {
  readonly tuning: TuningName;
  readonly lora: LoraConfigFields | undefined;
  readonly full: FullConfig | undefined;
  readonly embedding: GivenEmbedding | undefined;
  readonly textEncoder: { readonly train: boolean; readonly learningRate?: number | undefined };
  readonly prior: PriorConfig | undefined;
  readonly ema: EmaConfig;
}

/** The fields that say what trains. */
export const tuningFields: { readonly [F in keyof Given]: z.ZodType<Given[F]> } = {
  tuning: z
    .enum(["lora", "full", "textual_inversion", "pivotal"])
    .default("lora")
    .describe(fieldText.tuning),
  lora: loraSection.optional().describe(fieldText.lora),
  full: fullSection.optional().describe(fieldText.full),
  embedding: embeddingSection.optional().describe(fieldText.embedding),
  textEncoder: textEncoderSection.prefault({}).describe(fieldText.textEncoder),
  prior: priorSection.optional().describe(fieldText.prior),
  ema: emaSection.prefault({}).describe(fieldText.ema),
};

/** What a tuning is trained with where the config does not say. */
interface TuningDefaults {
  readonly name: string;
  readonly learningRate: number;
  /** Of the text encoder. */
  readonly textRate: number;
}

const sectionsOf: Readonly<Record<TuningName, readonly (keyof Given)[]>> = {
  lora: ["lora"],
  full: ["full"],
  textual_inversion: ["embedding"],
  pivotal: ["lora", "embedding"],
};

const defaultsOf: Readonly<Record<TuningName, TuningDefaults>> = {
  lora: { name: "lora", learningRate: 1e-4, textRate: 1e-5 },
  full: { name: "model", learningRate: 5e-6, textRate: 5e-6 },
  textual_inversion: { name: "embedding", learningRate: 5e-3, textRate: 0 },
  pivotal: { name: "lora", learningRate: 1e-4, textRate: 1e-5 },
};

/** Of a word beside an adapter. */
const pivotalRate = 1e-3;

/** Everything about a config that depends on what trains. */
export interface ResolvedTuning extends Pick<TrainConfig, "name" | "learningRate" | "textEncoder"> {
  readonly lora: LoraConfigFields | undefined;
  readonly full: FullConfig | undefined;
  readonly embedding: EmbeddingConfig | undefined;
}

/** What of a config {@link resolveTuning} reads. */
export interface TuningInput extends Given {
  readonly name?: string | undefined;
  readonly learningRate?: number | undefined;
  readonly optimizer: Pick<TrainConfig["optimizer"], "name">;
}

/**
 * The sections of the chosen tuning with their defaults, and none of the others'.
 * @param refuse is told of sections and fields that the tuning has no use for, or that it lacks
 */
export function resolveTuning(
  given: TuningInput,
  refuse: (path: readonly string[], message: string) => void,
): ResolvedTuning {
  const { tuning, textEncoder, prior } = given;
  for (const section of ["lora", "full", "embedding"] as const) {
    if (given[section] === undefined || sectionsOf[tuning].includes(section)) continue;
    refuse([section], `expected no such section with the tuning ${tuning}, got one`);
  }
  const isTextual = tuning === "textual_inversion";
  if (isTextual && textEncoder.train) {
    refuse(
      ["textEncoder", "train"],
      "expected false with textual_inversion, which trains one word",
    );
  }
  if (isTextual && prior !== undefined) {
    refuse(["prior"], "expected none with textual_inversion, which changes no word but its own");
  }
  if (sectionsOf[tuning].includes("embedding") && given.embedding === undefined) {
    refuse(["embedding"], `expected a token and an initializer for the tuning ${tuning}, got none`);
  }
  // Prodigy's learning rate is a factor of the step that it finds; any other's is the step itself.
  const isProdigy = given.optimizer.name === "prodigy";
  const defaults = defaultsOf[tuning];
  const learningRate = given.learningRate ?? (isProdigy ? 1 : defaults.learningRate);
  const has = (section: keyof Given) => sectionsOf[tuning].includes(section);
  return {
    name: given.name ?? defaults.name,
    learningRate,
    lora: has("lora") ? (given.lora ?? loraSection.parse({})) : undefined,
    full: has("full") ? (given.full ?? fullSection.parse({})) : undefined,
    embedding:
      given.embedding && resolveEmbedding(given.embedding, { tuning, learningRate, isProdigy }),
    textEncoder: {
      ...textEncoder,
      learningRate: textEncoder.learningRate ?? (isProdigy ? learningRate : defaults.textRate),
    },
  };
}

function resolveEmbedding(
  embedding: GivenEmbedding,
  run: { readonly tuning: TuningName; readonly learningRate: number; readonly isProdigy: boolean },
): EmbeddingConfig {
  const isAlone = run.tuning === "textual_inversion";
  const usual = isAlone || run.isProdigy ? run.learningRate : pivotalRate;
  return {
    ...embedding,
    learningRate: embedding.learningRate ?? usual,
    trainShare: embedding.trainShare ?? (isAlone ? 1 : 0.5),
  };
}
