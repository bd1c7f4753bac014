/**
 * @file Weights of layers that are a matrix in one program and a 1×1 convolution in another, in the form that
 * the model's config asks for. Both are one map of the same numbers in the same order.
 */

import type { HostTensor, Shape } from "@atelier/engine";
import type { WeightEntry, Weights } from "../../core/weights.js";
import { configsOf, type ModelFiles, mapComponents } from "../../families/model-files.js";

/** Layers that are always 1×1 convolutions here, and those that are always matrices. */
const convolutions = /(?:^|\.)(?:conv_shortcut|quant_conv|post_quant_conv)\.weight$/;
const matrices = /\.(?:to_[qkv]|to_out\.0|ff\.net\.0\.proj|ff\.net\.2)\.weight$/;
const projections = /\.proj_(?:in|out)\.weight$/;

/** A model whose layers have the axes that its configs ask for, whatever its files have. */
export function withLayerAxes(model: ModelFiles): ModelFiles {
  const projectsLinearly = configsOf(model).unet?.useLinearProjection;
  return mapComponents(model, (files, name) => {
    if (name !== model.family.denoiser && name !== model.family.autoencoder) return files;
    const isDenoiser = name === model.family.denoiser;
    return { ...files, weights: shaped(files.weights, isDenoiser ? projectsLinearly : undefined) };
  });
}

function shaped(weights: Weights, projectsLinearly: boolean | undefined): Weights {
  const changed = new Map<string, WeightEntry>();
  for (const [name, entry] of weights.entries) {
    const shape = shapeOf(name, entry.shape, projectsLinearly);
    if (shape !== entry.shape) changed.set(name, { ...entry, shape });
  }
  if (changed.size === 0) return weights;
  const inShape = <T extends HostTensor>(name: string, tensor: T): T => {
    const shape = changed.get(name)?.shape;
    return shape === undefined ? tensor : { ...tensor, shape };
  };
  return {
    entries: new Map(
      [...weights.entries].map(([name, entry]) => [name, changed.get(name) ?? entry]),
    ),
    read: async (name) => inShape(name, await weights.read(name)),
    readFloat32: async (name) => inShape(name, await weights.readFloat32(name)),
  };
}

function shapeOf(name: string, shape: Shape, projectsLinearly: boolean | undefined): Shape {
  const [out = 0, inner = 0, ...kernel] = shape;
  const isPlain = kernel.every((extent) => extent === 1);
  const isLinear = matrices.test(name) || (projections.test(name) && projectsLinearly);
  if (isLinear === true && kernel.length > 0 && isPlain) return [out, inner];
  const isConvolution =
    convolutions.test(name) || (projections.test(name) && projectsLinearly === false);
  return isConvolution && shape.length === 2 ? [out, inner, 1, 1] : shape;
}
