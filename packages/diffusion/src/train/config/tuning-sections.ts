/**
 * @file The sections of the training config that say what trains besides an adapter: weights of the
 * models, a new word, prior preservation, an average. Only the sections of the chosen tuning may be given.
 */

import { type Sentence, said } from "@atelier/engine";
import { z } from "zod";
import { wordKinds } from "../../data/caption-templates.js";
import { fieldText } from "../events/messages.js";
import { wordRate } from "./advised-fields.js";
import { loraSection } from "./lora-section.js";
import type { GivenConfig, TuningName } from "./train-config.js";

const text = z.string().min(1);
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
  learningRate: wordRate.optional().describe(fieldText["embedding.learningRate"]),
  maxNorm: z.number().positive().optional().describe(fieldText["embedding.maxNorm"]),
  trainShare: z.number().positive().max(1).optional().describe(fieldText["embedding.trainShare"]),
});

/** The text encoder beside the UNet. */
const textEncoderSection = z.strictObject({
  train: z.boolean().default(false).describe(fieldText["textEncoder.train"]),
  learningRate: z
    .number()
    .min(0)
    .max(10)
    .optional()
    .describe(fieldText["textEncoder.learningRate"]),
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

type GivenWord = NonNullable<GivenConfig["embedding"]>;

/** What a config says of what trains. */
interface Given
  extends Pick<GivenConfig, "tuning" | "lora" | "full" | "textEncoder" | "prior" | "ema"> {
  /** Before the tuning says how long it trains. */
  readonly embedding?:
    | (Omit<GivenWord, "trainShare"> & { readonly trainShare?: number | undefined })
    | undefined;
}

/** The fields that say what trains. */
export const tuningFields: { readonly [F in keyof Given]-?: z.ZodType<Given[F]> } = {
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

/** The fields of a config that {@link resolveTuning} makes of what was given. */
type ResolvedTuning = {
  readonly [F in "name" | "lora" | "full" | "embedding"]-?: GivenConfig[F];
};

/**
 * The sections of the chosen tuning with their defaults, and none of the others'.
 * @param refuse is told of sections and fields that the tuning has no use for, or that it lacks
 */
export function resolveTuning(
  given: Given & { readonly name?: string | undefined },
  refuse: (path: readonly string[], sentence: Sentence) => void,
): ResolvedTuning {
  const { tuning, textEncoder, prior } = given;
  for (const section of ["lora", "full", "embedding"] as const) {
    if (given[section] === undefined || sectionsOf[tuning].includes(section)) continue;
    refuse([section], said`expected no such section with the tuning ${tuning}, got one`);
  }
  const isTextual = tuning === "textual_inversion";
  if (isTextual && textEncoder.train) {
    refuse(
      ["textEncoder", "train"],
      said`expected false with textual_inversion, which trains one word`,
    );
  }
  if (isTextual && prior !== undefined) {
    refuse(
      ["prior"],
      said`expected none with textual_inversion, which changes no word but its own`,
    );
  }
  if (sectionsOf[tuning].includes("embedding") && given.embedding === undefined) {
    refuse(
      ["embedding"],
      said`expected a token and an initializer for the tuning ${tuning}, got none`,
    );
  }
  const has = (section: keyof Given) => sectionsOf[tuning].includes(section);
  return {
    name: given.name ?? nameOf[tuning],
    lora: has("lora") ? (given.lora ?? loraSection.parse({})) : undefined,
    full: has("full") ? (given.full ?? fullSection.parse({})) : undefined,
    embedding: given.embedding && {
      ...given.embedding,
      trainShare: given.embedding.trainShare ?? (isTextual ? 1 : 0.5),
    },
  };
}
