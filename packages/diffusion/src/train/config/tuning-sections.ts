/**
 * @file The sections of the training config that say what trains besides an adapter: weights of the
 * models, a new word, prior preservation, an average. Only the sections of the chosen tuning may be given.
 */

import { z } from "zod";
import { embeddedBaseName } from "../../core/embedded-base.js";
import { wordKinds } from "../../data/caption-templates.js";
import { fieldText } from "../events/messages.js";
import { loraSection } from "./lora-section.js";
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

const sectionsOf: Readonly<Record<TuningName, readonly (keyof Given)[]>> = {
  lora: ["lora"],
  full: ["full"],
  textual_inversion: ["embedding"],
  pivotal: ["lora", "embedding"],
};

const nameOf: Readonly<Record<TuningName, string>> = {
  lora: "lora",
  full: "model",
  textual_inversion: "embedding",
  pivotal: "lora",
};

/** Learning rates where the config does not say; `pivotalWord` is that of a word beside an adapter. */
type Rates = Readonly<Record<TuningName | "pivotalWord", number>>;

const checkpointRates: Rates = {
  lora: 1e-4,
  full: 5e-6,
  textual_inversion: 5e-3,
  pivotal: 1e-4,
  pivotalWord: 1e-3,
};

/** A small model bears and needs far more; see docs/techniques.md. */
export const embeddedRates: Rates = {
  lora: 4e-3,
  full: 5e-4,
  textual_inversion: 2e-2,
  pivotal: 1e-3,
  pivotalWord: 5e-3,
};

/** The learning rates to begin with on a base. */
export function usualRatesOf(base: TrainConfig["base"]): Rates {
  return base.path === embeddedBaseName ? embeddedRates : checkpointRates;
}

/** Of an adapter on the text encoder. */
const textAdapterRate = 1e-5;

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
  readonly base: TrainConfig["base"];
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
  const rates = usualRatesOf(given.base);
  const learningRate = given.learningRate ?? (isProdigy ? 1 : rates[tuning]);
  const word = {
    learningRate: isTextual || isProdigy ? learningRate : rates.pivotalWord,
    trainShare: isTextual ? 1 : 0.5,
  };
  const has = (section: keyof Given) => sectionsOf[tuning].includes(section);
  return {
    name: given.name ?? nameOf[tuning],
    learningRate,
    lora: has("lora") ? (given.lora ?? loraSection.parse({})) : undefined,
    full: has("full") ? (given.full ?? fullSection.parse({})) : undefined,
    embedding: given.embedding && {
      ...given.embedding,
      learningRate: given.embedding.learningRate ?? word.learningRate,
      trainShare: given.embedding.trainShare ?? word.trainShare,
    },
    textEncoder: {
      ...textEncoder,
      learningRate:
        textEncoder.learningRate ??
        (isProdigy || tuning === "full" ? learningRate : textAdapterRate),
    },
  };
}
