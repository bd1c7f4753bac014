/**
 * @file Defaults and settings against what test/parity/record-foreign-defaults.py recorded from the programs'
 * own parsers: every setting is known, what a file does not say is what it would say, and docs/import.md
 * holds the table.
 */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { leftInEnglish } from "../../testing/left-in-english.js";
import { completeConfig } from "../config/complete-config.js";
import { parseTrainConfig } from "../config/config.js";
import type { TrainConfig } from "../config/train-config.js";
import { importAiToolkit } from "./import-ai-toolkit.js";
import { importCommandLine } from "./import-command-line.js";
import { importKohya } from "./import-kohya.js";
import { importKohyaGui } from "./import-kohya-gui.js";
import { importOneTrainer } from "./import-one-trainer.js";
import type { SdScript } from "./kohya-script-rules.js";
import {
  type ForeignProgram,
  type RecordedDefaults,
  renderSettings,
  settingsParts,
} from "./settings-table.js";
import type { ImportedConfig } from "./translation.js";
import { asSettings, asText, type Settings } from "./values.js";

const root = new URL("../../../../../", import.meta.url);
const read = (path: string) => readFileSync(fileURLToPath(new URL(path, root)), "utf8");
const programs = ["sd-scripts", "kohya-gui", "ai-toolkit", "diffusers", "one-trainer"] as const;
const recorded = Object.fromEntries(
  programs.map((name) => [name, JSON.parse(read(`test/fixtures/foreign-defaults/${name}.json`))]),
  // The script writes these fields for these programs.
) as Readonly<Record<ForeignProgram, RecordedDefaults>>;

/** A parser's defaults that a file can say: not those that follow from others. */
function defaultsOf(program: ForeignProgram, parser: string): Settings {
  const all = Object.entries(recorded[program].parsers[parser] ?? {});
  return Object.fromEntries(
    all.filter(([, value]) => value !== null && value !== "" && !asText(value).startsWith("=")),
  );
}

/** The config with all defaults of ours, and what no program can say for its user. */
function wholeOf({ config }: ImportedConfig): TrainConfig {
  const word = { token: "<a>", initializer: "b", ...asSettings(config["embedding"]) };
  const given = parseTrainConfig({
    ...config,
    base: { path: "a", ...asSettings(config["base"]) },
    data: { folder: "a", ...asSettings(config["data"]) },
    ...(config["tuning"] === "textual_inversion" && { embedding: word }),
  });
  return completeConfig(given);
}

/** Whether a file that says every default is one that says nothing, but for some that are told. */
function expectSame(silent: ImportedConfig, explicit: ImportedConfig, told: string[] = []): void {
  expect(wholeOf(explicit)).toEqual(wholeOf(silent));
  const options = ({ left }: ImportedConfig) => left.map(({ option }) => option);
  expect(options(explicit).sort()).toEqual([...options(silent), ...told].sort());
}

describe("what a file does not say is what the program's parser has", () => {
  it.each(["train_network", "train_db", "fine_tune", "train_textual_inversion"] as const)(
    "%s",
    (script: SdScript) => {
      const base = { pretrained_model_name_or_path: "m", resolution: "512", enable_bucket: true };
      const defaults = defaultsOf("sd-scripts", script);
      expectSame(
        importKohya([base], { script }),
        importKohya([{ ...defaults, ...base }], { script }),
      );
    },
  );

  it.each([
    ["flux_train_network", "train_network", "flux"],
    ["sd3_train_network", "train_network", "sd3"],
    ["flux_train", "fine_tune", "flux"],
    ["sd3_train", "fine_tune", "sd3"],
  ] as const)("%s", (name, script, family) => {
    const base = { pretrained_model_name_or_path: "m", resolution: "512" };
    expectSame(
      importKohya([base], { script, family }),
      importKohya([{ ...defaultsOf("sd-scripts", name), ...base }], { script, family }),
    );
  });

  it("--dataset_config", () => {
    const subset = { image_dir: "a" };
    const [subsets, datasets] = ["subsets", "datasets"].map((name) =>
      defaultsOf("sd-scripts", `dataset_config ${name}`),
    );
    const base = { network_module: "networks.lora" };
    expectSame(
      importKohya([base, { datasets: [{ subsets: [subset] }] }]),
      importKohya([base, { datasets: [{ ...datasets, subsets: [{ ...subsets, ...subset }] }] }]),
    );
  });

  it.each(Object.keys(recorded.diffusers.parsers))("%s", (script) => {
    const words = Object.entries(defaultsOf("diffusers", script))
      .filter(([name, value]) => value !== false && name !== "lr_scheduler")
      .map(([name, value]) => `--${name}=${String(value)}`);
    const line = `python ${script}.py --pretrained_model_name_or_path=m --lr_scheduler=cosine`;
    const silent = importCommandLine(line);
    const explicit = importCommandLine(`${line} ${words.join(" ")}`);
    // Folders may be called otherwise here.
    const { output: _, ...config } = explicit.config;
    expectSame(silent, { ...explicit, config });
  });

  it("ai-toolkit", () => {
    const job = (sections: object) =>
      importAiToolkit({ config: { name: "x", process: [{ type: "sd_trainer", ...sections }] } });
    const section = (name: string) => defaultsOf("ai-toolkit", name);
    const dataset = { folder_path: "a" };
    const prompts = ["a"];
    expectSame(
      job({ network: {}, datasets: [dataset], sample: { prompts } }),
      job({
        ...{ network: section("network"), train: section("train"), model: section("model") },
        ...{ save: section("save"), sample: { ...section("sample"), prompts } },
        datasets: [{ ...section("datasets"), ...dataset }],
      }),
      ["sampler"],
    );
  });

  it.each(["LORA", "FINE_TUNE", "EMBEDDING"])("OneTrainer, %s", (method) => {
    const base = { training_method: method, base_model_name: "m" };
    const concept = { path: "a" };
    const [whole, image, text] = ["ConceptConfig", "ConceptImageConfig", "ConceptTextConfig"].map(
      (name) => defaultsOf("one-trainer", name),
    );
    expectSame(
      importOneTrainer(base, [[concept]]),
      importOneTrainer({ ...defaultsOf("one-trainer", "TrainConfig"), ...base }, [
        [{ ...whole, ...concept, image, text }],
      ]),
      ["sample_after"],
    );
  });

  it.each([
    ...["ADAM", "ADAMW", "ADAM_8BIT", "ADAMW_8BIT", "LION", "LION_8BIT", "SGD", "ADAFACTOR"],
    "PRODIGY",
  ])("OneTrainer's optimizer %s", (name) => {
    const imported = (options: Settings) => {
      const optimizer = { ...options, optimizer: name };
      const { config, left } = importOneTrainer({ optimizer, training_method: "LORA" });
      const told = left.filter(({ option }) => option.startsWith("optimizer"));
      expect(told.map(({ option }) => option)).toEqual(
        options["slice_p"] ? ["optimizer slice_p"] : [],
      );
      return parseTrainConfig({ ...config, data: { folder: "a" } }).optimizer;
    };
    // A saved run holds the fields of all optimizers.
    const saved = defaultsOf("one-trainer", "TrainOptimizerConfig");
    const own = defaultsOf("one-trainer", `optimizer ${name}`);
    expect(imported({ ...saved, ...own })).toEqual(imported({}));
  });
});

describe("every setting of the program's parser is known", () => {
  it.each(settingsParts.map((part) => [part.title, part] as const))("%s", (_, part) => {
    const { program, parsers, rules, besides } = part;
    const names = parsers.flatMap((parser) => Object.keys(recorded[program].parsers[parser] ?? {}));
    const handled = { ...besides, ...rules };
    expect(names.filter((name) => !Object.hasOwn(handled, name))).toEqual([]);
  });

  it.each(Object.keys(recorded["kohya-gui"].parsers))("kohya's %s", (parser) => {
    const names = Object.keys(recorded["kohya-gui"].parsers[parser] ?? {});
    const file = Object.fromEntries(names.map((name) => [name, 0]));
    const own = parser === "lora_gui" ? { LoRA_type: "Standard" } : {};
    const left = leftInEnglish(importKohyaGui({ ...file, ...own }));
    expect(left.filter(({ why }) => why.startsWith("not known here"))).toEqual([]);
  });
});

it("docs/import.md holds the table that these make", () => {
  const [, table] = read("docs/import.md").split(/<!-- settings -->\n\n|\n\n<!-- \/settings -->/);
  // Write it anew with: node scripts/write-import-table.mjs
  expect(table).toBe(renderSettings(recorded));
});
