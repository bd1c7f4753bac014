/** @file How many different pictures there are among many: the Vendi score (Friedman & Dieng 2023, arXiv 2210.02410). */

import { truncatedSvd } from "../tuning/svd.js";
import { allSimilarities, type Embeddings } from "./similarity.js";

/**
 * The exponential of the entropy of the eigenvalues of K / rows, where K are the cosines of all pairs of rows: 1 where
 * all are alike, the number of rows where no two have anything in common. It grows with the number of rows, so that
 * only scores of equally many can be compared. Time grows with the cube of it.
 * @throws AtelierError `shape`, `data` as `meanSimilarity`.
 */
export function vendiScore(embeddings: Embeddings): number {
  const cosines = allSimilarities(embeddings, embeddings);
  const rows = cosines.length;
  const kernel = Float64Array.from(cosines.flat(), (cosine) => cosine / rows);
  // K is symmetric and has no negative eigenvalues, so that these are its singular values.
  const { s: eigenvalues } = truncatedSvd({ rows, columns: rows, data: kernel }, rows);
  const entropy = eigenvalues.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0);
  return Math.exp(entropy);
}
