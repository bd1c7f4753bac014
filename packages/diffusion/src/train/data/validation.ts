/**
 * @file Pictures of a folder of its own that a run is looked at with and never trained on: told apart from those in
 * training, before anything is computed, and prepared at their shape.
 */

import { AtelierError, said } from "@atelier/engine";
import { option } from "../../core/option-words.js";
import { some } from "../../core/warnings/param-kinds.js";
import { type WarningEvent, warning, warningEvent } from "../../core/warnings/warning.js";
import { reportBuckets } from "../../data/buckets.js";
import { overlaps } from "../../data/look-alikes.js";
import { pairText } from "../../data/picture-warnings.js";
import type { PictureSize } from "../../data/resize-crop.js";
import type { TrainingPicture } from "../plan/list-pictures.js";
import type { RunPlan } from "../plan/plan-run.js";
import { type LookOptions, signPictures } from "./look-at-pictures.js";
import { randomStream } from "./random-streams.js";
import type { ShapedPicture } from "./training-data.js";

/**
 * Says nothing where no picture for validation shows what one in training shows.
 * @throws AtelierError `data` that names those that do, unless the config allows them; as `signPictures`.
 */
export async function* requireApart(
  options: LookOptions,
  { config: { watch }, pictures, validation }: Pick<RunPlan, "config" | "pictures" | "validation">,
): AsyncGenerator<WarningEvent, void, undefined> {
  if (validation.length === 0) return;
  const [shown, held] = [
    await signPictures(options, pictures),
    await signPictures(options, validation),
  ];
  const [inTraining, inValidation] = [[...shown.values()], [...held.values()]];
  const found = overlaps(
    inTraining.map(({ signature }) => signature),
    inValidation.map(({ signature }) => signature),
  );
  if (found.length === 0) return;
  const nameOf = (signed: readonly Named[], index: number) => signed[index]?.picture.name ?? "";
  const pairs = found.map((pair) =>
    pairText(
      nameOf(inValidation, pair.validation),
      nameOf(inTraining, pair.training),
      pair.likeness,
    ),
  );
  if (watch.allowOverlap) {
    yield warningEvent(warning("validation-overlap", { pairs: some(pairs) }));
    return;
  }
  const lines = pairs.slice(0, mostLines).map((pair) => `  ${pair}`);
  if (pairs.length > mostLines) lines.push(`  … and ${pairs.length - mostLines} more`);
  throw new AtelierError(
    "data",
    said`watch.validation: expected pictures that training does not show, got ${pairs.length} that it shows, or nearly so (= the same, ≈ nearly, ↔ mirrored):\n${lines.join("\n")}\nRemove them from one of the folders, or look at them all the same: ${option("watch.allowOverlap", true)}.`,
    { context: { pairs } },
  );
}

interface Named {
  readonly picture: Pick<TrainingPicture, "name">;
}

/** Lines of an error that name pictures. */
const mostLines = 10;

/** Those that are looked at, by the run's seed alone, at the shape of what is looked at in training. */
export function validationPictures(
  { config: { seed }, validation }: Pick<RunPlan, "config" | "validation">,
  { target, most }: { readonly target: PictureSize; readonly most: number },
): ShapedPicture[] {
  const draws = randomStream(seed, "watch:validation", 0).rand(validation.length);
  const places = [...validation.keys()].sort((a, b) => (draws[a] ?? 0) - (draws[b] ?? 0));
  const chosen = places.slice(0, most).sort((a, b) => a - b);
  return chosen
    .flatMap((place) => validation[place] ?? [])
    .map((picture) => ({ ...picture, target }));
}

/** From this share on a crop is worth a word. */
const muchCropped = 0.3;

/** Says which of them lose much to the one shape that looks have. */
export function* validationCrops(
  pictures: readonly TrainingPicture[],
  target: PictureSize,
): Generator<WarningEvent> {
  const named = pictures.map(({ name, size }) => ({ name, ...size }));
  const all = [{ ...target, pictures: [...pictures.keys()] }];
  const cut = reportBuckets(all, named)
    .flatMap((bucket) => bucket.pictures)
    .filter(({ cropped }) => cropped > muchCropped);
  if (cut.length === 0) return;
  const share = Math.max(...cut.map(({ cropped }) => cropped));
  const names = some(cut.map(({ name }) => name));
  yield warningEvent(warning("validation-cropped", { pictures: names, share, ...sizeOf(target) }));
}

const sizeOf = ({ width, height }: PictureSize): PictureSize => ({ width, height });
