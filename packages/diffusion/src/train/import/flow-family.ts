/** @file What importers know of the families that learn by flow matching: Stable Diffusion 3 and FLUX.1. */

import { said } from "@atelier/engine";
import { noCaptionMask } from "./reasons.js";
import { leave, to } from "./rules.js";
import type { Rule, Rules } from "./translation.js";
import { asText } from "./values.js";

/** Such a family. */
export type FlowFamily = "sd3" | "flux";

/** The layers of its blocks, as `lora.targets` has them. */
export const blocksOf: Readonly<Record<FlowFamily, readonly string[]>> = {
  sd3: ["transformer_blocks.*"],
  flux: ["transformer_blocks.*", "single_transformer_blocks.*"],
};

const nothing = said`means nothing with flow matching, there and here`;

/** Options that other programs have for DDPM's noise and do not read in trainings of these families. */
export const idleWithFlow = (...options: readonly string[]): Rules =>
  Object.fromEntries(options.map((option) => [option, leave(nothing)]));

/** What a mask over captions has no counterpart for. */
export const captionMask: Rule = leave(noCaptionMask);

/** Text encoders in files of their own. */
export const ownTextEncoder: Rule = leave(
  said`text encoders are those of the base: name a folder or a file that holds them as base.path`,
);

/** Blocks that wait in the machine's memory. */
export const blockSwap: Rule = leave(
  said`blocks stay on the device: see base.dtype, gradientCheckpointing and maxMemory`,
);

const modeScales = said`a mode's scale is from -1 to 1.75 here`;

/** The scale of the mode distribution, within which it is one. */
export const toModeScale: Rule = to(
  "timesteps.modeScale",
  (value) => {
    const scale = Number(asText(value));
    return scale >= -1 && scale <= 2 / (Math.PI - 2) ? scale : undefined;
  },
  modeScales,
);
