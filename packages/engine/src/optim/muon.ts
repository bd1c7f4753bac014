/**
 * @file Muon (Jordan et al. 2024, kellerjordan.github.io/posts/muon; as torch.optim.Muon): momentum of a
 * matrix whose singular values are all brought near 1, so that rare directions are learned as fast as
 * common ones. What is no matrix (biases, scales of norms) is updated by AdamW.
 */

import type { GraphNode } from "../graph/node.js";
import { add, div, maximum, mul, sqrt, sub } from "../graph/ops/elementwise.js";
import { matmul } from "../graph/ops/linalg.js";
import { reshape, transpose } from "../graph/ops/movement.js";
import { sumSquares } from "../graph/ops/reduce.js";
import { type Shape, sizeOf } from "../shape.js";
import { adamW } from "./adam.js";
import { type Optimizer, pick } from "./optimizer.js";

/** Hyper-parameters; the defaults are PyTorch's but for `adjustRate`. */
export interface MuonOptions {
  readonly momentum?: number;
  readonly nesterov?: boolean;
  /** Iterations that bring the singular values near 1. */
  readonly iterations?: number;
  /** Decoupled; PyTorch's default is for large models. */
  readonly weightDecay?: number;
  /**
   * `adamw` (Liu et al. 2025, arXiv 2502.16982, equation 4): 0.2·√max(rows, columns), by which updates are
   * as large as AdamW's, whose learning rate then serves all parameters. `shape` (Jordan et al.):
   * √max(1, rows / columns), for learning rates some ten times larger; AdamW's parameters have it too.
   */
  readonly adjustRate?: "adamw" | "shape";
  /** Of AdamW. */
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

/** Of the quintic x ↦ ax + bx³ + cx⁵, whose slope at 0 is as large as five iterations bear. */
const [a, b, c] = [3.4445, -4.775, 2.0315];
/** The least norm that a momentum is divided by. */
const leastNorm = 1e-7;

/** Muon for matrices, kernels of convolutions as `[out, in·height·width]` among them; AdamW for the rest. */
export function muon({
  momentum = 0.95,
  nesterov = true,
  iterations = 5,
  weightDecay = 0.1,
  adjustRate = "adamw",
  ...adamOptions
}: MuonOptions = {}): Optimizer {
  const plain = adamW({ ...adamOptions, weightDecay });
  const common: Pick<Optimizer, "scalarNames" | "scalars"> = {
    scalarNames: [...plain.scalarNames, "learningRate"],
    scalars: (step, learningRate) => ({ ...plain.scalars(step, learningRate), learningRate }),
  };
  const vectors: Optimizer = { ...plain, ...common };
  const matrices: Optimizer = {
    ...common,
    isWhole: true,
    slots: [{ name: "momentum", moment: "first" }],
    update({ shape, parameter, gradient, state, scalars }) {
      const [rows = 1] = shape;
      const columns = sizeOf(shape) / rows;
      const mean = (from: GraphNode, to: GraphNode): GraphNode =>
        add(mul(from, momentum), mul(to, 1 - momentum));
      const averaged = mean(pick(state, "momentum"), gradient);
      const direction = orthogonalized(
        reshape(nesterov ? mean(averaged, gradient) : averaged, [rows, columns]),
        iterations,
      );
      const size =
        adjustRate === "adamw"
          ? 0.2 * Math.sqrt(Math.max(rows, columns))
          : Math.sqrt(Math.max(1, rows / columns));
      const change = mul(
        reshape(direction, [sizeOf(shape)]),
        mul(pick(scalars, "learningRate"), size),
      );
      return {
        parameter: sub(mul(parameter, pick(scalars, "keep")), change),
        state: { momentum: averaged },
      };
    },
  };
  return { ...matrices, forShape: (shape) => (isMatrix(shape) ? matrices : vectors) };
}

/** A single row has one singular value, and its direction is all that would be left of it. */
function isMatrix(shape: Shape): boolean {
  const [rows = 1] = shape;
  return Math.min(rows, sizeOf(shape) / rows) > 1;
}

/** About U·Vᵀ of a matrix U·S·Vᵀ, by Newton-Schulz iterations on its shorter side. */
function orthogonalized(matrix: GraphNode, iterations: number): GraphNode {
  const [rows = 1, columns = 1] = matrix.shape;
  const isTall = rows > columns;
  const flat = isTall ? transpose(matrix, [1, 0]) : matrix;
  let x = div(flat, maximum(sqrt(sumSquares(flat)), leastNorm));
  for (let iteration = 0; iteration < iterations; iteration++) {
    const gram = matmul(x, x, { transposeB: true });
    const change = add(mul(gram, b), matmul(gram, gram, { alpha: c }));
    x = add(mul(x, a), matmul(change, x));
  }
  return isTall ? transpose(x, [1, 0]) : x;
}
