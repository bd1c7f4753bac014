/**
 * @file The densities and weights of Esser et al. (2024, arXiv 2403.03206) by the options that sd-scripts and
 * diffusers' scripts share for them.
 */

import { type Sentence, said } from "@atelier/engine";
import { toModeScale } from "./flow-family.js";
import { notANumber } from "./reasons.js";
import { rule } from "./rules.js";
import type { Rules, Translation } from "./translation.js";
import { asNumber, asText } from "./values.js";

/** How a program uses them. */
export interface SchemeUse {
  /**
   * Whether a share near 1 is much noise there, as it is here. Where it counts places of a sampler's schedule,
   * whose first is the noisiest, a mean above 0 prefers pictures with little noise.
   */
  readonly isNoiseLast: boolean;
  /** Whether times are drawn by the scheme; always by default. */
  readonly draws?: (translation: Translation) => boolean;
  /** What a loss's weights are put before, or why they are put before nothing. */
  readonly errors: (
    translation: Translation,
  ) => "velocity" | "picture" | { readonly why: Sentence };
}

const ofPicture = said`errors are those of the picture there; sigma_squared measures them here, and goes with no other weighting`;

/** σ² turns errors of a velocity into those of the picture, and sigma_sqrt, 1/σ², takes it away again. */
const weightingOfPicture: Readonly<Record<string, string | undefined>> = {
  none: "sigma_squared",
  uniform: "sigma_squared",
  logit_normal: "sigma_squared",
  mode: "sigma_squared",
  sigma_sqrt: "none",
};

/** The scheme and its numbers. */
export function schemeRules({ isNoiseLast, draws = () => true, errors }: SchemeUse): Rules {
  const isDrawn = (name: string, translation: Translation): boolean =>
    draws(translation) && translation.setting("weighting_scheme") === name;
  return {
    weighting_scheme: rule(
      "`timesteps.distribution`, `weighting`",
      (value, translation, option) => {
        const scheme = asText(value);
        const weighs = scheme === "sigma_sqrt" || scheme === "cosmap";
        const density = { logit_normal: "logit_normal", mode: "mode" }[scheme] ?? "uniform";
        if (!weighs && density === "uniform" && scheme !== "uniform" && scheme !== "none")
          translation.leave(
            option,
            value,
            said`no such scheme here; timesteps are drawn uniformly`,
          );
        if (draws(translation)) translation.set("timesteps.distribution", density);
        else if (density !== "uniform")
          translation.leave(option, value, said`means nothing with that timestep_sampling`);
        const kind = errors(translation);
        if (kind === "velocity") translation.set("weighting", weighs ? scheme : undefined);
        else if (kind === "picture") {
          const weighting = weightingOfPicture[scheme];
          if (weighting === undefined) translation.leave(option, value, ofPicture);
          else translation.set("weighting", weighting === "none" ? undefined : weighting);
        } else if (weighs) translation.leave(option, value, kind.why);
      },
    ),
    logit_mean: rule(
      `\`timesteps.mean\`${isNoiseLast ? "" : ", with the other sign,"} with logit_normal`,
      (value, translation, option) => {
        if (!isDrawn("logit_normal", translation)) return;
        const mean = asNumber(value);
        if (mean === undefined) translation.leave(option, value, notANumber);
        else translation.set("timesteps.mean", isNoiseLast || mean === 0 ? mean : -mean);
      },
    ),
    logit_std: rule("`timesteps.deviation` with logit_normal", (value, translation, option) => {
      if (!isDrawn("logit_normal", translation)) return;
      const deviation = asNumber(value);
      if (deviation === undefined || deviation <= 0)
        translation.leave(option, value, said`expected a number above 0`);
      else translation.set("timesteps.deviation", deviation);
    }),
    mode_scale: rule("`timesteps.modeScale` with mode", (value, translation, option) => {
      if (isDrawn("mode", translation)) toModeScale.apply(value, translation, option);
    }),
  };
}
