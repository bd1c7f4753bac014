/** @file The error of a step whose numbers are not finite, and how it is told from others. */

import { AtelierError, type StepResults, said } from "@atelier/engine";
import type { TrainingBatch } from "../data/batch-part.js";

/** What is thrown for a step, naming the pictures that it saw. */
export function notFinite(
  step: number,
  batches: readonly TrainingBatch[],
  results: readonly StepResults[],
): AtelierError {
  const shown = batches.map(({ pictures, captions, timesteps }) =>
    pictures.map(
      (picture, row) => `${picture} (timestep ${timesteps[row]}, caption "${captions[row]}")`,
    ),
  );
  const bad = shown.flatMap((rows, index) => {
    const perSample = results[index]?.["perSample"]?.data ?? [];
    return rows.filter((_, row) => !Number.isFinite(Number(perSample[row])));
  });
  const what =
    bad.length > 0
      ? said`a loss of NaN or infinity for ${bad.join(", ")}`
      : said`gradients of NaN or infinity from ${shown.flat().join(", ")}`;
  const isMixed = results.some((result) => "lossScale" in result);
  return new AtelierError(
    "training",
    isMixed
      ? said`training: expected a finite loss at step ${step}, got ${what}, with products in float16. Train without it (mixedPrecision: off), or lower the learning rate.`
      : step === 1
        ? said`training: expected a finite loss at step 1, got ${what}. The weights of the base model are damaged or overflow; check them with \`atelier inspect\`.`
        : said`training: expected a finite loss at step ${step}, got ${what}. Lower the learning rate, or remove the picture if it is always the same.`,
    { context: { step, isNotFinite: true, pictures: batches.flatMap(({ pictures }) => pictures) } },
  );
}

/** Whether a training broke off since its numbers were not finite. */
export function isNotFinite(error: unknown): boolean {
  return error instanceof AtelierError && error.context["isNotFinite"] === true;
}
