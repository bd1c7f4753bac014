/** @file What a training step is told of captions and picture sizes, as inputs of its graph. */

import { type FloatTensor, floatTensor, type Shape, type TensorMap } from "@atelier/engine";
import type { TextEncoderName } from "../../core/component-name.js";
import type { Conditioning, ModelFamily, PictureSizes } from "../../families/family.js";
import { joinRows } from "../../pipeline/tensor-rows.js";
import { stackIds } from "../../pipeline/tokenizers.js";
import { idsInput, statesInput } from "../step/training-graph.js";
import type { TrainingCaption } from "./training-data.js";

/** The inputs for rows of captions: ids and states where the step runs text encoders itself, else what they say. */
export function textValues(
  { encoders }: { readonly encoders: readonly TextEncoderName[] },
  captions: readonly TrainingCaption[],
): TensorMap {
  return encoders.length > 0
    ? encodedValues({ encoders }, captions)
    : stackNamed(captions.map(({ conditioning = {} }) => conditioning));
}

/** What the model is told of the pictures' sizes. */
export function sizeValues(
  { family }: { readonly family: ModelFamily },
  images: readonly { readonly sizes: PictureSizes }[],
): TensorMap {
  return stackNamed(images.map(({ sizes }) => family.conditioning.ofSizes(sizes)));
}

/** What a step reads that runs text encoders: their ids, and the states of the others. */
export function encodedValues(
  { encoders }: { readonly encoders: readonly TextEncoderName[] },
  captions: readonly Pick<TrainingCaption, "ids" | "states">[],
): TensorMap {
  const ids = stackIds(captions.map((caption) => caption.ids));
  const states = stackNamed(captions.map((caption) => caption.states ?? {}));
  const values: Record<string, TensorMap[string]> = {};
  for (const name of encoders) {
    const own = ids[name];
    if (own !== undefined) values[idsInput(name)] = own;
  }
  for (const [name, own] of Object.entries(states)) {
    values[statesInput(name as TextEncoderName)] = own; // Its only keys.
  }
  return values;
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
