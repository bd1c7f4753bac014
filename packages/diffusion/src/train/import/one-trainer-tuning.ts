/** @file What OneTrainer's options of what trains become: method, network, optimizer, parts of the model. */

import { said } from "@atelier/engine";
import { setBaseDType } from "./base-dtypes.js";
import { oneTrainerOptimizers, setOptimizer, setOptimizerArgument } from "./optimizers.js";
import {
  alwaysTrained,
  noCaptionMask,
  noSuchNetwork,
  noTuckerCore,
  textTrainsToTheEnd,
} from "./reasons.js";
import { leave, leaveAll, rule, to, toNumber, toNumberUnlessOff, toWhole } from "./rules.js";
import type { Rule, Rules, Translation } from "./translation.js";
import { asFlag, asNumber, asSettings, asText, asWhole, isOff, type Settings } from "./values.js";

const isLora = ({ setting }: Translation) => setting("training_method") === "LORA";
/** Whether a word is trained. */
export const isWord = ({ setting }: Translation): boolean =>
  setting("training_method") === "EMBEDDING";

/** The kind of training. */
export const method: Rule = rule("`tuning`", (value, { set }) => {
  const tunings = { LORA: "lora", FINE_TUNE: "full", EMBEDDING: "textual_inversion" };
  set("tuning", Object.entries(tunings).find(([name]) => name === value)?.[1]);
});

/** A rule for adapters alone; in other trainings the option means nothing there. */
const ofLora = (inner: Rule): Rule =>
  rule(inner.here, (value, translation, option) => {
    if (isLora(translation)) inner.apply(value, translation, option);
  });

const transformers = ["attention", "feed-forward", "projections"];
const patterns = said`give patterns as lora.targets or full.parts`;
const lengths = said`only lora has trained lengths here`;
type Presets = Readonly<Record<string, readonly string[]>>;

/** The layers of a preset: of an adapter, and of what trains itself. */
export const layersOfPreset = (adapted: Presets, trained: Presets): Rule =>
  rule("`lora.targets`, `full.parts`", (value, translation, option) => {
    if (isWord(translation)) return;
    const presets = isLora(translation) ? adapted : trained;
    const layers = Object.entries(presets).find(([preset]) => preset === value)?.[1];
    if (layers === undefined) translation.leave(option, value, patterns);
    const path = isLora(translation) ? "lora.targets" : "full.parts";
    translation.set(path, [...(layers ?? presets["full"] ?? ["all"])]);
  });

/** Options of the network. */
export const networkRules: Rules = {
  peft_type: ofLora(
    rule("`lora.method`", (value, translation, option) => {
      const kinds = { LORA: "lora", LOHA: "loha", LOKR: "lokr" };
      const name = Object.entries(kinds).find(([kind]) => kind === value)?.[1];
      if (name === undefined) translation.leave(option, value, noSuchNetwork);
      translation.set("lora.method", name ?? "lora");
    }),
  ),
  lora_decompose: ofLora(
    rule("`lora.method`: dora", (value, translation, option) => {
      if (asFlag(value) !== true) return;
      if (translation.get("lora.method") === "lora") translation.set("lora.method", "dora");
      else translation.leave(option, value, lengths);
    }),
  ),
  lora_rank: ofLora(toWhole("lora.rank")),
  lora_alpha: ofLora(toNumber("lora.alpha")),
  dropout_probability: ofLora(toNumberUnlessOff("lora.dropout")),
  layer_filter_preset: layersOfPreset(
    { full: ["all"], "attn-only": ["attention"], "attn-mlp": transformers },
    { full: ["all"], "attn-only": ["attention"], "attn-mlp": ["*attentions*"] },
  ),
  layer_filter: leave(patterns),
  lokr_dim: rule("`lora.rank` with LOKR", (value, translation, option) => {
    if (translation.get("lora.method") === "lokr")
      toWhole("lora.rank").apply(value, translation, option);
  }),
  lokr_decompose_factor: rule("`lora.lokrFactor` with LOKR", (value, translation) => {
    const factor = asWhole(value) ?? -1;
    if (translation.get("lora.method") === "lokr" && factor > 0)
      translation.set("lora.lokrFactor", factor);
  }),
  lokr_decompose_both: rule("`lora.lokrDecomposeBoth` with LOKR", (value, translation) => {
    if (translation.get("lora.method") === "lokr" && asFlag(value) === true)
      translation.set("lora.lokrDecomposeBoth", true);
  }),
  ...leaveAll({
    lokr_weight_decompose: lengths,
    lokr_use_tucker: noTuckerCore,
    lokr_full_matrix: said`LoKr's second factor has the rank of the config`,
    lora_decompose_output_axis: said`lengths are those of a weight's outputs`,
  }),
  lora_model_name: to("lora.startFrom"),
};

/** The optimizer with its own options. */
export const optimizer: Rule = rule("`optimizer`", (value, translation, option) => {
  const { optimizer: name = "ADAMW", ...args } = asSettings(value) ?? { optimizer: value };
  const isKnown = setOptimizer(translation, { option, value: name, names: oneTrainerOptimizers });
  for (const [argument, own] of Object.entries(args)) {
    if (own === null || own === undefined) continue;
    if (isKnown) setOptimizerArgument(translation, { option, name: argument, value: own });
  }
});

/** A part of the model: whether and how fast it learns. */
export const part = (kind: "unet" | "transformer" | "text_encoder"): Rule =>
  kind === "text_encoder" ? textEncoder : denoiser(kind === "unet" ? "UNet" : "transformer");

const denoiser = (name: string): Rule =>
  rule("`learningRate`, `base.dtype`", (value, translation, option) => {
    const { set, leave: keep } = translation;
    const own = asSettings(value) ?? {};
    const { train = true, weight_dtype: type, attention_mask: mask } = own;
    if (asFlag(train) === false && !isWord(translation))
      keep(`${option}.train`, train, alwaysTrained(name));
    set("learningRate", asNumber(own["learning_rate"]));
    if (!isOff(own["stop_training_after"]) && own["stop_training_after_unit"] !== "NEVER")
      keep(`${option}.stop_training_after`, own["stop_training_after"], said`set steps`);
    leaveOwnModel(own, translation, option);
    const recomputes = asFlag(own["gradient_checkpointing"] ?? true) === true;
    set("gradientCheckpointing", recomputes ? "on" : "off");
    // Weights that learn are kept in 32 bits here, whatever they are there.
    if (
      !isOff(type) &&
      type !== "FLOAT_32" &&
      translation.setting("training_method") !== "FINE_TUNE"
    )
      setBaseDType(translation, {
        option: `${option}.weight_dtype`,
        value: type,
        type: asText(type),
      });
    if (asFlag(mask) === true) keep(`${option}.attention_mask`, mask, noCaptionMask);
  });

const textEncoder: Rule = rule(
  "`textEncoder.train`, `textEncoder.learningRate`",
  (value, translation, option) => {
    const { learning_rate: rate, train = true, ...rest } = asSettings(value) ?? {};
    leaveOwnModel(rest, translation, option);
    if (isWord(translation)) return;
    const learns = asFlag(train) !== false;
    translation.set("textEncoder.train", learns);
    if (learns) {
      const own = asNumber(rate) ?? asNumber(translation.setting("learning_rate"));
      translation.set("textEncoder.learningRate", own);
    }
    const unit = asText(rest["stop_training_after_unit"] ?? "EPOCH");
    // It stops there after 30 epochs, unless a file says otherwise.
    if (learns && unit !== "NEVER")
      translation.leave(
        `${option}.stop_training_after`,
        `${asText(rest["stop_training_after"] ?? 30)} ${unit}`,
        textTrainsToTheEnd,
      );
    if (!isOff(rest["dropout_probability"]))
      translation.set("data.captionDropout", asNumber(rest["dropout_probability"]));
  },
);

function leaveOwnModel(part: Settings, { leave: keep }: Translation, option: string): void {
  if (!isOff(part["model_name"]))
    keep(`${option}.model_name`, part["model_name"], said`the base's own is used`);
}
