/**
 * @file What options of diffusers' scripts for Stable Diffusion 3 and FLUX.1 become that their other scripts have not
 * (`train_dreambooth_sd3.py`, `train_dreambooth_flux.py` and their LoRA forms).
 */

import { said } from "@atelier/engine";
import { ignore, rule, toNumber, toWhole } from "./rules.js";
import type { Rules, Translation } from "./translation.js";
import { asFlag, asList, asText, asWhole, isOff } from "./values.js";
import { schemeRules } from "./weighting-scheme.js";

const isPreconditioned = ({ setting }: Translation): boolean =>
  asFlag(setting("precondition_outputs")) === true;

const scheme = schemeRules({
  isNoiseLast: false,
  errors: (translation) => (isPreconditioned(translation) ? "picture" : "velocity"),
});

/** Rules of their own options. */
export const diffusersFlowRules: Rules = {
  ...scheme,
  precondition_outputs: rule(
    "`weighting`: sigma_squared where it is on, for errors of the picture",
    (value, translation, option) => {
      const isKnown = asFlag(value) !== undefined;
      if (!isKnown) translation.leave(option, value, said`expected 0 or 1`);
    },
  ),
  guidance_scale: toNumber("base.guidance"),
  max_sequence_length: toWhole("base.maxSequenceLength"),
  lora_layers: rule("`lora.targets`", (value, { set, setting }) => {
    if (isOff(setting("lora_blocks"))) set("lora.targets", namesIn(value));
  }),
  lora_blocks: rule("`lora.targets`: those of some blocks", (value, translation, option) => {
    const blocks = namesIn(value).map(asWhole);
    const own = namesIn(translation.setting("lora_layers"));
    const layers = own.length > 0 ? own : asList(translation.get("lora.targets") ?? []).map(asText);
    const ofBlocks = blocks.flatMap((block) =>
      layers.map((layer) => `transformer_blocks.${String(block)}.${layer}`),
    );
    const isKnown = !blocks.includes(undefined);
    if (!isKnown) translation.leave(option, value, said`expected numbers of blocks`);
    translation.set("lora.targets", isKnown ? ofBlocks : layers);
  }),
  lora_alpha: toNumber("lora.alpha"),
  ...ignore(
    "how memory and processes are used is decided by the run",
    ...["cache_latents", "upcast_before_saving"],
  ),
};

const namesIn = (value: unknown): string[] =>
  isOff(value)
    ? []
    : asText(value)
        .split(",")
        .map((name) => name.trim())
        .filter((name) => name !== "");
