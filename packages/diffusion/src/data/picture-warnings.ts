/** @file What signatures tell of a set of pictures: which are there twice, show nothing, or are blurred. */

import { type Some, some } from "../core/warnings/param-kinds.js";
import { type Warning, warning } from "../core/warnings/warning.js";
import { type Likeness, type LikePair, lookAlikes } from "./look-alikes.js";
import { type PictureSignature, sharpnessEdges } from "./picture-signature.js";
import { type PictureSize, planResizeCrop } from "./resize-crop.js";

/** A picture and what is kept of it. */
export interface SignedPicture {
  readonly name: string;
  readonly signature: PictureSignature;
}

/** A picture and the shape that it is trained at. */
export interface TargetedPicture extends SignedPicture {
  readonly size: PictureSize;
  readonly target: PictureSize;
}

/**
 * Blurred where sharpness is below: that of a step blurred by a Gaussian of 1.07 pixels. Of 22 photographs at all four
 * scales and 300 drawings of the embedded world the least sharp has 0.64; blurred by 2 pixels, every photograph has at
 * most 0.3, and 95 % of the drawings, of 64 pixels, are below.
 */
const leastSharpness = 0.36;
/** Of a thumbnail of one colour, levels may differ by this much. */
const blankLevels = 6;
/** A picture enlarged by more than this looks soft. */
const softScale = 1.05;

const signs: Readonly<Record<Likeness, string>> = { same: "=", near: "≈", mirrored: "↔" };

/**
 * Pictures that are there more than once, show nothing, are blurred, or smaller than they are trained at.
 * @param list names pictures: the first of many unless told otherwise
 */
export function pictureWarnings(
  pictures: readonly TargetedPicture[],
  list: (names: readonly string[]) => Some = some,
): Warning[] {
  const pairs = lookAlikes(pictures.map(({ signature }) => signature)).flatMap(
    (group) => group.pairs,
  );
  const blank = pictures.filter(({ signature }) => isBlank(signature));
  const blurred = pictures.filter(isBlurred);
  const nameOf = (index: number) => pictures[index]?.name ?? "";
  const written = (likeness: Likeness) => {
    const alike = pairs.filter((pair) => pair.likeness === likeness);
    return list(alike.map((pair: LikePair) => named(pair, nameOf)));
  };
  const [same, near, mirrored] = [written("same"), written("near"), written("mirrored")];
  const names = (those: readonly SignedPicture[]) => list(those.map(({ name }) => name));
  return [
    ...(blank.length > 0 ? [warning("blank-pictures", { pictures: names(blank) })] : []),
    ...(same.count > 0 ? [warning("same-pictures", { pairs: same })] : []),
    ...(near.count > 0 ? [warning("near-pictures", { pairs: near })] : []),
    ...(mirrored.count > 0 ? [warning("mirrored-pictures", { pairs: mirrored })] : []),
    ...(blurred.length > 0 ? [warning("blurred-pictures", { pictures: names(blurred) })] : []),
    ...enlargedWarnings(pictures),
  ];
}

/** Pictures that are smaller than the shape that they are trained at, the most enlarged first. */
export function enlargedWarnings(
  pictures: readonly Omit<TargetedPicture, "signature">[],
): Warning[] {
  const enlarged = pictures
    .map(({ name, size, target }) => ({
      name,
      scale: planResizeCrop(size, { ...target, multiple: 1 }).scale,
    }))
    .filter(({ scale }) => scale > softScale)
    .sort((a, b) => b.scale - a.scale);
  const [first] = enlarged;
  if (first === undefined) return [];
  const names = some(enlarged.map(({ name }) => name));
  return [warning("enlarged-pictures", { pictures: names, scale: first.scale })];
}

/** Sharpness is judged at the largest scale that training sees; at the smallest where that is smaller still. */
function isBlurred({ signature: { sharpness }, target }: TargetedPicture): boolean {
  const edge = Math.min(target.width, target.height);
  const found = sharpnessEdges.findIndex((scale) => scale <= edge);
  return (sharpness.at(found) ?? 1) < leastSharpness;
}

function isBlank({ thumbnail }: PictureSignature): boolean {
  return [0, 1, 2].every((channel) => {
    const levels = thumbnail.filter((_, index) => index % 3 === channel);
    return Math.max(...levels) - Math.min(...levels) <= blankLevels;
  });
}

/** `a.png = b.png` for the same picture, with ≈ for nearly the same and ↔ for a mirrored one. */
export function pairText(one: string, other: string, likeness: Likeness): string {
  return `${one} ${signs[likeness]} ${other}`;
}

function named({ first, second, likeness }: LikePair, nameOf: (index: number) => string): string {
  return pairText(nameOf(first), nameOf(second), likeness);
}
