/**
 * @file Which pictures of a run are held out and which are looked at: by the run's seed alone, all of one
 * shape, so that one graph serves them, and none that has a look-alike left in training.
 */

import type { PictureSize } from "../../data/resize-crop.js";
import { usualHeldOut } from "../plan/plan-watch.js";
import { randomStream } from "./random-streams.js";
import type { ShapedPicture } from "./training-data.js";

/** Pictures by their places in the list. */
export interface ChosenPictures {
  /** How many were to be held out. */
  readonly wanted: number;
  readonly heldOut: readonly number[];
  /** Those in training that are looked at. */
  readonly trained: readonly number[];
  /** Shape of them all: the commonest of the run. */
  readonly target: PictureSize;
}

type Shaped = Pick<ShapedPicture, "target">;

/** How pictures are chosen. */
export interface ChoiceOptions {
  readonly seed: number;
  /** How many are held out; `usualHeldOut` by default. */
  readonly heldOut?: number | undefined;
  /** Whether two pictures show nearly the same. */
  readonly areAlike?: (a: number, b: number) => boolean;
  /** Whether anything of a picture counts; a mask may hide all of it, and then nothing of it can be compared. */
  readonly counts?: (index: number) => boolean;
  /** How many of those in training are looked at. */
  readonly most: number;
}

/** Chooses. Fewer may be held out than were asked for, where the rest have look-alikes or other shapes. */
export function choosePictures(
  pictures: readonly Shaped[],
  { seed, heldOut, areAlike = () => false, counts = () => true, most }: ChoiceOptions,
): ChosenPictures {
  const wanted = heldOut ?? usualHeldOut(pictures.length);
  const target = commonestShape(pictures.filter((_, index) => counts(index)));
  const draws = randomStream(seed, "watch:pictures", 0).rand(pictures.length);
  const ofShape = pictures
    .map((_, index) => index)
    .filter((index) => counts(index) && isShape(pictures[index]?.target, target))
    .sort((a, b) => (draws[a] ?? 0) - (draws[b] ?? 0));
  const hasAlike = (index: number) =>
    pictures.some((_, other) => other !== index && areAlike(index, other));
  const held = ofShape
    .filter((index) => !hasAlike(index))
    // Something of the shape stays, to be looked at.
    .slice(0, Math.min(wanted, ofShape.length - 1));
  const trained = ofShape.filter((index) => !held.includes(index)).slice(0, most);
  return { wanted, heldOut: held, trained, target };
}

/** Of shapes that are as common, the larger. */
function commonestShape(pictures: readonly Shaped[]): PictureSize {
  const [{ target } = { target: { width: 0, height: 0 } }] = pictures;
  const countOf = (shape: PictureSize) =>
    pictures.filter((picture) => isShape(picture.target, shape)).length;
  const area = ({ width, height }: PictureSize) => width * height;
  return pictures.reduce((best, { target: shape }) => {
    const gain = countOf(shape) - countOf(best);
    return gain > 0 || (gain === 0 && area(shape) > area(best)) ? shape : best;
  }, target);
}

function isShape(a: PictureSize | undefined, b: PictureSize): boolean {
  return a?.width === b.width && a.height === b.height;
}
