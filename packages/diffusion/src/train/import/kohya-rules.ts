/**
 * @file What the options of sd-scripts become: those of `train_network.py`, `train_db.py`, `fine_tune.py` and
 * `train_textual_inversion.py` (their `setup_parser`), and of their like for SDXL, but for pictures and captions, which are in
 * kohya-data-rules.ts.
 */

import { kohyaDataRules } from "./kohya-data-rules.js";
import { kohyaIdleRules } from "./kohya-idle.js";
import { networkModule } from "./kohya-network.js";
import { kohyaOptimizers, setOptimizer, setOptimizerArgument } from "./optimizers.js";
import {
  countsEpochs,
  ignore,
  leave,
  rule,
  to,
  toFlag,
  toName,
  toNumber,
  toNumberUnlessOff,
  toSeed,
  toWhole,
} from "./rules.js";
import { huggingFaceSchedules, scheduleField, warmupRule } from "./schedules.js";
import type { Rule, Rules, Translation } from "./translation.js";
import { asFlag, asList, asNumber, asText, asWhole, isOff } from "./values.js";

const precisions: Readonly<Record<string, string>> = {
  float: "float32",
  fp16: "float16",
  bf16: "bfloat16",
};

const usesHuber = (get: Translation["get"]): boolean =>
  get("loss.measure") === "huber" || get("loss.measure") === "smooth_l1";

/** The rate of the UNet: its own, else that of the run; at 0 it stays as it is there. */
const learningRate: Rule = rule(
  "`learningRate`, unless `unet_lr` says; of the text encoder too, unless its own option says",
  (value, translation, option) => {
    const own = asNumber(translation.setting("unet_lr"));
    const rate = asNumber(value);
    if (rate === undefined) translation.leave(option, value, "expected a number");
    else if (own === undefined || own === 0) {
      if (rate > 0) translation.set("learningRate", rate);
      else if (own === undefined) translation.leave(option, value, "the UNet is always trained");
    }
  },
);

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

const training: Rules = {
  pretrained_model_name_or_path: to("base.path"),
  vae: rule("`base.vae`", (value, { set }) => {
    if (!isOff(value)) set("base.vae", value);
  }),
  v_parameterization: rule(
    "`base.predictionType`: v_prediction, else epsilon",
    (value, { set, setting }) => {
      const hasBase = setting("pretrained_model_name_or_path") !== undefined;
      if (asFlag(value) === true) set("base.predictionType", "v_prediction");
      else if (hasBase) set("base.predictionType", "epsilon");
    },
  ),
  zero_terminal_snr: toFlag("base.zeroTerminalSnr", true, false),
  output_dir: to("output.folder"),
  output_name: toName,
  save_precision: to("output.dtype", (value) => precisions[asText(value)]),
  save_model_as: rule("`output.checkpoint` of full training", (value, translation, option) => {
    const format = asText(value);
    const isFull = translation.get("tuning") === "full";
    if (isFull && /^diffusers/.test(format)) translation.set("output.checkpoint", "folder");
    else if (isFull) translation.set("output.checkpoint", "single-file");
    if (/^(ckpt|pt)$/.test(format) && !(format === "pt" && translation.get("tuning") !== "lora"))
      translation.leave(option, value, "files are written as safetensors");
  }),
  save_every_n_steps: rule("`saveEverySteps`, `keep.everySteps`", (value, translation, option) => {
    toWhole("saveEverySteps").apply(value, translation, option);
    // All of them are kept there, unless save_last_n_steps says otherwise.
    if (isOff(translation.setting("save_last_n_steps"))) {
      translation.set("keep.everySteps", isOff(value) ? undefined : asWhole(value));
    }
  }),
  save_last_n_steps: rule("`keep.withinSteps`", (value, translation, option) => {
    if (!isOff(value)) toWhole("keep.withinSteps").apply(value, translation, option);
  }),
  sample_every_n_steps: toWhole("samples.everySteps"),
  max_train_steps: toWhole("steps"),
  max_train_epochs: leave(countsEpochs),
  train_batch_size: toWhole("batchSize"),
  gradient_accumulation_steps: toWhole("gradientAccumulation"),
  gradient_checkpointing: rule("`gradientCheckpointing`: on", (value, { set }) =>
    set("gradientCheckpointing", asFlag(value) === true ? "on" : undefined),
  ),
  seed: toSeed,
  max_grad_norm: toNumber("maxGradNorm"),
  optimizer_type: rule("`optimizer`", (value, translation, option) => {
    const names = kohyaOptimizers;
    const isKnown = setOptimizer(translation, { option, value, names });
    for (const entry of asList(translation.setting("optimizer_args") ?? []).flatMap(wordsOf)) {
      const [name = "", ...rest] = entry.split("=");
      const [key, text] = [
        name.trim(),
        rest
          .join("=")
          .trim()
          .replace(/^["']|["']$/g, ""),
      ];
      if (isKnown)
        setOptimizerArgument(translation, { option: "optimizer_args", name: key, value: text });
      else translation.leave(`optimizer_args ${key}`, text, "belongs to that optimizer");
    }
  }),
  use_8bit_adam: rule("`optimizer`: adamw of 8 bits", (value, translation, option) => {
    if (asFlag(value) === true)
      setOptimizer(translation, { option, value: "AdamW8bit", names: kohyaOptimizers });
  }),
  use_lion_optimizer: rule("`optimizer`: lion", (value, translation, option) => {
    if (asFlag(value) === true)
      setOptimizer(translation, { option, value: "Lion", names: kohyaOptimizers });
  }),
  optimizer_args: rule("with `optimizer_type`", () => {}),
  learning_rate: learningRate,
  unet_lr: rule("`learningRate`", (value, translation, option) => {
    const rate = asNumber(value);
    if (rate === undefined) translation.leave(option, value, "expected a number");
    else if (rate === 0) translation.leave(option, value, "the UNet is always trained");
    else translation.set("learningRate", rate);
  }),
  lr_scheduler: rule("`schedule.name`", (value, translation, option) => {
    const text = asText(value).toLowerCase();
    const names = { ...huggingFaceSchedules, cosine_with_min_lr: "cosine", adafactor: "constant" };
    const name = Object.entries(names).find(([known]) => known === text)?.[1];
    if (name === undefined)
      translation.leave(option, value, "no such schedule here; constant is used");
    translation.set("schedule.name", name ?? "constant");
    if (text === "cosine_with_min_lr")
      translation.set(
        "schedule.minRatio",
        asNumber(translation.setting("lr_scheduler_min_lr_ratio")),
      );
  }),
  lr_warmup_steps: rule(warmupRule.here, (value, translation, option) => {
    warmupRule.apply(value, translation, option);
    const isConstant = asText(translation.setting("lr_scheduler")).toLowerCase() === "constant";
    if (isConstant && !isOff(value))
      translation.leave(option, value, "refused with constant there; the rate rises first here");
  }),
  lr_scheduler_num_cycles: scheduleField("schedule.cycles", ["cosine_with_restarts"], asWhole),
  lr_scheduler_power: scheduleField("schedule.power", ["polynomial"]),
  lr_scheduler_min_lr_ratio: rule("`schedule.minRatio` with cosine_with_min_lr", () => {}),
  min_snr_gamma: toNumberUnlessOff("minSnrGamma"),
  debiased_estimation_loss: toFlag("weighting", "debiased"),
  loss_type: to("loss.measure", (value) =>
    value === "l2" ? "mse" : ["l1", "huber", "smooth_l1"].find((name) => name === value),
  ),
  huber_c: rule("`loss.huberC` with huber and smooth_l1", (value, { set, get }) =>
    set("loss.huberC", usesHuber(get) ? asNumber(value) : undefined),
  ),
  huber_schedule: rule("`loss.huberSchedule` with huber and smooth_l1", (value, { set, get }) =>
    set("loss.huberSchedule", usesHuber(get) ? value : undefined),
  ),
  huber_scale: leave("errors are not scaled before huber", 1),
  noise_offset: toNumberUnlessOff("noiseOffset"),
  adaptive_noise_scale: toNumberUnlessOff("adaptiveNoiseScale"),
  ip_noise_gamma: toNumberUnlessOff("inputPerturbation"),
  min_timestep: toWhole("timesteps.min"),
  max_timestep: rule("`timesteps.max`, less 1", (value, translation, option) => {
    const end = asWhole(value);
    if (end === undefined) translation.leave(option, value, "expected a whole number");
    else if (end > 0) translation.set("timesteps.max", end - 1);
  }),
  prior_loss_weight: rule("`prior.lossWeight`", (value, translation, option) => {
    if (translation.get("prior.folder") !== undefined)
      toNumber("prior.lossWeight").apply(value, translation, option);
    else if (asNumber(value) !== 1 && !isOff(translation.setting("reg_data_dir")))
      translation.leave(option, value, "set prior.lossWeight beside prior.folder");
  }),
};

/** `a=1 b=2` in one text, as the GUI writes them, and each on its own. */
function wordsOf(entry: unknown): string[] {
  const words = asText(entry)
    .replaceAll(/["']/g, "")
    .trim()
    .split(/\s+(?=[A-Za-z_]\w*=)/);
  return words.filter((word) => word !== "");
}

/** Options of `train_network.py` alone. */
const network: Rules = {
  network_module: networkModule,
  network_args: rule("with `network_module`", () => {}),
  network_dim: toWhole("lora.rank"),
  network_alpha: rule("`lora.alpha`; 0 is the rank", (value, translation, option) => {
    const isRank = asNumber(value) === 0;
    if (!isRank) toNumber("lora.alpha").apply(value, translation, option);
    else translation.set("lora.alpha", asNumber(translation.setting("network_dim")));
  }),
  network_dropout: toNumberUnlessOff("lora.dropout"),
  network_weights: to("lora.startFrom"),
  dim_from_weights: leave("set lora.rank to that of the adapter"),
  base_weights: leave("merge them into the base first"),
  base_weights_multiplier: leave("merge them into the base first"),
  scale_weight_norms: toNumberUnlessOff("lora.maxWeightNorm"),
  network_train_text_encoder_only: leave("the UNet is always trained"),
  network_train_unet_only: rule("`textEncoder.train`: false", (value, translation) => {
    const own = translation.setting("text_encoder_lr");
    importTextEncoder(translation, own, asFlag(value) !== true);
  }),
  text_encoder_lr: rule(
    "`textEncoder.learningRate`; 0 leaves it as it is",
    (value, { leave: keep }, option) => {
      const [first, ...others] = asList(value).map(asNumber);
      if (first === undefined) keep(option, value, "expected a number");
      else if (others.some((other) => other !== first))
        keep(option, value, "one rate for all text encoders here: the first counts");
    },
  ),
};

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
        translation.leave(option, value, "one rate for all text encoders here: the first counts");
    },
  ),
  block_lr: leave("see full.parts: its parts have one rate"),
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
        translation.leave(option, value, "the text encoder is trained to the end here");
    },
  ),
  no_token_padding: leave("captions are always padded to 77 tokens"),
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
  weights: leave("a word starts from words, not from a file"),
};

/** The programs of sd-scripts. */
export type SdScript = "train_network" | "train_db" | "fine_tune" | "train_textual_inversion";

const ofScript: Readonly<Record<SdScript, Rules>> = {
  train_network: network,
  train_db: dreamBooth,
  fine_tune: fineTuning,
  train_textual_inversion: word,
};

/** Rules of a script; options of another are left as such, since it would pass over them. */
export function kohyaRules(script: SdScript): Rules {
  const own = ofScript[script];
  const foreign = Object.values(ofScript)
    .flatMap((rules) => Object.keys(rules))
    .filter((option) => !Object.hasOwn(own, option));
  const reason = leave(`${script}.py has no such option`);
  return {
    ...own,
    ...training,
    ...kohyaDataRules,
    ...kohyaIdleRules,
    ...Object.fromEntries(foreign.map((option) => [option, reason])),
  };
}

/** What the scripts' parsers have where nothing is said, of all that becomes a field. */
export function kohyaDefaults(script: SdScript): Readonly<Record<string, unknown>> {
  return {
    ...{ max_train_steps: 1600, train_batch_size: 1, gradient_accumulation_steps: 1 },
    ...{ learning_rate: 2e-6, max_grad_norm: 1, optimizer_type: "AdamW" },
    ...{ lr_scheduler: "constant", lr_scheduler_power: 1, lr_scheduler_num_cycles: 1 },
    ...{ loss_type: "l2", huber_c: 0.1, huber_schedule: "snr", v_parameterization: false },
    ...{ save_precision: "float", save_every_n_steps: 0, sample_every_n_steps: 0 },
    ...{ prior_loss_weight: 1, caption_extension: ".caption", enable_bucket: false },
    ...{ min_bucket_reso: 256, max_bucket_reso: 1024, bucket_reso_steps: 64 },
    ...(script === "train_network" && {
      ...{ network_module: "networks.lora", network_dim: 4, network_alpha: 1 },
      network_train_unet_only: false,
    }),
    ...(script === "train_db" && { stop_text_encoder_training: "never" }),
    ...(script === "fine_tune" && { train_text_encoder: false }),
    ...(script === "train_textual_inversion" && { num_vectors_per_token: 1 }),
  };
}
