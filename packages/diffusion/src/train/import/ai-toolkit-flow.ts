/**
 * @file What ai-toolkit's options become for Stable Diffusion 3 and FLUX.1, where they are not those of the other
 * models (`set_train_timesteps` of its `custom_flowmatch_sampler.py`).
 */

import { said } from "@atelier/engine";
import { networkType } from "./ai-toolkit-rules.js";
import { blocksOf, captionMask, type FlowFamily, idleWithFlow } from "./flow-family.js";
import { chooseOneOf, ownScheduleUsed, plainNoise, see } from "./reasons.js";
import { leave, rule, toNumber } from "./rules.js";
import type { Rule, Rules } from "./translation.js";
import { asFlag, asText, isOff, type Settings } from "./values.js";

/** Which timesteps are drawn. */
const timestepType = (family: FlowFamily): Rule =>
  rule(
    "`timesteps.distribution`, `timesteps.shift`, `timesteps.dynamicShift`",
    (value, { set, setting, leave: keep }, option) => {
      const isEven = ["linear_timesteps", "linear_timesteps2"].some(
        (name) => asFlag(setting(name)) === true,
      );
      const type = isEven ? "linear" : asText(value);
      const isShifted = /^(flux_|lumina2_)?shift$/.test(type);
      if (type !== "linear" && type !== "sigmoid" && !isShifted) {
        const weighted = said`losses are not weighted by such a table; timesteps are drawn uniformly`;
        keep(option, value, type === "weighted" ? weighted : see("timesteps.distribution"));
        if (type !== "weighted") return;
      }
      set("timesteps.distribution", type === "sigmoid" ? "logit_normal" : "uniform");
      // The schedule of its own by which it shifts follows FLUX.1's pictures in size.
      if (isShifted && family === "flux") set("timesteps.dynamicShift", true);
      else set("timesteps.shift", isShifted ? 3 : 1);
    },
  );

const toGuidance = (family: FlowFamily): Rule =>
  family === "flux" ? toNumber("base.guidance") : leave(said`no model of this family is told`, 1);

/** How many tokens T5 reads there, whatever a file says. */
export const aiToolkitTokens: Readonly<Record<FlowFamily, number>> = { sd3: 256, flux: 512 };

const told = said`the model is always told of guidance`;
const ofDraws = said`counts places among what was drawn there; here those of the base's schedule`;

/** Rules of a section over those that all models have. */
export function aiToolkitFlowRules(
  family: FlowFamily,
): Readonly<Record<"model" | "network" | "train" | "sample", Rules>> {
  return {
    model: {
      ...idleWithFlow("is_v_pred"),
      attn_masking: captionMask,
      use_flux_cfg: leave(told),
    },
    network: {
      type: networkType("those of the blocks", ({ setting }) =>
        asFlag(setting("transformer_only") ?? true) === false ? ["*"] : blocksOf[family],
      ),
      transformer_only: rule("`lora.targets`: *, where false", () => {}),
      conv: leave(said`of a transformer linear layers are adapted`),
      ...{ conv_alpha: rule("left, with `conv`", () => {}) },
    },
    train: {
      noise_scheduler: leave(ownScheduleUsed, "flowmatch"),
      timestep_type: timestepType(family),
      min_denoising_steps: leave(ofDraws),
      max_denoising_steps: leave(ofDraws, 999),
      noise_offset: leave(plainNoise),
      ...idleWithFlow("min_snr_gamma", "snr_gamma"),
      cfg_scale: toGuidance(family),
      bypass_guidance_embedding: leave(told),
    },
    sample: {
      sampler: rule("left, unless it is the base's own", (value, translation, option) => {
        if (!isOff(value) && value !== "flowmatch")
          translation.leave(option, value, chooseOneOf("samples.sampler"));
      }),
    },
  };
}

/** What it has where a file does not say, of training. */
export const aiToolkitFlowDefaults: Settings = { timestep_type: "sigmoid" };
