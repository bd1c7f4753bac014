/** @file What the options of ai-toolkit's `model` section become, and whose model it is. */

import { said } from "@atelier/engine";
import { idleModelRules } from "./ai-toolkit-idle.js";
import { setBaseDType } from "./base-dtypes.js";
import type { FlowFamily } from "./flow-family.js";
import { layersAsTargets, mergeIntoBase, noDistilled } from "./reasons.js";
import { ignore, leave, rule, to, toFlag } from "./rules.js";
import type { Rules } from "./translation.js";
import { asFlag, asText, isOff, type Settings } from "./values.js";

const families: readonly string[] = [
  ...["is_pixart", "is_pixart_sigma", "is_auraflow", "is_lumina2", "is_ssd", "is_vega"],
];

/** Switches and names of families that are not trained here. */
export function familyOf(model: Settings): string | undefined {
  const flag = families.find((name) => asFlag(model[name]) === true);
  if (flag !== undefined) return flag;
  const arch = model["arch"];
  return isOff(arch) || /^(sd1|sd2|sd|sdxl|sd3|flux)(:|$)/.test(asText(arch))
    ? undefined
    : `arch ${asText(arch)}`;
}

/** The model's options. */
export const modelRules: Rules = {
  ...idleModelRules,
  name_or_path: to("base.path"),
  is_v_pred: toFlag("base.predictionType", "v_prediction", "epsilon"),
  lora_path: leave(mergeIntoBase),
  vae_path: rule("`base.vae`", (value, { set }) => {
    if (!isOff(value)) set("base.vae", value);
  }),
  unet_path: leave(said`the base's own UNet is used`),
  assistant_lora_path: leave(noDistilled),
  inference_lora_path: leave(said`samples are drawn with what is trained alone`),
  quantize: rule("`base.dtype` by `qtype`: int8, int4", (value, translation, option) => {
    if (asFlag(value) !== true) return;
    const type = asText(translation.setting("qtype") ?? "qfloat8");
    setBaseDType(translation, { option, value: type, type });
  }),
  qtype: rule("with `quantize`", () => {}),
  quantize_te: leave(said`see base.dtype, which is one for all large weights`),
  only_if_contains: leave(layersAsTargets),
  ignore_if_contains: leave(layersAsTargets),
  ...ignore("said by the base's files", "is_v2", "is_xl", "is_v3", "is_flux", "arch", ...families),
  ...ignore(
    "how memory and processes are used is decided by the run",
    ...["low_vram", "dtype", "qtype_te", "te_dtype", "vae_dtype", "compile"],
    ...["block_compile", "compile_mode", "layer_offloading", "auto_memory", "text_encoder_bits"],
    ...["layer_offloading_transformer_percent", "layer_offloading_text_encoder_percent"],
  ),
};

/** The family by the model's switches and its name. */
export function flowFamilyOf(model: Settings): FlowFamily | undefined {
  // What follows a colon tells the web interface's kinds of one model apart.
  const [name] = asText(model["arch"] ?? "").split(":");
  if (asFlag(model["is_flux"]) === true || name === "flux") return "flux";
  return asFlag(model["is_v3"]) === true || name === "sd3" ? "sd3" : undefined;
}
