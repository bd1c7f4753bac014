/** @file Gradients of convolutions, which are convolutions again. */

import { inputAt } from "../../graph/node.js";
import type { ConvAttributes, ConvGeometry } from "../../graph/op-attributes.js";
import { conv2dInputGradient, conv2dWeightGradient, conv2dWith } from "../../graph/ops/conv.js";
import { reshape } from "../../graph/ops/movement.js";
import { sum } from "../../graph/ops/reduce.js";
import type { GradientRules } from "../rule.js";

const geometryOf = ({ strides, pads }: ConvGeometry): ConvGeometry => ({ strides, pads });

export const convRules: GradientRules<keyof ConvAttributes> = {
  conv2d({ inputs, attributes }, g) {
    const [x, weight] = [inputAt(inputs, 0, "conv2d"), inputAt(inputs, 1, "conv2d")];
    const geometry = geometryOf(attributes);
    return [
      () => conv2dInputGradient(g, weight, { ...geometry, inputShape: x.shape }),
      () => conv2dWeightGradient(x, g, { ...geometry, weightShape: weight.shape }),
      () => sum(g, { axes: [0, 2, 3] }),
    ];
  },
  conv2dInputGradient({ inputs, attributes }, g) {
    const output = inputAt(inputs, 0, "conv2dInputGradient");
    const weight = inputAt(inputs, 1, "conv2dInputGradient");
    const geometry = geometryOf(attributes);
    return [
      () => conv2dWith(g, weight, geometry),
      () => conv2dWeightGradient(g, output, { ...geometry, weightShape: weight.shape }),
    ];
  },
  conv2dWeightGradient({ inputs, attributes }, g) {
    const x = inputAt(inputs, 0, "conv2dWeightGradient");
    const output = inputAt(inputs, 1, "conv2dWeightGradient");
    const geometry = geometryOf(attributes);
    const weight = reshape(g, attributes.weightShape);
    return [
      () => conv2dInputGradient(output, weight, { ...geometry, inputShape: x.shape }),
      () => conv2dWith(x, weight, geometry),
    ];
  },
};
