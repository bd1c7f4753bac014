/**
 * @file Rotary positions (Su et al. 2021): neighbouring pairs of a head's elements are turned by angles that follow
 * from where a token stands, so that products of queries and keys depend on distances alone.
 */

import {
  add,
  broadcast,
  concat,
  constant,
  cos,
  floatTensor,
  type GraphNode,
  matmul,
  mul,
  narrow,
  reshape,
  sin,
} from "@atelier/engine";

/** How the heads of a sequence of tokens are turned. */
export interface Rotation {
  /** Of every token's angles `[tokens, 1, depth]`, each angle twice. */
  readonly cos: GraphNode;
  readonly sin: GraphNode;
  /** The matrix `[depth, depth]` that turns every pair by a quarter: (a, b) to (−b, a). */
  readonly quarterTurn: GraphNode;
}

/**
 * The rotation of tokens with several coordinates, each of which turns its own part of a head.
 * @param ids coordinates `[tokens, axes]` float32
 * @param axes how much of a head belongs to each coordinate, even numbers
 */
export function rotationOf(ids: GraphNode, axes: readonly number[], theta: number): Rotation {
  const [tokens = 0] = ids.shape;
  const angles = axes.map((depth, axis) => {
    // Computed in float64 and rounded once, as the reference has them.
    const frequencies = Float32Array.from(
      { length: depth / 2 },
      (_, i) => theta ** ((-2 * i) / depth),
    );
    const turned = mul(narrow(ids, 1, axis, 1), constant(floatTensor(frequencies, [depth / 2])));
    const pairs = broadcast(reshape(turned, [tokens, depth / 2, 1]), [tokens, depth / 2, 2]);
    return reshape(pairs, [tokens, 1, depth]);
  });
  const all = concat(angles, 2);
  return { cos: cos(all), sin: sin(all), quarterTurn: quarterTurnOf(all.shape[2] ?? 0) };
}

/**
 * Turns heads `[batch, tokens, heads, depth]`. Of the ways to exchange neighbours a product with a matrix as small as
 * a head is the fastest by far, and it is exact.
 */
export function rotate(x: GraphNode, { cos, sin, quarterTurn }: Rotation): GraphNode {
  return add(mul(x, cos), mul(matmul(x, quarterTurn), sin));
}

/** The rotations of two sequences of which the second follows on the first. */
export function joinRotations(first: Rotation, second: Rotation): Rotation {
  return {
    cos: concat([first.cos, second.cos], 0),
    sin: concat([first.sin, second.sin], 0),
    quarterTurn: first.quarterTurn,
  };
}

function quarterTurnOf(depth: number): GraphNode {
  const matrix = new Float32Array(depth * depth);
  for (let even = 0; even < depth; even += 2) {
    matrix[(even + 1) * depth + even] = -1;
    matrix[even * depth + even + 1] = 1;
  }
  return constant(floatTensor(matrix, [depth, depth]));
}
