/**
 * @file What OneTrainer's options become for Stable Diffusion 3 and FLUX.1, where they are not those of the other
 * models. σ is a timestep's share of 1000 there, so that its biases and shifts mean what they mean here
 * (`ModelSetupNoiseMixin`, `ModelSetupFlowMatchingMixin`).
 */

import { said } from "@atelier/engine";
import { blocksOf, type FlowFamily, idleWithFlow, toModeScale } from "./flow-family.js";
import { layersOfPreset, part } from "./one-trainer-tuning.js";
import { chooseOneOf, notANumber, plainNoise, t5IsRead } from "./reasons.js";
import { ignore, leave, rule, toNumber, toWhole } from "./rules.js";
import type { Rule, Rules, Translation } from "./translation.js";
import { asFlag, asNumber, asSettings, type Settings } from "./values.js";

/** Families by `model_type`. */
export const oneTrainerFamilies: Readonly<Record<string, FlowFamily>> = {
  STABLE_DIFFUSION_3: "sd3",
  STABLE_DIFFUSION_35: "sd3",
  FLUX_DEV_1: "flux",
};

const isDrawnBy = (name: string, { setting }: Translation): boolean =>
  setting("timestep_distribution") === name;

/** Layers by what their names contain. */
const presets: Readonly<Record<FlowFamily, Readonly<Record<string, readonly string[]>>>> = {
  sd3: { full: ["*"], blocks: blocksOf.sd3, "attn-only": ["*attn*"] },
  flux: {
    ...{ full: ["*"], blocks: blocksOf.flux, "attn-only": ["*attn*"] },
    "attn-mlp": ["*attn*", "*ff.net*", "*proj_mlp*"],
  },
};

const t5: Rule = rule("left, where it trains", (value, translation, option) => {
  // It trains there unless it is told otherwise.
  const { train = true } = asSettings(value) ?? {};
  const isWord = translation.get("tuning") === "textual_inversion";
  if (asFlag(train) !== false && !isWord) translation.leave(`${option}.train`, train, t5IsRead);
});

const notOfSd3 = said`means nothing with Stable Diffusion 3 there`;
const ofSigma = said`counts 1000·σ before the shift; here timesteps are places of the base's schedule`;

/** Rules over those that all models have. */
export function oneTrainerFlowRules(family: FlowFamily): Rules {
  return {
    ...idleWithFlow(
      ...["force_v_prediction", "force_epsilon_prediction"],
      ...["rescale_noise_scheduler_to_zero_terminal_snr", "generalized_offset_noise"],
    ),
    layer_filter_preset: layersOfPreset(presets[family], { ...presets[family], full: ["all"] }),
    ...ignore("of other families and networks", "unet"),
    transformer: rule("`learningRate`, `base.dtype`, `base.guidance`", (value, ...rest) => {
      part("transformer").apply(value, ...rest);
      const told = asNumber(asSettings(value)?.["guidance_scale"]);
      if (family === "flux") rest[0].set("base.guidance", told);
    }),
    text_encoder_2_sequence_length: rule(
      "`base.maxSequenceLength`; 77 for Stable Diffusion 3",
      (value, translation, option) => {
        if (family === "flux") toWhole("base.maxSequenceLength").apply(value, translation, option);
        else {
          translation.set("base.maxSequenceLength", 77);
          if (asNumber(value) !== 77) translation.leave(option, value, notOfSd3);
        }
      },
    ),
    ...(family === "sd3" ? { text_encoder_3: t5 } : { text_encoder_2: t5 }),
    timestep_distribution: rule("`timesteps.distribution`", (value, translation, option) => {
      const names = { UNIFORM: "uniform", LOGIT_NORMAL: "logit_normal" };
      const more = { HEAVY_TAIL: "mode", COS_MAP: "cosmap" };
      const name = Object.entries({ ...names, ...more }).find(([own]) => own === value)?.[1];
      if (name === undefined)
        translation.leave(option, value, chooseOneOf("timesteps.distribution"));
      else translation.set("timesteps.distribution", name);
    }),
    noising_weight: rule(
      "`timesteps.deviation`, 1 more, with LOGIT_NORMAL; `timesteps.modeScale` with HEAVY_TAIL",
      (value, translation, option) => {
        const weight = asNumber(value);
        if (weight === undefined) translation.leave(option, value, notANumber);
        else if (isDrawnBy("LOGIT_NORMAL", translation))
          translation.set("timesteps.deviation", weight + 1);
        if (isDrawnBy("HEAVY_TAIL", translation)) toModeScale.apply(value, translation, option);
      },
    ),
    noising_bias: rule("`timesteps.mean` with LOGIT_NORMAL", (value, translation, option) => {
      if (isDrawnBy("LOGIT_NORMAL", translation))
        toNumber("timesteps.mean").apply(value, translation, option);
    }),
    dynamic_timestep_shifting: rule("`timesteps.dynamicShift`", (value, translation, option) => {
      if (asFlag(value) !== true) return;
      if (family === "flux") translation.set("timesteps.dynamicShift", true);
      else translation.leave(option, value, notOfSd3);
    }),
    timestep_shift: rule(
      "`timesteps.shift`, unless it is dynamic",
      (value, translation, option) => {
        if (translation.get("timesteps.dynamicShift") !== true)
          toNumber("timesteps.shift").apply(value, translation, option);
      },
    ),
    min_noising_strength: leave(ofSigma),
    max_noising_strength: leave(ofSigma, 1),
    offset_noise_weight: leave(plainNoise),
    loss_weight_fn: leave(said`see weighting: sigma_sqrt and cosmap`, "CONSTANT"),
  };
}

/** What it has where a file does not say. */
export const oneTrainerFlowDefaults: Settings = {
  ...{ timestep_shift: 1, dynamic_timestep_shifting: false, transformer: {} },
  ...{ text_encoder_2: {}, text_encoder_3: {}, text_encoder_2_sequence_length: 77 },
};
