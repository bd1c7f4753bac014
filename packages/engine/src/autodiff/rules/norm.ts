/** @file Gradients of standardisation (Ioffe & Szegedy 2015, section 3, without the affine part). */

import { inputAt } from "../../graph/node.js";
import type { NormAttributes } from "../../graph/op-attributes.js";
import { mul, neg, square, sub } from "../../graph/ops/elementwise.js";
import { inverseDeviation, standardize } from "../../graph/ops/norm.js";
import { mean } from "../../graph/ops/reduce.js";
import type { GradientRules } from "../rule.js";

const lastAxis = { axes: [-1], keepDims: true } as const;

export const normRules: GradientRules<keyof NormAttributes> = {
  // With r the inverse deviation and y the result: dx = r·(g − mean(g) − y·mean(g·y)).
  // Only y and the small r are needed, so x need not be kept.
  standardize(y, g) {
    const x = inputAt(y.inputs, 0, "standardize");
    return [
      () => {
        const r = inverseDeviation(x, y.attributes.epsilon);
        const centred = sub(g, mean(g, lastAxis));
        return mul(sub(centred, mul(y, mean(mul(g, y), lastAxis))), r);
      },
    ];
  },
  // dr = −r²·y·dx/n with y the standardised x.
  inverseDeviation(r, g) {
    const x = inputAt(r.inputs, 0, "inverseDeviation");
    return [
      () => {
        const y = standardize(x, r.attributes.epsilon);
        return mul(y, neg(mul(mul(g, square(r)), 1 / (x.shape.at(-1) ?? 1))));
      },
    ];
  },
};
