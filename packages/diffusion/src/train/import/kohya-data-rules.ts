/** @file What sd-scripts' options of pictures, captions and buckets become. */

import { said } from "@atelier/engine";
import {
  chooseOneOf,
  noEquivalent,
  notAFlag,
  noValidation,
  ownStrength,
  see,
  stepOf64,
  writeMetadata,
} from "./reasons.js";
import { ignore, leave, leaveAll, rule, to, toFlag, toNumberUnlessOff, toWhole } from "./rules.js";
import type { Rule, Rules, Translation } from "./translation.js";
import { asFlag, asNumber, asText, isOff } from "./values.js";

/** The largest `data.buckets.maxAspect`. */
const largestAspect = 16;

/** Width and height as kohya writes them: `512`, `"512,768"` or `[512, 768]`. */
export function sizesOf(value: unknown): readonly [number, number] | undefined {
  const parts = Array.isArray(value) ? value : asText(value).split(",");
  const [width, height = width, ...others] = parts.map((part: unknown) => asNumber(part));
  if (width === undefined || height === undefined || others.length > 0) return undefined;
  return [width, height];
}

/**
 * The longest shape of `make_bucket_resolutions` of sd-scripts: widths from the smallest to the largest
 * side, each as high as the area allows.
 */
export function kohyaAspect({
  area,
  smallest,
  largest,
  step,
}: Readonly<Record<"area" | "smallest" | "largest" | "step", number>>): number {
  let aspect = 1;
  if (!(step >= 1)) return aspect;
  for (let width = smallest; width <= largest; width += step) {
    const height = Math.min(largest, Math.floor(Math.floor(area / width) / step) * step);
    if (height >= smallest) aspect = Math.max(aspect, width / height, height / width);
  }
  return aspect;
}

const buckets: Rule = rule(
  "`data.buckets.use`, `data.buckets.maxAspect`",
  (value, translation, option) => {
    const { set, setting } = translation;
    const isUsed = asFlag(value);
    if (isUsed === undefined) translation.leave(option, value, notAFlag);
    if (isUsed !== true) return;
    set("data.buckets.use", true);
    const grows = asFlag(setting("bucket_no_upscale")) !== true;
    set("data.buckets.upscale", grows);
    const step = asNumber(setting("bucket_reso_steps")) ?? 64;
    importStep(step, translation);
    const sizes = sizesOf(setting("resolution"));
    // Without enlarging, shapes are those of the pictures there, and the bounds of sides do not count.
    if (!grows) set("data.buckets.maxAspect", largestAspect);
    else if (sizes !== undefined) {
      const [smallest, largest] = [
        asNumber(setting("min_bucket_reso")) ?? 256,
        asNumber(setting("max_bucket_reso")) ?? 1024,
      ];
      const aspect = kohyaAspect({ area: sizes[0] * sizes[1], smallest, largest, step });
      set("data.buckets.maxAspect", Math.min(largestAspect, Math.round(aspect * 1000) / 1000));
      if (aspect > largestAspect)
        translation.leave(
          "max_bucket_reso",
          largest,
          said`sides are at most ${largestAspect}:1 here`,
        );
    }
  },
);

function importStep(step: number, translation: Translation): void {
  if (step % 64 === 0 && step > 0 && step <= 1024) translation.set("data.buckets.step", step);
  else translation.leave("bucket_reso_steps", step, stepOf64);
}

const captions: Rule = rule(
  "`data.captions` is auto: .txt, then .caption, then metadata.jsonl",
  (value, translation, option) => {
    const { setting, leave: keep } = translation;
    const hasFolders =
      translation.get("data.folder") !== undefined || !isOff(setting("train_data_dir"));
    if (!hasFolders || !isOff(setting("in_json"))) return;
    const isWhole = asFlag(setting("enable_wildcard")) === true;
    const lines = isWhole ? "" : said` there only the first line of a file counts, here all of it;`;
    const extension = asText(value);
    if (extension === ".txt") {
      if (!isWhole)
        keep(option, value, said`there only the first line of a file counts, here all of it`);
    } else if (extension === ".caption")
      keep(
        option,
        value,
        said`a .txt file of the picture's name comes before it here;${lines} move the .txt files away`,
      );
    else
      keep(
        option,
        value,
        said`captions are read from .txt and .caption files;${lines} rename the files`,
      );
  },
);

const intoCaptions = said`write it into the captions`;

/** Rules of pictures and captions. */
export const kohyaDataRules: Rules = {
  resolution: rule("`data.width`, `data.height`", (value, translation, option) => {
    const sizes = sizesOf(value);
    if (sizes === undefined) translation.leave(option, value, said`expected one or two numbers`);
    translation.set("data.width", sizes?.[0]);
    translation.set("data.height", sizes?.[1]);
  }),
  enable_bucket: buckets,
  bucket_no_upscale: rule("`data.buckets.upscale`: false, else true", () => {}),
  min_bucket_reso: rule("`data.buckets.maxAspect`, by area and bounds", () => {}),
  max_bucket_reso: rule("`data.buckets.maxAspect`, by area and bounds", () => {}),
  bucket_reso_steps: rule("`data.buckets.step`, in multiples of 64", () => {}),
  shuffle_caption: toFlag("data.shuffleTags"),
  keep_tokens: rule("`data.keepTags`, where tags move", (value, translation, option) => {
    if (!isOff(value)) toWhole("data.keepTags").apply(value, translation, option);
  }),
  caption_separator: to("data.tagSeparator"),
  caption_dropout_rate: toNumberUnlessOff("data.captionDropout"),
  caption_tag_dropout_rate: toNumberUnlessOff("data.tagDropout"),
  enable_wildcard: toFlag("data.wildcards"),
  caption_extension: captions,
  caption_extention: rule("`caption_extension`, misspelt", () => {}),
  flip_aug: toFlag("data.flip"),
  random_crop: toFlag("data.crop", "random", "center"),
  resize_interpolation: to(
    "data.filter",
    (value) =>
      ({
        lanczos: "lanczos",
        bicubic: "bicubic",
        cubic: "bicubic",
        bilinear: "bilinear",
        linear: "bilinear",
      })[asText(value)],
    chooseOneOf("data.filter"),
  ),
  alpha_mask: toFlag("data.masks.source", "alpha"),
  masked_loss: rule("`data.masks.source`: folder, with `conditioning_data_dir`", () => {}),
  conditioning_data_dir: rule(
    "`data.masks.folder` with `masked_loss`",
    (value, translation, option) => {
      if (asFlag(translation.setting("masked_loss")) !== true)
        translation.leave(option, value, said`counts as masks with masked_loss alone`);
      else {
        translation.set("data.masks.source", "folder");
        translation.set("data.masks.folder", value);
      }
    },
  ),
  train_data_dir: rule(
    "`data.folder`, whose folders (10_sks dog) are read as there",
    (value, translation, option) => {
      if (isOff(value)) return;
      if (translation.get("data.folder") === undefined) translation.set("data.folder", value);
      else translation.leave(option, value, said`the data sets of the other file count`);
    },
  ),
  ...leaveAll({
    reg_data_dir: said`the folders inside of it are read there, such as 10_sks dog: name them as prior.folder`,
    in_json: writeMetadata,
    metadata_file: writeMetadata,
    keep_tokens_separator: said`give the number of tags as data.keepTags`,
    secondary_separator: said`tags have one separator`,
    caption_prefix: intoCaptions,
    caption_suffix: intoCaptions,
    caption_dropout_every_n_epochs: see("data.captionDropout"),
    token_warmup_step: said`all tags are shown from the first step`,
    color_aug: said`colours are never changed`,
    face_crop_aug_range: said`faces are not looked for`,
    custom_attributes: noEquivalent,
    validation_split: noValidation,
    debug_dataset: said`see atelier inspect`,
  }),
  ...ignore("with `validation_split`", "validation_seed"),
  ...ignore("memory is decided by the run", "cache_info"),
  dataset_repeats: leave(said`set data.repeats`, 1),
  network_multiplier: leave(ownStrength, 1),
  token_warmup_min: rule("— (with `token_warmup_step`)", () => {}),
};
