/** @file First values of parameters, as PyTorch initialises its layers. */

import type { ParameterInfo } from "@atelier/diffusion/models";
import {
  createTorchGenerator,
  type FloatTensor,
  floatTensor,
  type Shape,
  sizeOf,
} from "@atelier/engine";

/** CLIP's temperature begins at 0.07 (Radford et al. 2021, section 2.5); stored as a logarithm. */
const initialLogitScale = Math.log(1 / 0.07);

/**
 * Values of the named parameters: linear layers and convolutions uniform within ±1/√fan-in
 * (PyTorch's `kaiming_uniform_` with a = √5), norms 1 and 0, embedding tables N(0, 0.02²).
 */
export function initialValues(
  parameters: readonly ParameterInfo[],
  seed: number,
): ReadonlyMap<string, FloatTensor> {
  const generator = createTorchGenerator(seed);
  const shapes = new Map(parameters.map(({ name, shape }) => [name, shape]));
  const draw = ({ name, shape }: ParameterInfo): Float32Array => {
    const size = sizeOf(shape);
    const layer = name.slice(0, name.lastIndexOf("."));
    const weight = shapes.get(`${layer}.weight`) ?? shape;
    if (name.endsWith("logit_scale")) return new Float32Array(size).fill(initialLogitScale);
    if (/_embedding\.weight$/.test(name)) return generator.randn(size).map((value) => 0.02 * value);
    if (weight.length < 2) return new Float32Array(size).fill(name.endsWith(".weight") ? 1 : 0);
    const bound = 1 / Math.sqrt(fanIn(weight));
    return generator.uniform(size, -bound, bound);
  };
  return new Map(
    parameters.map((parameter) => [parameter.name, floatTensor(draw(parameter), parameter.shape)]),
  );
}

/** Inputs of each output: `[out, in]`, `[out, in, height, width]`. */
function fanIn(shape: Shape): number {
  return sizeOf(shape.slice(1));
}
