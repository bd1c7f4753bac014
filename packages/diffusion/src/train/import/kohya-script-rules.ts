/**
 * @file What options become that one script of sd-scripts alone has: `train_network.py`, `train_db.py`, `fine_tune.py`
 * or `train_textual_inversion.py`, and its like for other families.
 */

import { said } from "@atelier/engine";
import type { FlowFamily } from "./flow-family.js";
import { networkModule } from "./kohya-network.js";
import { alwaysTrained, notANumber, textTrainsToTheEnd } from "./reasons.js";
import { ignore, leave, rule, to, toFlag, toNumber, toNumberUnlessOff, toWhole } from "./rules.js";
import type { Rules, Translation } from "./translation.js";
import { asFlag, asList, asNumber } from "./values.js";

/** Whether the text encoder learns, and how fast, by what each script calls it. */
function importTextEncoder(translation: Translation, ownRate: unknown, learns: boolean): void {
  const own = asNumber(asList(ownRate)[0]);
  const rate = own ?? asNumber(translation.setting("learning_rate"));
  const doesLearn = learns && rate !== 0;
  // A network's preset may leave the text encoder out.
  if (translation.get("textEncoder.train") === false && doesLearn) return;
  translation.set("textEncoder.train", doesLearn);
  if (doesLearn) translation.set("textEncoder.learningRate", rate);
}

const firstRate = said`one rate for all text encoders here: the first counts`;
const mergeFirst = leave(said`merge them into the base first`);

/** Options of `train_network.py` alone. */
const network = (family?: FlowFamily): Rules => ({
  network_module: networkModule(family),
  network_args: rule("with `network_module`", () => {}),
  network_dim: toWhole("lora.rank"),
  network_alpha: rule("`lora.alpha`; 0 is the rank", (value, translation, option) => {
    const isRank = asNumber(value) === 0;
    if (!isRank) toNumber("lora.alpha").apply(value, translation, option);
    else translation.set("lora.alpha", asNumber(translation.setting("network_dim")));
  }),
  network_dropout: toNumberUnlessOff("lora.dropout"),
  network_weights: to("lora.startFrom"),
  dim_from_weights: leave(said`set lora.rank to that of the adapter`),
  base_weights: mergeFirst,
  base_weights_multiplier: mergeFirst,
  scale_weight_norms: toNumberUnlessOff("lora.maxWeightNorm"),
  network_train_text_encoder_only: leave(alwaysTrained("UNet")),
  network_train_unet_only: rule("`textEncoder.train`: false", (value, translation) => {
    const own = translation.setting("text_encoder_lr");
    importTextEncoder(translation, own, asFlag(value) !== true);
  }),
  text_encoder_lr: rule(
    "`textEncoder.learningRate`; 0 leaves it as it is",
    (value, { leave: keep }, option) => {
      const [first, ...others] = asList(value).map(asNumber);
      if (first === undefined) keep(option, value, notANumber);
      else if (others.some((other) => other !== first)) keep(option, value, firstRate);
    },
  ),
});

/** SDXL's scripts have a rate for each text encoder. */
const ownTextRate = ({ setting }: Translation): unknown =>
  setting("learning_rate_te") ?? setting("learning_rate_te1") ?? setting("learning_rate_te2");

const bothFull: Rules = {
  learning_rate_te: rule("`textEncoder.learningRate`; 0 leaves it as it is", () => {}),
  learning_rate_te1: rule("`textEncoder.learningRate`; 0 leaves it as it is", () => {}),
  learning_rate_te2: rule(
    "`textEncoder.learningRate`, as learning_rate_te1",
    (value, translation, option) => {
      const first = asNumber(translation.setting("learning_rate_te1"));
      if (first !== undefined && first !== asNumber(value))
        translation.leave(option, value, firstRate);
    },
  ),
  block_lr: leave(said`see full.parts: its parts have one rate`),
  ...ignore("files are written as safetensors", "use_safetensors"),
};

/** Options of `train_db.py` alone, which trains the text encoder unless it is told to stop. */
const dreamBooth: Rules = {
  ...bothFull,
  stop_text_encoder_training: rule(
    "`textEncoder.train`: false at 0 and below",
    (value, translation, option) => {
      const steps = asNumber(value);
      const own = ownTextRate(translation);
      importTextEncoder(translation, own, steps === undefined || steps > 0);
      const end = asNumber(translation.setting("max_train_steps")) ?? 0;
      if (steps !== undefined && steps > 0 && steps < end)
        translation.leave(option, value, textTrainsToTheEnd);
    },
  ),
  no_token_padding: leave(said`captions are always padded to 77 tokens`),
};

/** Options of `fine_tune.py` alone. */
const fineTuning: Rules = {
  ...bothFull,
  train_text_encoder: rule("`textEncoder.train`", (value, translation) => {
    const own = ownTextRate(translation);
    importTextEncoder(translation, own, asFlag(value) === true);
  }),
  ...ignore("attention is computed as the device does it", "diffusers_xformers"),
};

/** Options of `train_textual_inversion.py`. */
const word: Rules = {
  token_string: to("embedding.token"),
  init_word: to("embedding.initializer"),
  num_vectors_per_token: toWhole("embedding.vectors"),
  use_object_template: toFlag("embedding.kind", "subject"),
  use_style_template: toFlag("embedding.kind", "style"),
  weights: leave(said`a word starts from words, not from a file`),
};

/** The programs of sd-scripts. */
export type SdScript = "train_network" | "train_db" | "fine_tune" | "train_textual_inversion";

/** Rules of each script's own options. */
export const ofScript = (family?: FlowFamily): Readonly<Record<SdScript, Rules>> => ({
  train_network: network(family),
  train_db: dreamBooth,
  fine_tune: fineTuning,
  train_textual_inversion: word,
});
