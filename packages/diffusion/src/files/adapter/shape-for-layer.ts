/**
 * @file The shapes that an adapter's parts have on a layer, whatever shapes a file gives them. A matrix and a
 * 1×1 convolution are one map, and programs disagree about which of them a projection is; some write kernels
 * flat. Numbers and their order stay as they are.
 */

import { type FloatTensor, floatTensor, type Shape, sizeOf } from "@atelier/engine";
import { mapParts, type PartName, type Parts } from "../../core/adapter-parts.js";
import type { LayerInfo } from "../../models/list-layers.js";

/** The layers that a file's names mean, with their component: `unet.conv_in`. */
export type AdaptedLayers = ReadonlyMap<string, LayerForm>;

/** Of a layer's weight only the number of axes and the kernel count here. */
export type LayerForm = Pick<LayerInfo, "weightShape">;

/** Parts shaped for a layer. What cannot be shaped so is left, for whoever checks shapes to name. */
export function shapeForLayer(
  { weightShape }: LayerForm,
  parts: Parts<FloatTensor>,
): Parts<FloatTensor> {
  const kernel = weightShape.slice(2);
  return mapParts(parts, ({ data, shape }, part) =>
    floatTensor(data, shapeOnLayer(kernel, part, shape)),
  );
}

/** The shape of a part on a layer with this kernel, `[]` for a matrix. */
export function shapeOnLayer(kernel: Shape, part: PartName, shape: Shape): Shape {
  const own = shapeOn(kernel, part, shape);
  return sizeOf(own) === sizeOf(shape) ? own : shape;
}

function shapeOn(kernel: Shape, part: PartName, shape: Shape): Shape {
  const [rows = 0] = shape;
  switch (part) {
    case "down":
    case "w2":
      return withKernel(kernel, shape);
    case "up":
      return [rows, Math.floor(sizeOf(shape) / rows), ...kernel.map(() => 1)];
    case "magnitude":
      return shape;
    default:
      return [rows, Math.floor(sizeOf(shape) / rows)];
  }
}

/** `[rows, columns, …kernel]` of a tensor that has this kernel, a flat one, or none where it is 1×1. */
function withKernel(kernel: Shape, shape: Shape): Shape {
  const [rows = 0, columns = 0, ...own] = shape;
  const isFlat = own.every((extent) => extent === 1);
  if (!isFlat) return shape;
  return [rows, Math.floor(columns / sizeOf(kernel)), ...kernel];
}

/**
 * The shape of a magnitude: `[out]`, or `[1, in]` where it is per input. LyCORIS and OneTrainer write `[out, 1, …]`
 * and `[1, in, …]`; PEFT writes `[out]`, and `[1, out, 1, 1]` for convolutions.
 * @param key its name in the file, which tells who wrote it
 */
export function magnitudeShape(shape: Shape, key: string): Shape {
  const [first = 1] = shape;
  const length = sizeOf(shape);
  const isPeftConvolution = shape.length === 4 && key.includes(".lora_magnitude_vector");
  const isPerInput = shape.length > 1 && first === 1 && length > 1 && !isPeftConvolution;
  return isPerInput ? [1, length] : [length];
}
