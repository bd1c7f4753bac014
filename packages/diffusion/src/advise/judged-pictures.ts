/**
 * @file What embeddings tell of a set of pictures: which are far off the others, and which captions fit another picture
 * better. Judges differ in how large their cosines are, so that every limit follows from the set itself.
 */

import { allSimilarities, type Embeddings } from "../evaluate/similarity.js";

/** Fewer pictures have no middle to be far from. */
export const leastForOutliers = 6;
/**
 * Deviations from the median, robustly measured, from which on a value is an outlier. Iglewicz & Hoaglin 1993 ("How to
 * detect and handle outliers") advise 3.5; at 5 the embedded judge finds as many strangers among drawings of one
 * subject (36 of 40) and blames half as many of its own (1.4 %).
 */
const outlyingDeviations = 5;
/** The median absolute deviation of a normal distribution in standard deviations. */
const madOfNormal = 0.6745;

/**
 * Pictures `[pictures, width]` far off the others, by their rows: their typical similarity to the others is an outlier,
 * and even the nearest of the others is farther than any two of them are as a rule. None in sets of few pictures.
 */
export function outlyingRows(pictures: Embeddings): number[] {
  const similarities = allSimilarities(pictures, pictures);
  if (similarities.length < leastForOutliers) return [];
  const others = similarities.map((row, own) => row.filter((_, other) => other !== own));
  const typical = others.map(median);
  const middle = median(typical);
  const spread = median(typical.map((value) => Math.abs(value - middle)));
  return others.flatMap((row, index) => {
    const below = middle - (typical[index] ?? 0);
    const isOutlier = madOfNormal * below > outlyingDeviations * spread;
    return isOutlier && Math.max(...row) < middle ? [index] : [];
  });
}

/** Fewer captions cannot be told from chance. */
export const leastForCaptions = 3;

/**
 * Pictures whose caption fits them clearly less than that of another picture, by their rows; `undefined` where the
 * judge does not tell these captions apart, which is when for half of the pictures another one fits better.
 * @param pictures `[pictures, width]`
 * @param captions `[pictures, width]`, that of each picture
 * @param texts to know captions that are the same
 */
export function unfittingRows(
  pictures: Embeddings,
  captions: Embeddings,
  texts: readonly string[],
): number[] | undefined {
  if (new Set(texts).size < leastForCaptions) return undefined;
  const rows = allSimilarities(pictures, captions).map((row, own) => {
    const others = row.filter((_, other) => texts[other] !== texts[own]);
    const mean = others.reduce((sum, value) => sum + value, 0) / others.length;
    return { own: row[own] ?? 0, mean, best: Math.max(...others) };
  });
  // How much a caption that fits gains over one that does not, for this judge and these texts.
  const gain = median(rows.map(({ own, mean }) => own - mean));
  const fitting = rows.filter(({ own, best }) => own > best).length;
  if (gain <= 0 || fitting * 2 <= rows.length) return undefined;
  return rows.flatMap(({ own, best }, index) => (best - own > gain / 2 ? [index] : []));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[half - 1], sorted[half]];
  return sorted.length % 2 === 0 ? (low + high) / 2 : high;
}
