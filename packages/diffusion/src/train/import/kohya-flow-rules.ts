/**
 * @file What sd-scripts' options become for Stable Diffusion 3 and FLUX.1 (`add_dit_training_arguments`,
 * `sd3_train_utils.py`, `flux_train_utils.py`), where they are not those of the other models.
 */

import { said } from "@atelier/engine";
import {
  blockSwap,
  captionMask,
  type FlowFamily,
  idleWithFlow,
  ownTextEncoder,
} from "./flow-family.js";
import { chooseOneOf, noControl, see, t5IsRead } from "./reasons.js";
import { ignore, leave, leaveAll, rule, to, toNumber, toWhole } from "./rules.js";
import type { Rule, Rules, Translation } from "./translation.js";
import { asNumber, asText, type Settings } from "./values.js";
import { schemeRules } from "./weighting-scheme.js";

const sampling = ({ setting }: Translation): string => asText(setting("timestep_sampling"));

/** How FLUX.1's timesteps are drawn: by a scheme over shifted places, or as a σ of its own. */
const timestepSampling: Rule = rule(
  "`timesteps.distribution`, `timesteps.shift`, `timesteps.dynamicShift`",
  (value, translation, option) => {
    const { set, setting, leave: keep } = translation;
    const shift = asNumber(setting("discrete_flow_shift"));
    switch (asText(value)) {
      case "sigma":
        set("timesteps.shift", shift);
        return;
      case "uniform":
        set("timesteps.distribution", "uniform");
        set("timesteps.shift", 1);
        return;
      case "sigmoid":
        set("timesteps.distribution", "logit_normal");
        set("timesteps.shift", 1);
        return;
      case "shift":
        set("timesteps.distribution", "logit_normal");
        set("timesteps.shift", shift);
        return;
      case "flux_shift":
        set("timesteps.distribution", "logit_normal");
        set("timesteps.dynamicShift", true);
        return;
      default:
        keep(option, value, chooseOneOf("timesteps.distribution"));
    }
  },
);

const dropout = leave(said`data.captionDropout leaves out the caption for all text encoders`);

/** Of both. */
const shared: Rules = {
  clip_l: ownTextEncoder,
  t5xxl: ownTextEncoder,
  apply_t5_attn_mask: captionMask,
  t5xxl_max_token_length: toWhole("base.maxSequenceLength"),
  blocks_to_swap: blockSwap,
  double_blocks_to_swap: blockSwap,
  single_blocks_to_swap: blockSwap,
  ...idleWithFlow(
    ...["v_parameterization", "zero_terminal_snr", "min_snr_gamma", "debiased_estimation_loss"],
    ...["v_pred_like_loss", "scale_v_pred_loss_like_noise_pred", "noise_offset"],
    ...["noise_offset_random_strength", "adaptive_noise_scale", "multires_noise_iterations"],
  ),
  learning_rate_te3: leave(t5IsRead),
  train_t5xxl: leave(t5IsRead),
  ...ignore(
    "how memory and processes are used is decided by the run",
    ...["mem_eff_save", "blockwise_fused_optimizers", "use_t5xxl_cache_only"],
    ...["skip_latents_validity_check", "text_encoder_batch_size"],
  ),
};

const flux: Rules = {
  timestep_sampling: timestepSampling,
  ...schemeRules({
    isNoiseLast: false,
    draws: (translation) => sampling(translation) === "sigma",
    errors: () => ({ why: said`weighs losses with model_prediction_type sigma_scaled alone` }),
  }),
  discrete_flow_shift: rule("`timesteps.shift` with timestep_sampling sigma and shift", () => {}),
  sigmoid_scale: rule(
    "`timesteps.deviation` with timestep_sampling sigmoid, shift and flux_shift",
    (value, translation, option) => {
      if (["sigmoid", "shift", "flux_shift"].includes(sampling(translation)))
        toNumber("timesteps.deviation").apply(value, translation, option);
    },
  ),
  model_prediction_type: leave(
    said`the model's velocity is learned as it is, which is raw there`,
    "raw",
  ),
  guidance_scale: toNumber("base.guidance"),
  ae: to("base.vae"),
  split_mode: blockSwap,
  controlnet_model_name_or_path: leave(noControl),
  model_type: leave(said`models of this kind are not trained here`, "flux"),
  ...idleWithFlow("min_timestep", "max_timestep"),
};

const ofSigma = said`counts 1000·σ there; here timesteps are places of the base's shifted schedule`;
const ofTheMiddle = said`positions are those of the picture's middle`;

const sd3: Rules = {
  ...schemeRules({ isNoiseLast: true, errors: () => "picture" }),
  training_shift: toNumber("timesteps.shift"),
  clip_g: ownTextEncoder,
  apply_lg_attn_mask: captionMask,
  clip_l_dropout_rate: dropout,
  clip_g_dropout_rate: dropout,
  t5_dropout_rate: dropout,
  min_timestep: leave(ofSigma),
  max_timestep: leave(ofSigma, 1000),
  ...idleWithFlow("ip_noise_gamma", "ip_noise_gamma_random_strength"),
  ...leaveAll({
    pos_emb_random_crop_rate: ofTheMiddle,
    enable_scaled_pos_embed: ofTheMiddle,
    num_last_block_to_freeze: see("full.parts"),
  }),
  ...ignore("do nothing there", "save_clip", "save_t5xxl", "t5xxl_device", "t5xxl_dtype"),
};

/** Rules of a family, over those that all have. */
export const kohyaFlowRules: Readonly<Record<FlowFamily, Rules>> = {
  flux: { ...shared, ...flux },
  sd3: { ...shared, ...sd3 },
};

/** What the scripts have where nothing is said. */
export const kohyaFlowDefaults: Readonly<Record<FlowFamily, Settings>> = {
  flux: {
    ...{ timestep_sampling: "sigma", sigmoid_scale: 1, discrete_flow_shift: 3 },
    ...{ weighting_scheme: "uniform", logit_mean: 0, logit_std: 1, mode_scale: 1.29 },
    ...{ model_prediction_type: "sigma_scaled", guidance_scale: 3.5 },
  },
  sd3: {
    ...{ weighting_scheme: "uniform", logit_mean: 0, logit_std: 1, mode_scale: 1.29 },
    ...{ training_shift: 1, t5xxl_max_token_length: 256 },
  },
};

/** Options by which a family is told where no network's name tells. */
const telling: readonly (readonly [FlowFamily, readonly string[]])[] = [
  ["sd3", ["clip_g", "training_shift", "apply_lg_attn_mask"]],
  [
    "flux",
    [
      ...["ae", "timestep_sampling", "model_prediction_type", "discrete_flow_shift", "clip_l"],
      "t5xxl",
    ],
  ],
];

/** The family that options tell, if one. */
export function flowFamilyOfOptions(isGiven: (option: string) => boolean): FlowFamily | undefined {
  return telling.find(([, options]) => options.some(isGiven))?.[0];
}
