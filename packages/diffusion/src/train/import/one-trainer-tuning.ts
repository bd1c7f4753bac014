/** @file What OneTrainer's options of what trains become: method, network, optimizer, parts of the model. */

import { oneTrainerOptimizers, setOptimizer, setOptimizerArgument } from "./optimizers.js";
import { leave, leaveAll, rule, to, toNumber, toNumberUnlessOff, toWhole } from "./rules.js";
import type { Rule, Rules, Translation } from "./translation.js";
import { asFlag, asNumber, asSettings, asText, asWhole, isOff } from "./values.js";

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

/** Options of the network. */
export const networkRules: Rules = {
  peft_type: ofLora(
    rule("`lora.method`", (value, translation, option) => {
      const kinds = { LORA: "lora", LOHA: "loha", LOKR: "lokr" };
      const name = Object.entries(kinds).find(([kind]) => kind === value)?.[1];
      if (name === undefined)
        translation.leave(option, value, "no such kind of network here; lora is trained");
      translation.set("lora.method", name ?? "lora");
    }),
  ),
  lora_decompose: ofLora(
    rule("`lora.method`: dora", (value, translation, option) => {
      if (asFlag(value) !== true) return;
      if (translation.get("lora.method") === "lora") translation.set("lora.method", "dora");
      else translation.leave(option, value, "only lora has trained lengths here");
    }),
  ),
  lora_rank: ofLora(toWhole("lora.rank")),
  lora_alpha: ofLora(toNumber("lora.alpha")),
  dropout_probability: ofLora(toNumberUnlessOff("lora.dropout")),
  layer_filter_preset: rule("`lora.targets`, `full.parts`", (value, translation, option) => {
    const targets = { full: "all", "attn-only": "attention", "attn-mlp": "" };
    const name = Object.entries(targets).find(([preset]) => preset === value)?.[1];
    const hasAll = ["attention", "feed-forward", "projections"];
    if (isWord(translation)) return;
    if (name === undefined)
      translation.leave(option, value, "give patterns as lora.targets or full.parts");
    const path = isLora(translation) ? "lora.targets" : "full.parts";
    const parts = isLora(translation) ? hasAll : ["*attentions*"];
    translation.set(path, name === "" ? parts : [name ?? "all"]);
  }),
  layer_filter: leave("give patterns as lora.targets or full.parts"),
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
    lokr_weight_decompose: "only lora has trained lengths here",
    lokr_use_tucker: "convolutions have no Tucker core here",
    lokr_full_matrix: "LoKr's second factor has the rank of the config",
    lora_decompose_output_axis: "lengths are those of a weight's outputs",
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
export const part = (kind: "unet" | "text_encoder"): Rule =>
  rule(
    kind === "unet" ? "`learningRate`" : "`textEncoder.train`, `textEncoder.learningRate`",
    (value, translation, option) => {
      const { learning_rate: rate, train = true, ...rest } = asSettings(value) ?? {};
      const own = asNumber(rate);
      if (kind === "unet") {
        if (asFlag(train) === false && !isWord(translation))
          translation.leave(`${option}.train`, train, "the UNet is always trained");
        translation.set("learningRate", own);
      } else if (!isWord(translation)) {
        const learns = asFlag(train) !== false;
        translation.set("textEncoder.train", learns);
        if (learns)
          translation.set("textEncoder.learningRate", own ?? translation.get("learningRate"));
        const unit = asText(rest["stop_training_after_unit"] ?? "EPOCH");
        // It stops there after 30 epochs, unless a file says otherwise.
        if (learns && unit !== "NEVER")
          translation.leave(
            `${option}.stop_training_after`,
            `${asText(rest["stop_training_after"] ?? 30)} ${unit}`,
            "the text encoder is trained to the end here",
          );
        if (!isOff(rest["dropout_probability"]))
          translation.set("data.captionDropout", asNumber(rest["dropout_probability"]));
      }
      if (
        kind === "unet" &&
        !isOff(rest["stop_training_after"]) &&
        rest["stop_training_after_unit"] !== "NEVER"
      )
        translation.leave(
          `${option}.stop_training_after`,
          rest["stop_training_after"],
          "set steps",
        );
      if (!isOff(rest["model_name"]))
        translation.leave(`${option}.model_name`, rest["model_name"], "the base's own is used");
      translation.set(
        "gradientCheckpointing",
        kind === "unet"
          ? asFlag(rest["gradient_checkpointing"] ?? true) === true
            ? "on"
            : "off"
          : undefined,
      );
    },
  );
