/** @file What a tune was asked for and what its probes have measured, `tune.json` in its folder: written whole, after every probe. */

import { AtelierError, type FileStore, said } from "@atelier/engine";
import { z } from "zod";
import { readJson } from "../core/read-text.js";
import { preferences } from "../core/verdict.js";
import { completeConfig } from "../train/config/complete-config.js";
import { parseTrainConfig } from "../train/config/config.js";
import { estimateSchema, learnedSchema } from "../train/events/verdict-schema.js";
import {
  type FactorChange,
  factorKinds,
  type Pace,
  type ProbePlan,
  type ProbePoint,
  type ProbeRecord,
  probeStages,
} from "./probe.js";
import type { TuneSettings } from "./settings.js";

/** The content of the file. */
export interface TuneRecord {
  readonly version: 1;
  readonly settings: TuneSettings;
  /** In the order in which they began. */
  readonly probes: readonly ProbeRecord[];
}

const recordName = "tune.json";

const change: z.ZodType<FactorChange> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("prior"), classPrompt: z.string() }),
  z.strictObject({ kind: z.literal("layers"), targets: z.array(z.string()) }),
  z.strictObject({ kind: z.literal("rank"), rank: z.int() }),
  z.strictObject({ kind: z.literal("parts"), parts: z.array(z.string()) }),
]);

const plan: z.ZodType<ProbePlan> = z.strictObject({
  id: z.string(),
  stage: z.enum(probeStages),
  learningRate: z.number(),
  steps: z.int(),
  change: change.exactOptional(),
  rung: z.int().exactOptional(),
  keepsLowestError: z.literal(true).exactOptional(),
});

const point: z.ZodType<ProbePoint> = z.strictObject({
  step: z.int(),
  learned: learnedSchema,
  train: z.number(),
  generic: estimateSchema.exactOptional(),
  class: estimateSchema.exactOptional(),
  cost: z.number(),
  rows: z.array(z.number()),
});

const pace: z.ZodType<Pace> = z.strictObject({
  secondsPerStep: z.number(),
  secondsPerLook: z.number(),
  startSeconds: z.number(),
});

const probe: z.ZodType<ProbeRecord> = z.strictObject({
  plan,
  end: z
    .enum([
      ...["last-step", "past-best", "overfitting", "learned-enough"],
      ...["broke", "refused", "found", "too-slow", "nothing-held-out"],
    ] as const)
    .exactOptional(),
  points: z.array(point),
  step: z.int(),
  problem: z.string().exactOptional(),
  pace: pace.exactOptional(),
  rows: z.array(
    z.strictObject({ picture: z.string(), time: z.number(), half: z.enum(["a", "b"]) }),
  ),
  heldOut: z.array(z.string()),
  classPrompt: z.string().exactOptional(),
  limit: z.strictObject({ rate: z.number(), isOpen: z.boolean() }).exactOptional(),
});

const schema = z.strictObject({
  version: z.literal(1),
  settings: z.strictObject({
    // It is one itself, and checked as such.
    config: z.unknown(),
    minutes: z.number().positive(),
    prefer: z.enum(preferences),
    vary: z.array(z.enum(factorKinds)),
  }),
  probes: z.array(probe),
});

/** Whether a folder is that of a tune. */
export async function isTuneFolder(files: FileStore, folder: string): Promise<boolean> {
  return (await files.stat(files.join(folder, recordName))) !== undefined;
}

/** Writes the record. @throws AtelierError `file`. */
export async function writeTuneRecord(
  files: FileStore,
  folder: string,
  record: TuneRecord,
): Promise<void> {
  const text = `${JSON.stringify(record, undefined, 1)}\n`;
  await files.write(files.join(folder, recordName), [new TextEncoder().encode(text)]);
}

/**
 * Reads the record of a tune.
 * @throws AtelierError `training` where there is none, `format` for one that is damaged or of another version, `config`.
 */
export async function readTuneRecord(files: FileStore, folder: string): Promise<TuneRecord> {
  const path = files.join(folder, recordName);
  if (!(await isTuneFolder(files, folder))) {
    throw new AtelierError(
      "training",
      said`tune ${folder}: expected the folder of a tune, got one without ${recordName}. Name the folder that it printed first, such as runs/tune-20261124-093015.`,
    );
  }
  const read = schema.safeParse(await readJson(files, path));
  if (!read.success) {
    throw new AtelierError(
      "format",
      said`${path}: expected what a tune of this version of Atelier has measured, got something else. Restore the file, or begin anew in another folder.`,
      { cause: read.error },
    );
  }
  const { version, settings, probes } = read.data;
  // It was recorded whole: what its base advises by now is nothing to it.
  const config = completeConfig(parseTrainConfig(settings.config));
  return { version, settings: { ...settings, config }, probes };
}
