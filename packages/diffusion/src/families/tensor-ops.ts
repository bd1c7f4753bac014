/** @file Arithmetic that graphs and host tensors have in common, for what follows from text encoders' states. */

import { concat, type GraphNode, pad } from "@atelier/engine";

/** Arithmetic on tensors of either kind. */
export interface TensorOps<Tensor> {
  readonly concat: (parts: readonly Tensor[], axis: number) => Tensor;
  /** Zeros behind, up to an extent of an axis. */
  readonly pad: (x: Tensor, axis: number, extent: number) => Tensor;
}

/** Of graph nodes. */
export const graphOps: TensorOps<GraphNode> = {
  concat,
  pad(x, axis, extent) {
    const missing = extent - (x.shape[axis] ?? 0);
    if (missing <= 0) return x;
    const behind = x.shape.map((_, at) => (at === axis ? missing : 0));
    const before = x.shape.map(() => 0);
    return pad(x, before, behind);
  },
};
