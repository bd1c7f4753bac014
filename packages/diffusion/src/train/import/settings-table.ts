/**
 * @file The settings of other programs as a table for docs/import.md: setting, default there, what it becomes
 * here. Defaults are those recorded from the programs' own parsers; the rest is what the rules say of
 * themselves.
 */

import { datasetRules, sampleRules } from "./ai-toolkit-data.js";
import { aiToolkitFlowRules } from "./ai-toolkit-flow.js";
import { modelRules } from "./ai-toolkit-model.js";
import { networkRules, saveRules, trainRules } from "./ai-toolkit-rules.js";
import { diffusersRules } from "./diffusers-rules.js";
import { diffusersScripts } from "./diffusers-scripts.js";
import { kohyaDataRules } from "./kohya-data-rules.js";
import { kohyaFlowRules } from "./kohya-flow-rules.js";
import { kohyaRules } from "./kohya-rules.js";
import type { SdScript } from "./kohya-script-rules.js";
import { conceptRules, imageRules, textRules } from "./one-trainer-concepts.js";
import { oneTrainerFlowRules } from "./one-trainer-flow.js";
import { oneTrainerRules } from "./one-trainer-rules.js";
import { ignore } from "./rules.js";
import type { Rules } from "./translation.js";
import { asText, type Settings } from "./values.js";

/** What was recorded of a program: the defaults of each of its parsers, by name. */
export interface RecordedDefaults {
  readonly commit: string;
  readonly date: string;
  readonly parsers: Readonly<Record<string, Settings>>;
}

/** The programs whose defaults are recorded. */
export type ForeignProgram =
  | "sd-scripts"
  | "kohya-gui"
  | "ai-toolkit"
  | "diffusers"
  | "one-trainer";

/** A part of a program's settings. */
export interface SettingsPart {
  readonly title: string;
  readonly program: ForeignProgram;
  /** Its parsers, and the names by which their options differ. */
  readonly parsers: readonly string[];
  readonly rules: Rules;
  /** Rules of another part that its programs have as well. */
  readonly besides?: Rules;
  /** What none means, where the program decides it behind its parser. */
  readonly meanings?: Settings;
}

const scripts: readonly SdScript[] = [
  "train_network",
  "train_db",
  "fine_tune",
  "train_textual_inversion",
];

/** Rules of all scripts; an option of one alone by that script's. */
const allOfKohya: Rules = Object.assign(
  {},
  ...[...scripts].reverse().map((script) => {
    const own = Object.entries(kohyaRules(script));
    return Object.fromEntries(own.filter(([, { here }]) => !here.endsWith("has no such option")));
  }),
) as Rules; // Every entry is a rule of one of the scripts.

const aiToolkitRules: Readonly<Record<string, Rules>> = {
  ...{ network: networkRules, train: trainRules, model: modelRules, save: saveRules },
  sample: sampleRules,
};

/** All parts, in the order of the page. */
export const settingsParts: readonly SettingsPart[] = [
  {
    ...{ title: "sd-scripts", program: "sd-scripts", parsers: scripts, rules: allOfKohya },
    meanings: { optimizer_type: "AdamW", network_dim: 4, save_precision: "float" },
  },
  ...(
    [
      ["sd3", "Stable Diffusion 3"],
      ["flux", "FLUX.1"],
    ] as const
  ).map(
    ([family, name]): SettingsPart => ({
      ...{ title: `sd-scripts, ${name}`, program: "sd-scripts" },
      parsers: [`${family}_train_network`, `${family}_train`],
      ...{ rules: kohyaFlowRules[family], besides: allOfKohya },
    }),
  ),
  {
    title: "sd-scripts, `--dataset_config`",
    program: "sd-scripts",
    parsers: ["dataset_config subsets", "dataset_config datasets"],
    rules: {
      ...kohyaDataRules,
      image_dir: { here: "`data.folder`, `data.folders`", apply: () => {} },
      class_tokens: { here: "`data.prompt`, of each folder", apply: () => {} },
      num_repeats: { here: "`data.repeats`, of each folder", apply: () => {} },
      flip_aug: { here: "`data.flip`, of each folder", apply: () => {} },
      is_reg: { here: "`prior.folder`, `prior.classPrompt`", apply: () => {} },
      batch_size: { here: "`batchSize`", apply: () => {} },
      prior_loss_weight: { here: "`prior.lossWeight`", apply: () => {} },
    },
  },
  {
    title: "diffusers' scripts",
    program: "diffusers",
    parsers: Object.keys(diffusersScripts),
    rules: diffusersRules,
  },
  ...(
    [
      ...Object.entries(aiToolkitRules),
      [
        "datasets",
        {
          folder_path: { here: "`data.folder`, `data.folders`", apply: () => {} },
          default_caption: { here: "`data.prompt`, of each folder", apply: () => {} },
          dataset_path: { here: "`data.folder`, as `folder_path`", apply: () => {} },
          trigger_word: { here: "`data.prompt`, of each folder; left", apply: () => {} },
          resolution: { here: "`data.width`, `data.height`: the largest", apply: () => {} },
          num_repeats: { here: "`data.repeats`, of each folder", apply: () => {} },
          flip_x: { here: "`data.flip`, of each folder", apply: () => {} },
          loss_multiplier: { here: "`lossWeight` of the folder", apply: () => {} },
          is_reg: { here: "`prior.folder`, with `default_caption`", apply: () => {} },
          ...datasetRules,
        },
      ],
    ] as const
  ).map(
    ([parser, rules]): SettingsPart => ({
      ...{ title: `ai-toolkit, \`${parser}\``, program: "ai-toolkit", parsers: [parser], rules },
    }),
  ),
  ...Object.entries(aiToolkitFlowRules("flux")).map(
    ([parser, rules]): SettingsPart => ({
      ...{ title: `ai-toolkit, \`${parser}\` of flow matching`, program: "ai-toolkit" },
      ...{ parsers: [parser], rules, besides: aiToolkitRules[parser] ?? {} },
    }),
  ),
  {
    ...{ title: "OneTrainer", program: "one-trainer", parsers: ["TrainConfig"] },
    rules: oneTrainerRules,
  },
  {
    ...{ title: "OneTrainer, flow matching", program: "one-trainer", parsers: ["TrainConfig"] },
    // Text encoders are the first two of the one family, the first and the third of the other.
    rules: { ...oneTrainerFlowRules("sd3"), ...oneTrainerFlowRules("flux") },
    besides: oneTrainerRules,
  },
  {
    title: "OneTrainer, concepts",
    program: "one-trainer",
    parsers: ["ConceptConfig", "ConceptImageConfig", "ConceptTextConfig"],
    rules: {
      path: { here: "`data.folder`, `data.folders`", apply: () => {} },
      balancing: { here: "`data.repeats`, of each folder", apply: () => {} },
      loss_weight: { here: "`lossWeight` of the folder", apply: () => {} },
      ...ignore("read as they are", "image", "text", "enabled", "type"),
      ...ignore("notes change nothing", "name", "concept_stats"),
      ...conceptRules,
      ...imageRules,
      ...textRules,
    },
  },
];

/** The tables of all parts, in Markdown. */
export function renderSettings(
  recorded: Readonly<Record<ForeignProgram, RecordedDefaults>>,
): string {
  return settingsParts
    .map(({ title, program, parsers, rules, meanings = {} }) => {
      const defaults = parsers.map((parser) => recorded[program].parsers[parser] ?? {});
      const known = Object.entries(rules).filter(([option]) =>
        defaults.some((own) => Object.hasOwn(own, option)),
      );
      const isField = ([, { here }]: (typeof known)[number]) => here.startsWith("`");
      const rows = known.filter(isField).map(([option, { here }]) => {
        const meaning = meanings[option];
        const there = `${defaultsOf(option, defaults, parsers)}${meaning === undefined ? "" : `, which is ${asText(meaning)}`}`;
        return `| \`${option}\` | ${there} | ${here} |`;
      });
      const { commit, date } = recorded[program];
      const source = `Recorded at ${commit.slice(0, 7)} (${date}).`;
      const head = ["| setting | there | here |", "|---|---|---|"];
      const table = rows.length === 0 ? "" : [...head, ...rows].join("\n");
      return [`### ${title}`, source, table, ...reasonsOf(known.filter((entry) => !isField(entry)))]
        .filter((part) => part !== "")
        .join("\n\n");
    })
    .join("\n\n");
}

/** One default, or each parser's where they differ. */
function defaultsOf(
  option: string,
  defaults: readonly Settings[],
  parsers: readonly string[],
): string {
  const shown = defaults.flatMap((own, index) =>
    Object.hasOwn(own, option)
      ? [{ parser: parsers[index] ?? "", text: defaultText(own[option]) }]
      : [],
  );
  const [first] = shown;
  if (first === undefined || shown.every(({ text }) => text === first.text))
    return first?.text ?? "";
  return shown.map(({ parser, text }) => `${text} (${parser})`).join(", ");
}

/** A default; what follows from another setting is written as in the source, behind a sign. */
function defaultText(value: unknown): string {
  if (value === null || value === "") return "none";
  const text = asText(value);
  if (!text.startsWith("=")) return text.replaceAll("|", "\\|");
  return /^=self\.\w+$/.test(text) ? text.slice(6) : "a group of its own";
}

/** Options that become no field, by reason. */
function reasonsOf(entries: readonly (readonly [string, { readonly here: string }])[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const [option, { here }] of entries)
    byReason.set(here, [...(byReason.get(here) ?? []), `\`${option}\``]);
  const left = [...byReason].filter(([here]) => here.startsWith("left"));
  const silent = [...byReason].filter(([here]) => !here.startsWith("left"));
  const list = (reasons: typeof left) =>
    reasons
      .map(
        ([here, options]) => `- ${options.join(", ")}: ${here.replace(/^(left: |left, |— )/, "")}`,
      )
      .join("\n");
  return [
    left.length > 0 ? `Listed as left where they are set:\n\n${list(left)}` : "",
    silent.length > 0 ? `Without a field of their own:\n\n${list(silent)}` : "",
  ];
}
