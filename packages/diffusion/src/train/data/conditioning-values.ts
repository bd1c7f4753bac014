/** @file What a training step is told of captions and picture sizes, as inputs of its graph. */

import { type FloatTensor, floatTensor, type Shape, type TensorMap } from "@atelier/engine";
import type { TextEncoderName } from "../../core/component-name.js";
import type { Conditioning, ModelFamily, PictureSizes } from "../../families/family.js";
import { joinRows } from "../../pipeline/tensor-rows.js";
import { stackIds } from "../../pipeline/tokenizers.js";
import { idsInput } from "../step/training-graph.js";
import type { TrainingCaption } from "./training-data.js";

/** The inputs for rows of captions: ids where the step runs the text encoders itself, else what they say. */
export function textValues(
  { readsIds }: { readonly readsIds: boolean },
  captions: readonly TrainingCaption[],
): TensorMap {
  return readsIds
    ? idsValues(captions)
    : stackNamed(captions.map(({ conditioning = {} }) => conditioning));
}

/** What the model is told of the pictures' sizes. */
export function sizeValues(
  { family }: { readonly family: ModelFamily },
  images: readonly { readonly sizes: PictureSizes }[],
): TensorMap {
  return stackNamed(images.map(({ sizes }) => family.conditioning.ofSizes(sizes)));
}

/** Token ids by the inputs that take them. */
export function idsValues(captions: readonly Pick<TrainingCaption, "ids">[]): TensorMap {
  const stacked = stackIds(captions.map(({ ids }) => ids));
  return Object.fromEntries(
    Object.entries(stacked).map(([encoder, ids]) => [idsInput(encoder as TextEncoderName), ids]), // Its only keys.
  );
}

/** Rows of named tensors, one below the other. */
export function stackNamed(rows: readonly Conditioning[]): Record<string, FloatTensor> {
  const names = Object.keys(rows[0] ?? {});
  return Object.fromEntries(
    names.map((name) => [name, joinRows(rows.flatMap((row) => row[name] ?? []))]),
  );
}

/** A mask under which all of latents `[1, channels, height, width]` counts. */
export function wholeMask([, , height = 0, width = 0]: Shape): FloatTensor {
  return floatTensor(new Float32Array(height * width).fill(1), [1, 1, height, width]);
}
