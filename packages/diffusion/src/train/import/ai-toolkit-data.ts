/** @file Folders, trigger words and samples of ai-toolkit. */

import { said } from "@atelier/engine";
import { idleDatasetRules } from "./ai-toolkit-idle.js";
import { aiToolkitDefaults } from "./ai-toolkit-rules.js";
import {
  chooseOneOf,
  firstFolderCounts,
  firstFolderOnce,
  fromPromptsAlone,
  noControl,
  oneCaption,
  oneClassFolder,
  onlyFlipAndCrop,
  ownStrength,
  sameForAllSamples,
  samplesHaveSeeds,
  see,
  stepOf64,
} from "./reasons.js";
import {
  ignore,
  leave,
  leaveAll,
  rule,
  to,
  toFlag,
  toNumber,
  toNumberUnlessOff,
  toWhole,
} from "./rules.js";
import type { OpenTranslation, Rules, Translation } from "./translation.js";
import {
  asFlag,
  asList,
  asNumber,
  asSettings,
  asText,
  asWhole,
  isOff,
  type Settings,
} from "./values.js";

/** A trigger in the place of `[trigger]` and `[name]`. */
export function withTrigger(text: string, trigger: string | undefined): string {
  return trigger === undefined ? text : text.replaceAll(/\[(trigger|name)\]/g, trigger);
}

const captionFiles = said`captions are read from .txt and .caption files`;
const intoCaptions = said`write them into the captions`;

/** Options of a folder that all folders share here. */
export const datasetRules: Rules = {
  ...idleDatasetRules,
  buckets: rule("`data.buckets`, without a bound of proportions", (value, { set }) => {
    const isUsed = asFlag(value) !== false;
    set("data.buckets.use", isUsed);
    if (isUsed) set("data.buckets.maxAspect", 16);
  }),
  bucket_tolerance: rule(
    "`data.buckets.step`, in multiples of 64",
    (value, translation, option) => {
      const step = asWhole(value) ?? 0;
      if (translation.get("data.buckets.use") !== true) return;
      if (step > 0 && step % 64 === 0) translation.set("data.buckets.step", step);
      else translation.leave(option, value, stepOf64);
    },
  ),
  caption_ext: rule("`data.captions`: auto", (value, translation, option) => {
    if (!/^\.?(txt|caption)$/.test(asText(value))) translation.leave(option, value, captionFiles);
  }),
  caption_type: leave(captionFiles, "txt", ".txt"),
  caption_dropout_rate: toNumberUnlessOff("data.captionDropout"),
  shuffle_tokens: toFlag("data.shuffleTags"),
  keep_tokens: rule("`data.keepTags`, where tags move", (value, translation, option) => {
    if (!isOff(value)) toWhole("data.keepTags").apply(value, translation, option);
  }),
  token_dropout_rate: toNumberUnlessOff("data.tagDropout"),
  random_crop: toFlag("data.crop", "random", "center"),
  mask_path: rule("`data.masks`", (value, { set }) => {
    set("data.masks.source", "folder");
    set("data.masks.folder", value);
  }),
  alpha_mask: toFlag("data.masks.source", "alpha"),
  mask_min_value: rule("`data.masks.unmaskedWeight`", (value, translation, option) => {
    const hasMasks = translation.get("data.masks.source") !== undefined;
    if (!isOff(value) && hasMasks)
      toNumber("data.masks.unmaskedWeight").apply(value, translation, option);
  }),
  invert_mask: leave(said`masks are white where it counts`),
  scale: leave(said`pictures are scaled to the size of the training`, 1),
  network_weight: leave(ownStrength, 1),
  ...leaveAll({
    ...Object.fromEntries(
      [
        "flip_y",
        "random_scale",
        "augments",
        "augmentations",
        "shuffle_augmentations",
        "square_crop",
      ].map((name) => [name, onlyFlipAndCrop]),
    ),
    control_path: noControl,
    controls: noControl,
    inpaint_path: fromPromptsAlone,
    unconditional_path: said`pictures have captions`,
    clip_image_path: fromPromptsAlone,
    random_triggers: intoCaptions,
    replacements: intoCaptions,
    use_short_captions: oneCaption,
    diff_output_preservation: see("prior"),
    prior_reg: see("prior"),
    standardize_images: onlyFlipAndCrop,
  }),
  type: leave(said`folders of pictures are read`, "image"),
  num_frames: leave(said`pictures are trained, no videos`, 1),
  ...ignore(
    "memory, caches and other families",
    ...["cache_latents", "cache_latents_to_disk", "cache_tensors_to_disk", "num_workers"],
    ...["cache_clip_vision_to_disk", "cache_text_embeddings", "prefetch_factor", "fps"],
    ...["shrink_video_to_frames", "do_i2v", "do_audio", "fast_image_size", "auto_frame_count"],
    ...["load_image_when_caching_latents", "cache_latents_num_workers", "random_triggers_max"],
  ),
};

const perFolder: readonly string[] = [
  ...["folder_path", "dataset_path", "default_caption", "trigger_word", "num_repeats", "flip_x"],
  ...["loss_multiplier", "is_reg", "resolution"],
];

/** Folders that are trained on; those of a class in a section of their own. */
export function importDatasets(
  list: readonly unknown[],
  trigger: string | undefined,
  translation: OpenTranslation,
): void {
  const all = list.map((entry) => asSettings(entry) ?? {});
  const isClass = (entry: Settings) => asFlag(entry["is_reg"]) === true;
  const own = all.filter((entry) => !isClass(entry));
  importClass(all.filter(isClass), translation);
  const folders = own.map((entry) => folderOf(entry, trigger));
  const [main, ...others] = folders;
  const { lossWeight, ...first } = main ?? {};
  for (const [field, value] of Object.entries(first)) translation.set(`data.${field}`, value);
  if (lossWeight !== undefined && lossWeight !== 1)
    translation.leave("loss_multiplier", lossWeight, firstFolderOnce);
  if (others.length > 0) translation.set("data.folders", others);
  importSizes(own, translation);
  const [settings = {}, ...further] = own.map(shared);
  if (own.length > 0)
    translation.translate(settings, datasetRules, { defaults: shared(aiToolkitDefaults.datasets) });
  for (const [index, other] of further.entries()) {
    const names = new Set([...Object.keys(settings), ...Object.keys(other)]);
    for (const name of names) {
      const isSame = JSON.stringify(other[name]) === JSON.stringify(settings[name]);
      if (isSame || (isOff(other[name]) && isOff(settings[name]))) continue;
      const option = `${name} of ${asText(own[index + 1]?.["folder_path"])}`;
      translation.leave(option, other[name] ?? null, firstFolderCounts);
    }
  }
}

const shared = (entry: Settings): Settings =>
  Object.fromEntries(Object.entries(entry).filter(([name]) => !perFolder.includes(name)));

function folderOf(entry: Settings, common: string | undefined): Record<string, unknown> {
  const word = entry["trigger_word"] ?? common;
  const trigger = isOff(word) ? undefined : asText(word);
  const caption = isOff(entry["default_caption"]) ? "" : asText(entry["default_caption"]);
  const filled = withTrigger(caption, trigger);
  const isPlaced = trigger === undefined || filled.includes(trigger);
  const prompt = isPlaced ? filled : `${trigger} ${filled}`.trim();
  const result = {
    folder: entry["folder_path"] ?? entry["dataset_path"],
    prompt: prompt === "" ? undefined : prompt,
    repeats: asNumber(entry["num_repeats"]),
    flip: asFlag(entry["flip_x"] ?? undefined),
    lossWeight: asNumber(entry["loss_multiplier"]),
  };
  return Object.fromEntries(Object.entries(result).filter(([, value]) => value !== undefined));
}

function importClass(list: readonly Settings[], translation: Translation): void {
  const [first, ...others] = list;
  const caption = first?.["default_caption"];
  const { set, leave: keep } = translation;
  if (first !== undefined && !isOff(caption)) {
    set("prior.folder", first["folder_path"]);
    set("prior.classPrompt", caption);
    set("prior.count", 1);
  } else if (first !== undefined)
    keep("is_reg", first["folder_path"], said`name it as prior.folder, with prior.classPrompt`);
  for (const other of others) keep("is_reg", other["folder_path"], oneClassFolder);
}

/** All sizes are trained there; here it is the largest. */
function importSizes(list: readonly Settings[], translation: Translation): void {
  const given = list.map(
    (entry) => entry["resolution"] ?? aiToolkitDefaults.datasets["resolution"],
  );
  const sizes = [...new Set(given.flatMap((value) => asList(value).map(asWhole)))];
  const known = sizes.filter((size) => size !== undefined);
  if (known.length === 0) return;
  const largest = Math.max(...known);
  translation.set("data.width", largest);
  translation.set("data.height", largest);
  if (sizes.length > 1)
    translation.leave(
      "resolution",
      given.length === 1 ? given[0] : given,
      said`several sizes: the largest, ${largest}, is used`,
    );
}

/** Samples and how they are drawn. */
export const sampleRules: Rules = {
  sample_every: rule("`samples.everySteps`; 0 without prompts", (value, translation, option) => {
    const hasPrompts = !isOff(translation.get("samples.prompts"));
    toWhole("samples.everySteps").apply(hasPrompts ? value : 0, translation, option);
  }),
  prompts: rule("`samples.prompts`", () => {}),
  samples: rule("`samples.prompts`", () => {}),
  neg: rule("`samples.negativePrompt`", (value, translation, option) => {
    if (!isOff(value)) to("samples.negativePrompt").apply(value, translation, option);
  }),
  seed: rule("`samples.seed`", (value, translation, option) => {
    if ((asNumber(value) ?? -1) < 0) translation.leave(option, value, samplesHaveSeeds);
    else toWhole("samples.seed").apply(value, translation, option);
  }),
  guidance_scale: toNumber("samples.guidance"),
  sample_steps: toWhole("samples.steps"),
  sampler: leave(chooseOneOf("samples.sampler")),
  network_multiplier: leave(said`samples are drawn at strength 1`, 1),
  guidance_rescale: leave(see("base.zeroTerminalSnr")),
  sample_start_step: leave(see("samples.everySteps")),
  ...ignore("each prompt has the next seed", "walk_seed"),
  ...ignore("samples have the size of the training", "width", "height"),
  ...ignore(
    "of other families and kinds",
    ...["format", "adapter_conditioning_scale", "refiner_start_at", "extra_values"],
    ...["num_frames", "fps", "do_cfg_norm"],
  ),
};

/** Prompts with the trigger in its place; the options that stand in them are left. */
export function importPrompts(
  sample: Settings,
  trigger: string | undefined,
  translation: Translation,
): void {
  const { prompts, samples } = sample;
  const listed = Array.isArray(samples) ? samples : Array.isArray(prompts) ? prompts : [];
  const texts = listed.flatMap((entry: unknown): string[] => {
    const settings = asSettings(entry);
    if (settings === undefined) return [asText(entry)];
    const { prompt, ...others } = settings;
    for (const [name, value] of Object.entries(others))
      translation.leave(`samples ${name}`, value, sameForAllSamples);
    return prompt === undefined ? [] : [asText(prompt)];
  });
  const drawn = texts.map((text) => {
    const [prompt = "", ...options] = withTrigger(text, trigger).split("--");
    for (const option of options) {
      const [name = "", ...rest] = option.trim().split(" ");
      const why = said`an option of one sample ("${prompt.trim()}"): all samples are drawn alike here`;
      translation.leave(`--${name}`, rest.join(" "), why);
    }
    return prompt.trim();
  });
  if (texts.some((text) => text.includes("[name]")))
    translation.leave(
      "[name]",
      trigger ?? null,
      trigger === undefined
        ? said`the job's name stands there: write it into samples.prompts`
        : said`the trigger word stands there in samples.prompts; a config's text may also have the job's name in its place`,
    );
  if (drawn.length > 0) translation.set("samples.prompts", drawn);
}
