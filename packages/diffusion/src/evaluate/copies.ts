/**
 * @file Which drawings are copies of pictures that were learned from: those that are nearer to one of them than
 * any two of these are to each other.
 */

import { clopperPearson, type Share } from "./binomial-interval.js";
import { allSimilarities, type Embeddings } from "./similarity.js";

/** The picture of a set that a drawing is most like. */
export interface NearestPicture {
  /** Position in the set. */
  readonly index: number;
  /** Cosine. */
  readonly similarity: number;
}

/** Two pictures of a set, and how alike they are. */
export interface AlikePair extends NearestPicture {
  readonly other: number;
}

/**
 * For each drawing the training picture that it is most like. Embed whole pictures: an encoder that tells things
 * apart takes every good picture of the subject for the same.
 * @throws AtelierError `shape`, `data` as `meanSimilarity`.
 */
export function nearestPictures(drawn: Embeddings, real: Embeddings): NearestPicture[] {
  return allSimilarities(drawn, real).map((cosines) => {
    const similarity = Math.max(...cosines);
    return { index: cosines.indexOf(similarity), similarity };
  });
}

/**
 * The two training pictures that are most alike; none of fewer than two.
 * @throws AtelierError as {@link nearestPictures}.
 */
export function mostAlikePair(real: Embeddings): AlikePair | undefined {
  let most: AlikePair | undefined;
  for (const [index, cosines] of allSimilarities(real, real).entries()) {
    for (const [other, similarity] of cosines.entries()) {
      if (other <= index || similarity <= (most?.similarity ?? Number.NEGATIVE_INFINITY)) continue;
      most = { index, other, similarity };
    }
  }
  return most;
}

/** Whether a drawing is a copy by the measure of the pair that is most alike. */
export function isCopy({ similarity }: NearestPicture, pair: AlikePair): boolean {
  return similarity > pair.similarity;
}

/** The share of copies, with the interval of Clopper and Pearson; `undefined` of no drawings. */
export function shareOfCopies(
  nearest: readonly NearestPicture[],
  pair: AlikePair,
): Share | undefined {
  if (nearest.length === 0) return undefined;
  const count = nearest.filter((each) => isCopy(each, pair)).length;
  return clopperPearson({ count, of: nearest.length });
}
