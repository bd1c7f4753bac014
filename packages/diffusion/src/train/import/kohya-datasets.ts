/**
 * @file Data sets of sd-scripts (`--dataset_config`): an option counts for its subset, a data set's for its
 * subsets, `[general]`'s for all, and what no file says is the program's. What can be one value only here
 * and differs is left, folder by folder.
 */

import { AtelierError, said } from "@atelier/engine";
import { oneClassFolder, writeMetadata } from "./reasons.js";
import type { LeftSetting } from "./translation.js";
import { asFlag, asNumber, asSettings, asText, type Settings } from "./values.js";

/** What data sets come to. */
export interface KohyaDatasets {
  /** Options that hold for all folders. */
  readonly settings: Settings;
  /** As `data` and `data.folders` take them. */
  readonly folders: readonly Readonly<Record<string, unknown>>[];
  /** Pictures of the class. */
  readonly regularisation?: { readonly folder: unknown; readonly prompt: unknown } | undefined;
  readonly left: readonly LeftSetting[];
}

/** Options with a field of their own for each folder. */
const perFolder: readonly string[] = [
  ...["image_dir", "class_tokens", "num_repeats", "flip_aug", "is_reg"],
  ...["subsets", "metadata_file"],
];
/** What the command line calls otherwise. */
const argumentNames: Readonly<Record<string, string>> = {
  batch_size: "train_batch_size",
  num_repeats: "dataset_repeats",
};
/** What a subset has where nothing says so, of options that can differ between folders. */
const defaults: Settings = {
  ...{ shuffle_caption: false, keep_tokens: 0, caption_dropout_rate: 0, caption_separator: "," },
  ...{ caption_tag_dropout_rate: 0, random_crop: false, enable_wildcard: false, color_aug: false },
  ...{ alpha_mask: false, caption_extension: ".caption", batch_size: 1, num_repeats: 1 },
  ...{ enable_bucket: false, min_bucket_reso: 256, max_bucket_reso: 1024 },
  ...{ bucket_reso_steps: 64, bucket_no_upscale: false, flip_aug: false },
};

/** A subset's options, the nearest first. */
type Layers = readonly Settings[];

/**
 * The folders of data sets and the options that they share.
 * @param given options of the training, which data sets may overrule
 * @throws AtelierError `config` for what is no list of data sets.
 */
export function readKohyaDatasets(
  datasets: unknown,
  general: Settings,
  given: Settings,
): KohyaDatasets {
  const subsets = listSubsets(datasets, general, given);
  const [regular, own] = [subsets.filter(isRegular), subsets.filter((one) => !isRegular(one))];
  const { settings, left } = shareOptions(own.length > 0 ? own : subsets);
  const folders = own.map((layers) => ({
    folder: lookUp(layers, "image_dir"),
    prompt: lookUp(layers, "class_tokens"),
    repeats: asNumber(lookUp(layers, "num_repeats")),
    flip: asFlag(lookUp(layers, "flip_aug")),
  }));
  const [first, ...others] = regular;
  return {
    settings,
    folders: folders
      .filter(({ folder }) => folder !== undefined)
      .map(ownPrompts)
      .map(withoutGaps),
    regularisation: first && {
      folder: lookUp(first, "image_dir"),
      prompt: lookUp(first, "class_tokens"),
    },
    left: [
      ...left,
      ...regular.flatMap((layers, index) => leftOfClass(layers, index)),
      ...others.map((layers) => ({
        option: "is_reg image_dir",
        value: lookUp(layers, "image_dir"),
        why: oneClassFolder,
      })),
      ...own.flatMap((layers) => {
        const file = lookUp(layers, "metadata_file");
        return file === undefined
          ? []
          : [{ option: "metadata_file", value: file, why: writeMetadata }];
      }),
    ],
  };
}

const isRegular = (layers: Layers): boolean => asFlag(lookUp(layers, "is_reg")) === true;

function listSubsets(datasets: unknown, general: Settings, given: Settings): Layers[] {
  const refuse = (got: string) =>
    new AtelierError(
      "config",
      said`import: expected data sets as [[datasets]] with [[datasets.subsets]], got ${got}. See sd-scripts' --dataset_config.`,
    );
  if (!Array.isArray(datasets)) throw refuse("something else under datasets");
  const list: readonly unknown[] = datasets;
  return list.flatMap((one) => {
    const dataset = asSettings(one);
    if (dataset === undefined) throw refuse("a data set that is no table");
    const subsets: unknown = dataset["subsets"] ?? [{}];
    if (!Array.isArray(subsets)) throw refuse("subsets that are no list");
    return subsets.map((subset: unknown): Layers => {
      const own = asSettings(subset);
      if (own === undefined) throw refuse("a subset that is no table");
      return [own, dataset, general, renameArguments(given), defaults];
    });
  });
}

/** The training's options by the names that data sets have for them. */
function renameArguments(given: Settings): Settings {
  const renamed: Record<string, unknown> = { ...given };
  for (const [name, argument] of Object.entries(argumentNames)) renamed[name] = given[argument];
  return renamed;
}

function lookUp(layers: Layers, option: string): unknown {
  for (const layer of layers) {
    const value = Object.hasOwn(layer, option) ? layer[option] : undefined;
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}

/** Every option that a data set names, with the value of the first folder where folders differ. */
function shareOptions(subsets: readonly Layers[]): { settings: Settings; left: LeftSetting[] } {
  const names = new Set(
    subsets.flatMap((layers) => layers.slice(0, 3).flatMap((layer) => Object.keys(layer))),
  );
  const settings: Record<string, unknown> = {};
  const left: LeftSetting[] = [];
  for (const name of names) {
    if (perFolder.includes(name)) continue;
    const values = subsets.map((layers) => lookUp(layers, name));
    const [first] = values;
    settings[argumentNames[name] ?? name] = first;
    if (values.every((value) => JSON.stringify(value) === JSON.stringify(first))) continue;
    const byFolder = subsets.map((layers, index) => [
      asText(lookUp(layers, "image_dir") ?? lookUp(layers, "metadata_file") ?? index),
      values[index] ?? null,
    ]);
    left.push({
      option: name,
      value: Object.fromEntries(byFolder) as unknown,
      why: said`one value for all folders here: that of the first, ${JSON.stringify(first ?? null)}, counts`,
    });
  }
  return { settings, left };
}

const ofClass: readonly string[] = ["image_dir", "class_tokens", "is_reg"];

/** Options that stand in the subset of a class itself. */
function leftOfClass(layers: Layers, index: number): LeftSetting[] {
  const [own = {}] = layers;
  const repeats = lookUp(layers, "num_repeats");
  const names = Object.keys(own).filter(
    (name) => !ofClass.includes(name) && name !== "num_repeats",
  );
  const why = said`pictures of the class are prepared as those of the first folder`;
  return [
    ...names.map((option) => ({ option: `is_reg ${option}`, value: own[option], why })),
    ...(index === 0 && asNumber(repeats) !== 1
      ? [
          {
            option: "is_reg num_repeats",
            value: repeats,
            why: said`one picture of the class stands beside each of the subject`,
          },
        ]
      : []),
  ];
}

/** A folder without a prompt has none; here it would have the first folder's. */
function ownPrompts(entry: Settings, index: number, [first = {}]: readonly Settings[]): Settings {
  const { prompt = index > 0 && first["prompt"] !== undefined ? "" : undefined } = entry;
  return { ...entry, prompt };
}

function withoutGaps(entry: Settings): Settings {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined));
}
