/**
 * @file Optimizer state in fewer bits between steps: moments are divided by the largest of their block
 * of 256 and kept as codes of 16 or 8 bits; within a step they are floats. With AdamW and 8 bits this is
 * 8-bit Adam (Dettmers et al. 2022), whose blocks and whose bound on small parameters it shares.
 *
 * Its table of codes is a search for every element, which ONNX has no operator for. Here a code c
 * stands for c⁴, so that encoding is two square roots and decoding two products; a step between codes
 * is then a share of the value that hardly depends on it, as in that table.
 */

import type { GraphNode } from "../graph/node.js";
import {
  abs,
  add,
  cast,
  div,
  floor,
  maximum,
  mul,
  sign,
  sqrt,
  square,
} from "../graph/ops/elementwise.js";
import { reshape } from "../graph/ops/movement.js";
import { max } from "../graph/ops/reduce.js";
import { sizeOf } from "../shape.js";
import {
  type NamedNodes,
  type Optimizer,
  pick,
  type Slot,
  type UpdateInputs,
} from "./optimizer.js";

/** How moments are kept between steps. */
export type StateStorage = "float32" | "float16" | "uint8";

/** Elements that share a scale. */
const blockSize = 256;

/** Smaller parameters (norms, biases) keep float32 moments: they weigh little and bear less. */
const smallestCompressed = 4096;

/** An optimizer that keeps its moments in fewer bits; what is no moment stays as it is. */
export function withStateStorage(optimizer: Optimizer, storage: StateStorage): Optimizer {
  if (storage === "float32") return optimizer;
  // Codes are decoded and encoded by graphs, which then update as well.
  const { adam: _, ...graphed } = optimizer;
  const compressed = compress(graphed, storage);
  return {
    ...graphed,
    forShape: (shape) => {
      const plain = optimizer.forShape?.(shape) ?? optimizer;
      if (plain !== optimizer || sizeOf(shape) < smallestCompressed) return plain;
      return compressed;
    },
  };
}

type Moment = NonNullable<Slot["moment"]>;

function compress(optimizer: Optimizer, storage: keyof typeof codecs): Optimizer {
  const codec = codecs[storage];
  const moments = optimizer.slots.flatMap(({ name, moment }) =>
    moment === undefined ? [] : [{ name, moment, scale: `${name}.scale` }],
  );
  const decoded = (inputs: UpdateInputs): NamedNodes => {
    const floats = moments.map(({ name, moment, scale }) => {
      const codes = inBlocks(cast(pick(inputs.state, name), "float32"));
      const scales = reshape(pick(inputs.state, scale), [-1, 1]);
      return [name, flat(mul(codec[moment].decode(codes), scales))] as const;
    });
    return { ...inputs.state, ...Object.fromEntries(floats) };
  };
  return {
    ...optimizer,
    slots: optimizer.slots.flatMap((slot) =>
      slot.moment === undefined
        ? [slot]
        : [
            { ...slot, dtype: storage },
            { name: `${slot.name}.scale`, blockSize },
          ],
    ),
    update(inputs) {
      const { parameter, state } = optimizer.update({ ...inputs, state: decoded(inputs) });
      const codes = moments.flatMap(({ name, moment, scale }) => {
        const blocks = inBlocks(pick(state, name));
        const largest = max(abs(blocks), { axes: [1], keepDims: true });
        const code = codec[moment].encode(div(blocks, maximum(largest, tiny)));
        return [[name, flat(cast(code, storage))] as const, [scale, flat(largest)] as const];
      });
      return { parameter, state: { ...state, ...Object.fromEntries(codes) } };
    },
  };
}

/** Keeps 0 / 0 from being computed for a block of zeros. */
const tiny = 2 ** -126;

/** Between values of a block relative to its largest, in [−1, 1], and codes, both as floats. */
interface Codec {
  readonly encode: (x: GraphNode) => GraphNode;
  readonly decode: (code: GraphNode) => GraphNode;
}

/** First moments have signs; second ones have none and cover squares of what first ones cover. */
const codecs: Readonly<Record<Exclude<StateStorage, "float32">, Readonly<Record<Moment, Codec>>>> =
  {
    float16: {
      first: { encode: (x) => x, decode: (code) => code },
      second: { encode: sqrt, decode: square },
    },
    uint8: {
      first: {
        encode: (x) => rounded(add(mul(mul(sign(x), fourthRoot(abs(x))), 127), 128)),
        decode(code) {
          const c = mul(add(code, -128), 1 / 127);
          return mul(square(c), mul(c, abs(c)));
        },
      },
      second: {
        // Never 0 beside a first moment that is not: the update would divide by ε alone.
        encode: (x) => maximum(rounded(mul(fourthRoot(x), 255)), 1),
        decode: (code) => square(square(mul(code, 1 / 255))),
      },
    },
  };

const fourthRoot = (x: GraphNode): GraphNode => sqrt(sqrt(x));

const rounded = (x: GraphNode): GraphNode => floor(add(x, 0.5));

const inBlocks = (x: GraphNode): GraphNode => reshape(x, [-1, blockSize]);

const flat = (x: GraphNode): GraphNode => reshape(x, [sizeOf(x.shape)]);
