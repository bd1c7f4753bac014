/** @file The loss that draws pictures of a thing together and pushes those of other things away. */

import {
  constant,
  exp,
  type FloatTensor,
  floatTensor,
  type GraphNode,
  log,
  matmul,
  max,
  mul,
  neg,
  sub,
  sum,
} from "@atelier/engine";

/** How a batch is made up and how sharply it is told apart. */
export interface InstanceContrastOptions {
  /** Rows that show the same thing; they follow each other. */
  readonly views: number;
  readonly temperature: number;
}

/**
 * The supervised contrastive loss (Khosla et al. 2020, equation 2; with two views NT-Xent of Chen et
 * al. 2020): mean over rows and their positives of −log softmax(cosine / temperature), a row itself
 * left out.
 * @param embeddings unit vectors `[things · views, width]`
 */
export function instanceContrast(
  embeddings: GraphNode,
  { views, temperature }: InstanceContrastOptions,
): GraphNode {
  const [rows = 0] = embeddings.shape;
  const logits = mul(matmul(embeddings, embeddings, { transposeB: true }), 1 / temperature);
  const others = sub(logits, constant(table(rows, (i, j) => (i === j ? itself : 0))));
  const top = max(others, { axes: [1], keepDims: true });
  const sums = sum(exp(sub(others, top)), { axes: [1], keepDims: true });
  const logProbabilities = sub(sub(others, top), log(sums));
  const isSame = (i: number, j: number): boolean =>
    i !== j && Math.floor(i / views) === Math.floor(j / views);
  const share = 1 / (rows * (views - 1));
  const positives = constant(table(rows, (i, j) => (isSame(i, j) ? share : 0)));
  return neg(sum(mul(logProbabilities, positives)));
}

/** Taken from a row's likeness to itself: no exponential of it is left. */
const itself = 1e4;

function table(rows: number, value: (row: number, column: number) => number): FloatTensor {
  const values = Float32Array.from({ length: rows * rows }, (_, i) =>
    value(Math.floor(i / rows), i % rows),
  );
  return floatTensor(values, [rows, rows]);
}
