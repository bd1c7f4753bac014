/**
 * @file Settings of kohya's sd-scripts (`train_network.py`, `train_db.py`, `fine_tune.py`,
 * `train_textual_inversion.py`) from its TOML files. Where a file says nothing, kohya's own default is
 * written out, since it is often not ours.
 */

import { AtelierError, said } from "@atelier/engine";
import type { FlowFamily } from "./flow-family.js";
import { readKohyaDatasets } from "./kohya-datasets.js";
import { flowFamilyOfOptions } from "./kohya-flow-rules.js";
import { flowFamilyOf } from "./kohya-network.js";
import { kohyaDefaults, kohyaRules } from "./kohya-rules.js";
import type { SdScript } from "./kohya-script-rules.js";
import { settle } from "./settle.js";
import { createTranslation, type ImportedConfig, type LeftSetting } from "./translation.js";
import { asFlag, asSettings, isOff, type Settings } from "./values.js";

const tuningOf: Readonly<Record<SdScript, string>> = {
  train_network: "lora",
  train_db: "full",
  fine_tune: "full",
  train_textual_inversion: "textual_inversion",
};

/** Options of one script alone, which tell where its name does not stand. */
const telling: readonly (readonly [SdScript, readonly string[]])[] = [
  [
    "train_textual_inversion",
    ["token_string", "init_word", "num_vectors_per_token", "use_object_template"],
  ],
  [
    "train_network",
    [
      "network_module",
      "network_dim",
      "network_alpha",
      "network_args",
      "unet_lr",
      "text_encoder_lr",
    ],
  ],
  ["fine_tune", ["train_text_encoder", "in_json", "dataset_repeats", "diffusers_xformers"]],
];

/**
 * A config of kohya's settings.
 * @param files parsed TOML: the training's, a data set's, or both; a later one wins
 * @param script the program, where it is known
 * @param family the family whose script it is, where it is known; of others than these none
 * @throws AtelierError `config` for files that are no such settings, or that train another family.
 */
export function importKohya(
  files: readonly Settings[],
  {
    script,
    family,
    left = [],
  }: {
    readonly script?: SdScript;
    readonly family?: FlowFamily | undefined;
    readonly left?: readonly LeftSetting[];
  } = {},
): ImportedConfig {
  const translation = createTranslation();
  for (const { option, value, why } of left) translation.leave(option, value, why);
  const given: Record<string, unknown> = {};
  const datasets: unknown[] = [];
  let general: Settings = {};
  for (const file of files) {
    const { settings, left: repeated, ...data } = splitFile(file);
    for (const { option, value, why } of repeated) translation.leave(option, value, why);
    for (const [option, value] of Object.entries(settings)) {
      const before = given[option];
      if (before !== undefined && JSON.stringify(before) !== JSON.stringify(value))
        translation.leave(option, before, said`a later file says otherwise, and counts`);
      given[option] = value;
    }
    general = { ...general, ...data.general };
    if (data.datasets !== undefined) datasets.push(...asDatasets(data.datasets));
  }
  if (given["caption_extension"] === undefined && !isOff(given["caption_extention"]))
    given["caption_extension"] = given["caption_extention"];
  const hasData = datasets.length > 0;
  const program = script ?? scriptOf(given);
  const own = family ?? familyOf(given);
  const rules = kohyaRules(program, own);
  requireKohya(given, hasData, Object.keys(rules));
  const isDataAlone = hasData && Object.keys(given).length === 0;
  const data = hasData ? readKohyaDatasets(datasets, general, given) : undefined;
  if (data !== undefined) {
    for (const { option, value, why } of data.left) translation.leave(option, value, why);
    const [first = {}, ...others] = data.folders;
    for (const [field, value] of Object.entries(first)) translation.set(`data.${field}`, value);
    if (others.length > 0) translation.set("data.folders", others);
    if (data.regularisation !== undefined) {
      const { folder, prompt } = data.regularisation;
      translation.set("prior.folder", folder);
      translation.set("prior.classPrompt", prompt);
      translation.set("prior.count", 1);
    }
  }
  if (!isDataAlone) translation.set("tuning", tuningOf[program]);
  const { flip_aug: _, ...shared } = data?.settings ?? {};
  const options = hasData ? withoutFolders(given) : given;
  // Named files that are here say nothing more.
  if (files.length > 1) delete options["config_file"];
  const defaults = kohyaDefaults(program, own);
  translation.translate({ ...options, ...shared }, rules, {
    defaults: isDataAlone ? { caption_extension: ".caption" } : defaults,
  });
  settle(translation);
  return translation.result();
}

/** Where data sets are given, folders of the command line do not count there. */
function withoutFolders(given: Settings): Record<string, unknown> {
  const counted = [
    "dataset_config",
    "train_data_dir",
    "reg_data_dir",
    "in_json",
    "flip_aug",
    "dataset_repeats",
  ];
  return Object.fromEntries(Object.entries(given).filter(([name]) => !counted.includes(name)));
}

/** Sections of the training's file are there for people; kohya reads them as one. */
function splitFile(file: Settings): {
  settings: Settings;
  general?: Settings;
  datasets?: unknown;
  left: readonly LeftSetting[];
} {
  const { datasets, ...rest } = file;
  const settings: Record<string, unknown> = {};
  const left: LeftSetting[] = [];
  let general: Settings = {};
  for (const [name, value] of Object.entries(rest)) {
    const section = asSettings(value);
    if (name === "general" && section !== undefined && datasets !== undefined) general = section;
    else {
      for (const [option, own] of Object.entries(section ?? { [name]: value })) {
        const before = settings[option];
        if (before !== undefined && JSON.stringify(before) !== JSON.stringify(own))
          left.push({ option, value: before, why: said`stands in two sections; the last counts` });
        settings[option] = own;
      }
    }
  }
  return { settings, general, datasets, left };
}

function asDatasets(value: unknown): readonly unknown[] {
  // What is no list is refused with the others' words.
  return Array.isArray(value) ? value : [value];
}

/** The script whose settings these are. */
function scriptOf(given: Settings): SdScript {
  const says = (option: string) => !isOff(given[option]);
  return telling.find(([, options]) => options.some(says))?.[0] ?? "train_db";
}

/** The family whose script it is, by its network and its options; none for those of Stable Diffusion before 3. */
function familyOf(given: Settings): FlowFamily | undefined {
  const says = (name: string) => !isOff(given[name]) && asFlag(given[name]) !== false;
  return flowFamilyOf(given["network_module"]) ?? flowFamilyOfOptions(says);
}

const families: Readonly<Record<string, readonly string[]>> = { Lumina: ["gemma2"] };

/** Refuses files of other programs and of other families. */
function requireKohya(given: Settings, hasData: boolean, known: readonly string[]): void {
  const names = Object.keys(given);
  for (const [family, options] of Object.entries(families)) {
    const option = options.find((name) => !isOff(given[name]) && asFlag(given[name]) !== false);
    if (option !== undefined) throw otherFamily(`${family} (${option})`);
  }
  if (given["model_type"] === "chroma") throw otherFamily("Chroma (model_type chroma)");
  const strange = names.filter((name) => !known.includes(name));
  if (hasData && names.length === 0) return;
  if (strange.length * 2 <= names.length && names.length > 0) return;
  throw new AtelierError(
    "config",
    said`import: expected settings of sd-scripts (pretrained_model_name_or_path, network_module, resolution, …), got ${names.length === 0 ? "none" : `a file whose settings it does not have: ${strange.slice(0, 5).join(", ")}`}. Name a file of --config_file or --dataset_config.`,
  );
}

/** @param what the family and how it is known */
export function otherFamily(what: string): AtelierError {
  return new AtelierError(
    "config",
    said`import: expected settings for Stable Diffusion 1.x, 2.x, XL, 3 or FLUX.1, got some for ${what}. Models of this family are not trained here.`,
  );
}
