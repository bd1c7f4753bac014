/** @file expected.json of a pipeline fixture: what was drawn and trained, and how near to it is near enough. */

import { AtelierError, type FileStore, said } from "@atelier/engine";
import { z } from "zod";
import { readJson } from "../core/read-text.js";
import { type GivenTolerances, tolerancesSchema } from "./fixture-tolerances.js";

/** Height and width, or top and left. */
type Extents = readonly [number, number];

/** The settings of a sample, as diffusers' pipelines call them; others are fields of its scheduler. */
export interface SampleSettings {
  readonly name: string;
  readonly scheduler: string;
  readonly steps: number;
  readonly guidance: number;
  readonly seed: number;
  readonly height: number;
  readonly width: number;
  readonly prompt: string;
  readonly prompt_2?: string | undefined;
  /** One that is absent differs from an empty one. */
  readonly negative_prompt?: string | undefined;
  readonly negative_prompt_2?: string | undefined;
  readonly prompt_3?: string | undefined;
  /** The weight of a negative prompt beside a guidance that the model reads. */
  readonly true_cfg_scale: number;
  readonly skip_guidance_layers: readonly number[];
  readonly skip_layer_guidance_scale: number;
  readonly skip_layer_guidance_start: number;
  readonly skip_layer_guidance_stop: number;
  /** Components that were left out. */
  readonly without: readonly string[];
  readonly guidance_rescale: number;
  readonly eta: number;
  readonly clip_skip: number;
  readonly original_size?: Extents | undefined;
  readonly crops_coords_top_left?: Extents | undefined;
  readonly target_size?: Extents | undefined;
  readonly negative_original_size?: Extents | undefined;
  readonly negative_crops_coords_top_left?: Extents | undefined;
  readonly negative_target_size?: Extents | undefined;
  /** The file that it was drawn with. */
  readonly lora?: string | undefined;
  /** The files of words. */
  readonly embeddings: Readonly<Record<string, string>>;
}

const extents = z.tuple([z.int(), z.int()]);

const sampleSchema: z.ZodType<SampleSettings> = z.looseObject({
  name: z.string(),
  scheduler: z.string(),
  steps: z.int(),
  guidance: z.number(),
  seed: z.int(),
  height: z.int(),
  width: z.int(),
  prompt: z.string(),
  prompt_2: z.string().optional(),
  negative_prompt: z.string().optional(),
  negative_prompt_2: z.string().optional(),
  prompt_3: z.string().optional(),
  true_cfg_scale: z.number().default(1),
  skip_guidance_layers: z.array(z.int()).default([]),
  skip_layer_guidance_scale: z.number().default(2.8),
  skip_layer_guidance_start: z.number().default(0.01),
  skip_layer_guidance_stop: z.number().default(0.2),
  without: z.array(z.string()).default([]),
  guidance_rescale: z.number().default(0),
  eta: z.number().default(0),
  clip_skip: z.int().default(0),
  original_size: extents.optional(),
  crops_coords_top_left: extents.optional(),
  target_size: extents.optional(),
  negative_original_size: extents.optional(),
  negative_crops_coords_top_left: extents.optional(),
  negative_target_size: extents.optional(),
  lora: z.string().optional(),
  embeddings: z.record(z.string(), z.string()).default({}),
});

/** What a fixture says of one training. */
export interface TrainingSettings {
  readonly losses: readonly number[];
  readonly grad_norms?: readonly number[] | undefined;
  /** Loss of the first step's batch with the trained weights. */
  readonly loss_after?: number | undefined;
  readonly lr: number;
  readonly weight_decay: number;
  readonly max_grad_norm: number | null;
  readonly betas?: readonly [number, number] | undefined;
  readonly eps?: number | undefined;
  readonly alpha?: number | undefined;
  /** λ of prior preservation, with the second half of each batch as class pictures. */
  readonly prior_weight?: number | null | undefined;
  /** The word of textual inversion, the id of its vector, and the captions that it stands in. */
  readonly token?: string | undefined;
  readonly token_id?: number | undefined;
  readonly texts?: readonly string[] | undefined;
}

const trainingSchema: z.ZodType<TrainingSettings> = z.looseObject({
  losses: z.array(z.number()).min(1),
  grad_norms: z.array(z.number()).min(1).optional(),
  loss_after: z.number().optional(),
  lr: z.number(),
  weight_decay: z.number(),
  max_grad_norm: z.number().nullable(),
  betas: z.tuple([z.number(), z.number()]).optional(),
  eps: z.number().optional(),
  alpha: z.number().optional(),
  prior_weight: z.number().nullish(),
  token: z.string().optional(),
  token_id: z.int().min(0).optional(),
  texts: z.array(z.string()).optional(),
});

/** What expected.json holds. */
export interface FixtureSettings {
  /** The texts of all tensors with a row for each. */
  readonly texts?: readonly string[] | undefined;
  /** Tokens that T5 reads. */
  readonly max_sequence_length?: number | undefined;
  readonly samples: readonly SampleSettings[];
  /** By technique; checked one by one, so that a broken one does not hide the others. */
  readonly training: Readonly<Record<string, unknown>>;
  /** Of the first batch with the first weights, by weighting; `_precondition` behind it: of the picture's error. */
  readonly first_losses: Readonly<Record<string, number>>;
  readonly tolerances: GivenTolerances;
}

const expectedSchema: z.ZodType<FixtureSettings> = z.looseObject({
  texts: z.array(z.string()).optional(),
  max_sequence_length: z.int().optional(),
  samples: z.array(sampleSchema).default([]),
  training: z.record(z.string(), z.unknown()).default({}),
  first_losses: z.record(z.string(), z.number()).default({}),
  tolerances: tolerancesSchema,
});

/** Reads expected.json. @throws AtelierError `file`, `format`. */
export async function readFixtureSettings(
  files: FileStore,
  path: string,
): Promise<FixtureSettings> {
  const json = await readJson(files, path);
  return parse(expectedSchema, json, `${path}: expected settings of samples and trainings`);
}

/** @throws AtelierError `format`. */
export function parseTraining(technique: string, settings: unknown): TrainingSettings {
  return parse(
    trainingSchema,
    settings,
    `expected.json: expected losses and settings of the training "${technique}"`,
  );
}

function parse<T>(schema: z.ZodType<T>, value: unknown, expectation: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AtelierError(
    "format",
    said`${expectation}, got others: ${z.prettifyError(parsed.error)}. Write the fixture again.`,
  );
}
