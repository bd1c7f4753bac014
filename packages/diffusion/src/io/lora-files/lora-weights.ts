/**
 * @file A LoRA in memory, whatever file it came from: a pair of factors per module of the model.
 * The change of a weight is ΔW = (alpha / rank) · up · down (Hu et al. 2021, section 4.1).
 */

import { AtelierError, type FloatTensor, formatShape } from "@atelier/engine";

/** The factors of one linear layer or convolution. */
export interface LoraModule {
  /** `[rank, in]`, or `[rank, in, height, width]` for a convolution. */
  readonly down: FloatTensor;
  /** `[out, rank]`, or `[out, rank, 1, 1]` for a convolution. */
  readonly up: FloatTensor;
  /** Numerator of the scale; for rsLoRA already multiplied by √rank. */
  readonly alpha: number;
  readonly rank: number;
}

/** A LoRA for the parts of one pipeline. */
export interface LoraWeights {
  /**
   * Modules by component and dotted path, as in diffusers folders:
   * `unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q`,
   * `text_encoder.text_model.encoder.layers.0.self_attn.q_proj`.
   */
  readonly modules: ReadonlyMap<string, LoraModule>;
  /** What the file says of itself: `ss_*`, `modelspec.*` and others, unchanged. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** The parts of a pipeline that LoRA files change. */
export type LoraComponent = "unet" | "text_encoder" | "text_encoder_2";

/** Splits `unet.conv_in` into the component and the path within it. */
export function splitModulePath(name: string): { component: LoraComponent; path: string } {
  const dot = name.indexOf(".");
  const component = name.slice(0, dot);
  if (component === "unet" || component === "text_encoder" || component === "text_encoder_2") {
    return { component, path: name.slice(dot + 1) };
  }
  throw new AtelierError(
    "weights",
    `LoRA module: expected a path that begins with unet, text_encoder or text_encoder_2, got "${name}".`,
    { context: { name } },
  );
}

/**
 * Checks that two factors make a LoRA and joins them.
 * @throws AtelierError `weights` when their shapes do not fit, or a value is not finite.
 */
export function makeLoraModule(
  where: string,
  { down, up, alpha }: Pick<LoraModule, "down" | "up" | "alpha">,
): LoraModule {
  const rank = down.shape[0] ?? 0;
  const isLinear = down.shape.length === 2 && up.shape.length === 2;
  const isConvolution =
    down.shape.length === 4 && up.shape.length === 4 && up.shape[2] === 1 && up.shape[3] === 1;
  if (!(isLinear || isConvolution) || rank < 1 || up.shape[1] !== rank) {
    throw new AtelierError(
      "weights",
      `${where}: expected factors [rank, in] and [out, rank], or [rank, in, height, width] and [out, rank, 1, 1], got ${formatShape(down.shape)} and ${formatShape(up.shape)}. The file is damaged or no LoRA.`,
    );
  }
  if (![[alpha], down.data, up.data].every((values) => values.every(Number.isFinite))) {
    throw new AtelierError(
      "weights",
      `${where}: expected finite numbers, got NaN or infinity. The training that made this file diverged; use an earlier checkpoint.`,
    );
  }
  return { down, up, alpha, rank };
}
