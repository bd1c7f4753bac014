/**
 * @file Settings of ostris' ai-toolkit from its YAML or JSON files: one job with one process that trains
 * (`sd_trainer`, or `diffusion_trainer` of its web interface).
 */

import { AtelierError, said } from "@atelier/engine";
import { importDatasets, importPrompts, sampleRules } from "./ai-toolkit-data.js";
import { aiToolkitFlowDefaults, aiToolkitFlowRules, aiToolkitTokens } from "./ai-toolkit-flow.js";
import { familyOf, flowFamilyOf, modelRules } from "./ai-toolkit-model.js";
import { aiToolkitDefaults, networkRules, saveRules, trainRules } from "./ai-toolkit-rules.js";
import { otherFamily } from "./import-kohya.js";
import { notAName, noValidation, samplesAtMultiples, see } from "./reasons.js";
import { ignore, leaveAll, to } from "./rules.js";
import { settle } from "./settle.js";
import {
  createTranslation,
  type ImportedConfig,
  type Rules,
  type Translation,
} from "./translation.js";
import { asNumber, asSettings, asText, isOff, type Settings } from "./values.js";

const trainers: readonly unknown[] = ["sd_trainer", "diffusion_trainer", "ui_trainer"];

const otherAdapters = said`adapters of other kinds are not trained`;

const processRules: Rules = {
  training_folder: to("output.folder"),
  ...ignore("this machine decides", "device", "performance_log_every", "sqlite_db_path"),
  ...leaveAll({
    embedding: said`train the word on its own: tuning: textual_inversion`,
    adapter: otherAdapters,
    decorator: otherAdapters,
    first_sample: samplesAtMultiples,
    validation: noValidation,
    slider: said`sliders are not trained`,
    guidance: see("samples.guidance"),
  }),
  ...ignore("logs change nothing", "logging", "log_dir"),
};

/**
 * A config of ai-toolkit's.
 * @throws AtelierError `config` for a file that is no job of that kind, or of another family.
 */
export function importAiToolkit(file: Settings): ImportedConfig {
  const config = asSettings(file["config"]);
  const processes = config?.["process"];
  const list: readonly unknown[] = Array.isArray(processes) ? processes : [];
  const [first, ...others] = list;
  const process = asSettings(first);
  if (config === undefined || process === undefined || !trainers.includes(process["type"])) {
    throw new AtelierError(
      "config",
      said`import: expected a job of ai-toolkit with a process of type sd_trainer, got ${JSON.stringify(process?.["type"] ?? "none")}. Other kinds of jobs have no equivalent.`,
    );
  }
  const translation = createTranslation();
  const section = (name: string): Settings => asSettings(process[name]) ?? {};
  const other = familyOf(section("model"));
  if (other !== undefined) throw otherFamily(`another model (${other})`);
  const family = flowFamilyOf(section("model"));
  importName(config, translation);
  leaveVariables(process, translation);
  if (others.length > 0)
    translation.leave("config.process", others, said`only the first process is taken`);
  const hasNetwork = asSettings(process["network"]) !== undefined;
  translation.set("tuning", hasNetwork ? "lora" : "full");
  const trigger = isOff(process["trigger_word"]) ? undefined : asText(process["trigger_word"]);
  if (trigger !== undefined) {
    translation.leave(
      "trigger_word",
      trigger,
      said`captions of files stay as they are: [trigger] is not replaced in them, nor is the word put before those that lack it`,
    );
  }
  const { datasets } = process;
  importDatasets(Array.isArray(datasets) ? datasets : [], trigger, translation);
  importPrompts(section("sample"), trigger, translation);
  const own: Readonly<Record<string, Rules>> =
    family === undefined ? {} : aiToolkitFlowRules(family);
  const apply = (name: keyof typeof aiToolkitDefaults, rules: Rules) => {
    const flow = family !== undefined && name === "train" ? aiToolkitFlowDefaults : {};
    const defaults = { ...aiToolkitDefaults[name], ...flow };
    translation.translate(section(name), { ...rules, ...own[name] }, { defaults });
  };
  if (family !== undefined) translation.set("base.maxSequenceLength", aiToolkitTokens[family]);
  apply("model", modelRules);
  if (hasNetwork) apply("network", networkRules);
  apply("sample", sampleRules);
  apply("save", saveRules);
  apply("train", trainRules);
  const handled = [
    "network",
    "train",
    "sample",
    "save",
    "model",
    "datasets",
    "type",
    "trigger_word",
  ];
  const rest = Object.fromEntries(
    Object.entries(process).filter(([name]) => !handled.includes(name)),
  );
  translation.translate(rest, processRules);
  divideSteps(translation, asNumber(section("train")["gradient_accumulation_steps"]) ?? 1);
  settle(translation);
  return translation.result();
}

function importName(config: Settings, translation: Translation): void {
  const { name } = config;
  if (isOff(name)) return;
  if (/^[\p{L}\p{N}_][\p{L}\p{N}_.-]{0,99}$/u.test(asText(name))) translation.set("name", name);
  else translation.leave("name", name, notAName);
}

/** What a file takes from the environment when it is read there. */
function leaveVariables(process: Settings, translation: Translation): void {
  const found = JSON.stringify(process).match(/\$\{[^}"\\]+\}/g) ?? [];
  const why = said`a variable of the environment: write its value into the config`;
  for (const name of new Set(found)) translation.leave(name, name, why);
}

/** A step is one batch there, an update here. */
function divideSteps({ get, set }: Translation, batches: number): void {
  if (!(batches > 1)) return;
  for (const path of ["steps", "saveEverySteps", "samples.everySteps"]) {
    const steps = asNumber(get(path));
    if (steps !== undefined && steps > 0) set(path, Math.ceil(steps / batches));
  }
}
