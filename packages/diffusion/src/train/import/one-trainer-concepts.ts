/** @file Folders and prompts of OneTrainer: its concepts and samples (`ConceptConfig`, `SampleConfig`). */

import { said } from "@atelier/engine";
import {
  chooseOneOf,
  firstFolderCounts,
  firstFolderOnce,
  fromPromptsAlone,
  lastLayerUsed,
  onlyFlipAndCrop,
  sameForAllSamples,
  samplesHaveSeeds,
  see,
} from "./reasons.js";
import { leave, leaveAll, rule, to, toFlag, toNumberUnlessOff, toWhole } from "./rules.js";
import type { OpenTranslation, Rules } from "./translation.js";
import { asFlag, asNumber, asSettings, asText, isOff, type Settings } from "./values.js";

const image: Settings = { enable_crop_jitter: true, enable_random_flip: false };
const text: Settings = { prompt_source: "sample", keep_tags_count: 1, tag_delimiter: "," };

/** How pictures are changed. */
export const imageRules: Rules = {
  enable_crop_jitter: toFlag("data.crop", "random", "center"),
  enable_random_flip: rule("`flip` of the folder", () => {}),
  ...leaveAll({
    ...Object.fromEntries(
      [
        ...["fixed_flip", "random_rotate", "fixed_rotate", "random_brightness", "fixed_brightness"],
        ...["random_contrast", "fixed_contrast", "random_saturation", "fixed_saturation"],
        ...["random_hue", "fixed_hue", "random_circular_mask_shrink", "random_mask_rotate_crop"],
      ].map((name) => [`enable_${name}`, onlyFlipAndCrop]),
    ),
    enable_resolution_override: said`one size for all folders: data.width and data.height`,
  }),
  ...Object.fromEntries(
    [
      ...["random_rotate_max_angle", "random_brightness_max_strength", "resolution_override"],
      ...["random_contrast_max_strength", "random_saturation_max_strength"],
      "random_hue_max_strength",
    ].map((name) => [name, rule("— (with its switch)", () => {})]),
  ),
};

const letters = said`captions keep their letters`;

/** Captions. */
export const textRules: Rules = {
  prompt_source: rule("`data.captions`: auto", (value, translation, option) => {
    if (value === "sample") return;
    const why =
      value === "concept"
        ? said`give the prompts of that file as data.prompt, or write .txt files`
        : said`write the names into .txt files beside the pictures`;
    translation.leave(option, value, why);
  }),
  prompt_path: rule("— (with `prompt_source`)", () => {}),
  enable_tag_shuffling: toFlag("data.shuffleTags"),
  tag_delimiter: to("data.tagSeparator"),
  keep_tags_count: toWhole("data.keepTags"),
  tag_dropout_enable: rule("`data.tagDropout`", (value, translation) => {
    if (asFlag(value) === true)
      translation.set("data.tagDropout", asNumber(translation.setting("tag_dropout_probability")));
  }),
  tag_dropout_probability: rule("`data.tagDropout` with `tag_dropout_enable`", () => {}),
  tag_dropout_mode: rule("`data.tagDropout` drops each tag", (value, translation, option) => {
    if (asFlag(translation.setting("tag_dropout_enable")) === true && value !== "RANDOM")
      translation.leave(option, value, said`each tag is dropped by itself here`);
  }),
  tag_dropout_special_tags_mode: leave(said`all tags but data.keepTags may be dropped`, "NONE"),
  tag_dropout_special_tags: rule("— (with its mode)", () => {}),
  tag_dropout_special_tags_regex: rule("— (with its mode)", () => {}),
  caps_randomize_enable: leave(letters),
  caps_randomize_mode: rule("— (with its switch)", () => {}),
  caps_randomize_probability: rule("— (with its switch)", () => {}),
  caps_randomize_lowercase: leave(letters),
};

/** Options of a concept that are no groups. */
export const conceptRules: Rules = {
  ...leaveAll({ include_subdirectories: said`name the folders inside of it as data.folders` }),
  image_variations: leave(said`crops and mirrored pictures are newly drawn at every step`, 1),
  text_variations: leave(said`captions are newly drawn at every step`, 1),
  balancing_strategy: leave(said`repeats are counted by picture: set data.repeats`, "REPEATS"),
};
const ofFolder: readonly string[] = [
  ...["image", "text", "path", "name", "seed", "enabled", "type", "balancing", "loss_weight"],
  "concept_stats",
];

interface Concept {
  readonly folder: unknown;
  readonly settings: Settings;
  readonly image: Settings;
  readonly text: Settings;
}

/** Folders, and the options that all folders share: those of the first, where they differ. */
export function importConcepts(list: readonly unknown[], translation: OpenTranslation): void {
  const concepts = list.flatMap((entry): Concept[] => {
    const settings = asSettings(entry) ?? {};
    if (asFlag(settings["enabled"] ?? true) === false) return [];
    const type = settings["type"] ?? "STANDARD";
    if (type !== "STANDARD") {
      const why = said`only folders that are trained on are read; see prior for a class`;
      translation.leave(`concept ${asText(type)}`, settings["path"], why);
      return [];
    }
    return [
      {
        folder: settings["path"],
        settings,
        image: { ...image, ...asSettings(settings["image"]) },
        text: { ...text, ...asSettings(settings["text"]) },
      },
    ];
  });
  const [first, ...others] = concepts;
  if (first === undefined) return;
  const folders = concepts.map(({ folder, settings, image: own }) => ({
    folder,
    repeats: asNumber(settings["balancing"] ?? 1),
    flip: asFlag(own["enable_random_flip"]),
    lossWeight: asNumber(settings["loss_weight"] ?? 1),
  }));
  const [{ lossWeight, ...main } = { lossWeight: 1 }, ...further] = folders;
  for (const [field, value] of Object.entries(main)) translation.set(`data.${field}`, value);
  if (lossWeight !== 1) translation.leave("loss_weight", lossWeight, firstFolderOnce);
  if (further.length > 0) translation.set("data.folders", further);
  translation.translate(first.image, imageRules, { at: "image." });
  translation.translate(first.text, textRules, { at: "text." });
  translation.translate(
    Object.fromEntries(Object.entries(first.settings).filter(([name]) => !ofFolder.includes(name))),
    conceptRules,
  );
  for (const other of others) leaveDifferences(first, other, translation);
}

/** Options of a further folder that are not the first's. */
function leaveDifferences(first: Concept, other: Concept, translation: OpenTranslation): void {
  for (const [group, rules] of [
    ["image", imageRules],
    ["text", textRules],
  ] as const) {
    const names = new Set([...Object.keys(first[group]), ...Object.keys(other[group])]);
    for (const name of names) {
      const [value, ofFirst] = [other[group][name], first[group][name]];
      const isSame =
        JSON.stringify(value) === JSON.stringify(ofFirst) || (isOff(value) && isOff(ofFirst));
      // What has no equivalent anywhere is told where it is on.
      const isLeft = rules[name]?.here.startsWith("left") === true && isOff(value);
      if (isSame || isLeft || name === "enable_random_flip") continue;
      const option = `${group}.${name} of ${asText(other.folder)}`;
      translation.leave(option, value ?? null, firstFolderCounts);
    }
  }
}

/** Prompts of samples; what differs between them is that of the first. */
export function importSamples(list: readonly unknown[], translation: OpenTranslation): void {
  const samples = list.flatMap((entry) => {
    const sample = asSettings(entry) ?? {};
    return asFlag(sample["enabled"] ?? true) === false ? [] : [sample];
  });
  const [first, ...others] = samples;
  if (first === undefined) return;
  translation.set(
    "samples.prompts",
    samples.map(({ prompt }) => asText(prompt ?? "")),
  );
  for (const other of others) {
    for (const name of ["negative_prompt", "seed", "diffusion_steps", "cfg_scale"]) {
      // Seeds count up here.
      if (name === "seed" || JSON.stringify(other[name]) === JSON.stringify(first[name])) continue;
      const option = `${name} of "${asText(other["prompt"])}"`;
      translation.leave(option, other[name], sameForAllSamples);
    }
  }
  translation.translate(first, sampleRules, { defaults: { seed: 42 } });
}

const sampleRules: Rules = {
  prompt: rule("`samples.prompts`", () => {}),
  enabled: rule("— (a sample that is off is passed over)", () => {}),
  negative_prompt: to("samples.negativePrompt"),
  seed: toWhole("samples.seed"),
  random_seed: leave(samplesHaveSeeds),
  diffusion_steps: toWhole("samples.steps"),
  cfg_scale: toNumberUnlessOff("samples.guidance"),
  noise_scheduler: leave(chooseOneOf("samples.sampler")),
  width: rule("— (samples have the size of the training)", () => {}),
  height: rule("— (samples have the size of the training)", () => {}),
  ...leaveAll({
    sample_inpainting: fromPromptsAlone,
    text_encoder_1_layer_skip: lastLayerUsed,
    force_last_timestep: see("base.zeroTerminalSnr"),
  }),
  ...Object.fromEntries(
    [
      ...["frames", "length", "base_image_path", "mask_image_path", "transformer_attention_mask"],
      ...["text_encoder_1_sequence_length", "text_encoder_2_layer_skip"],
      ...["text_encoder_2_sequence_length", "text_encoder_3_layer_skip"],
      "text_encoder_4_layer_skip",
    ].map((name) => [name, rule("— (of other families)", () => {})]),
  ),
};
