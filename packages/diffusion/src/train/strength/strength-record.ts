/** @file What was measured of a run at several strengths, `strength.json` in its folder. */

import { AtelierError, type FileStore, said } from "@atelier/engine";
import { z } from "zod";
import { readJson } from "../../core/read-text.js";
import { type LearnedBank, preferences } from "../../core/verdict.js";
import type { ChosenStrength, MeasuredStrength } from "../../verdicts/strengths.js";
import { resultSchema } from "../events/event-schema.js";
import { estimateSchema, learnedBank, learnedSchema } from "../events/verdict-schema.js";
import type { ResultFile } from "../result/result-file.js";

/** What was measured, and what came of it. */
export interface StrengthRecord {
  readonly version: 1;
  /** Of what was measured: the step that the run's result is made of. */
  readonly step: number;
  /** What `learned` is of. */
  readonly bank: LearnedBank;
  /** Pictures that were not trained on. */
  readonly heldOut: readonly string[];
  /** Of `class`. */
  readonly classPrompt?: string;
  /** By strength. */
  readonly strengths: readonly MeasuredStrength[];
  readonly chosen: ChosenStrength;
  /** What was written at the chosen strength. */
  readonly results: readonly ResultFile[];
}

const measured: z.ZodType<MeasuredStrength> = z.strictObject({
  strength: z.number(),
  learned: learnedSchema,
  train: learnedSchema,
  generic: estimateSchema.exactOptional(),
  class: estimateSchema.exactOptional(),
});

const chosen: z.ZodType<ChosenStrength> = z.strictObject({
  strength: z.number(),
  reason: z.enum(["lowest", "as-good", "preferred"]),
  prefer: z.enum(preferences).exactOptional(),
  lowest: z.number(),
  beatsBase: z.boolean(),
  ranked: z.array(z.number()),
});

/** Of `strength.json`. */
export const strengthSchema: z.ZodType<StrengthRecord> = z.strictObject({
  version: z.literal(1),
  step: z.int(),
  bank: learnedBank,
  heldOut: z.array(z.string()),
  classPrompt: z.string().exactOptional(),
  strengths: z.array(measured),
  chosen,
  results: z.array(resultSchema),
});

const recordName = "strength.json";

/** Writes the record of a run. @returns its path @throws AtelierError `file`. */
export async function writeStrengths(
  files: FileStore,
  run: string,
  record: StrengthRecord,
): Promise<string> {
  const path = files.join(run, recordName);
  const text = `${JSON.stringify(record, undefined, 2)}\n`;
  await files.write(path, [new TextEncoder().encode(text)]);
  return path;
}

/**
 * What was measured of a run last; nothing where nothing was.
 * @throws AtelierError `format` for a record that is damaged or of another version, `file`.
 */
export async function readStrengths(
  files: FileStore,
  run: string,
): Promise<StrengthRecord | undefined> {
  const path = files.join(run, recordName);
  if ((await files.stat(path)) === undefined) return undefined;
  const read = strengthSchema.safeParse(await readJson(files, path));
  if (read.success) return read.data;
  throw new AtelierError(
    "format",
    said`${path}: expected strengths as this version of Atelier measures them, got something else. Measure them anew: atelier strength.`,
    { cause: read.error },
  );
}
