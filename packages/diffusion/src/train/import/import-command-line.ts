/**
 * @file A training from its command line: diffusers' scripts, such as
 * `accelerate launch train_dreambooth_lora.py --instance_data_dir=dog …`, and kohya's sd-scripts. The
 * script's name says what trains.
 */

import { AtelierError, said } from "@atelier/engine";
import { readOptions } from "./command-line.js";
import { diffusersRules } from "./diffusers-rules.js";
import { diffusersScripts } from "./diffusers-scripts.js";
import type { FlowFamily } from "./flow-family.js";
import { importKohya, otherFamily } from "./import-kohya.js";
import type { SdScript } from "./kohya-script-rules.js";
import { settle } from "./settle.js";
import { type ShellText, splitCommands } from "./shell-words.js";
import { createTranslation, type ImportedConfig, type LeftSetting } from "./translation.js";
import type { Settings } from "./values.js";
import { asText } from "./values.js";

/** sd-scripts by their names; those for other families read the options of the others, and some more. */
const sdScripts: Readonly<Record<string, SdScript>> = {
  train_network: "train_network",
  train_db: "train_db",
  fine_tune: "fine_tune",
  train_textual_inversion: "train_textual_inversion",
  sdxl_train_network: "train_network",
  sdxl_train: "fine_tune",
  sdxl_train_textual_inversion: "train_textual_inversion",
  sd3_train_network: "train_network",
  sd3_train: "fine_tune",
  flux_train_network: "train_network",
  flux_train: "fine_tune",
};

const flowFamilyOf = (script: string): FlowFamily | undefined =>
  (["sd3", "flux"] as const).find((family) => script.startsWith(`${family}_train`));

/** Families by what scripts are called after them. */
const families: readonly (readonly [RegExp, string])[] = [
  [/flux2/, "FLUX.2"],
  [/kontext/, "FLUX.1 Kontext"],
  [/sd3|flux/, "another kind of training"],
  [
    /hidream|lumina|qwen|sana|z_image|cogview|cogvideo|kandinsky|wuerstchen|pixart|hunyuan|anima|krea|ideogram|cosmos|amused/,
    "another family",
  ],
];

/**
 * A config of a command line.
 * @param files parsed TOML that belongs to it: sd-scripts' `--config_file` or `--dataset_config`
 * @throws AtelierError `config` for a command line without a known script or with two, of another family,
 *   or with quotes that do not pair up.
 */
export function importCommandLine(text: string, files: readonly Settings[] = []): ImportedConfig {
  const shell = splitCommands(text);
  const { script, options, left } = scriptOf(shell);
  const program = Object.hasOwn(sdScripts, script) ? sdScripts[script] : undefined;
  const own = diffusersScripts[script];
  const family = families.find(([pattern]) => pattern.test(script))?.[1];
  if (program !== undefined) {
    const family = flowFamilyOf(script);
    return importKohya([...files, options], { script: program, family, left });
  }
  if (family !== undefined && own === undefined) throw otherFamily(`${family} (${script}.py)`);
  if (own === undefined || files.length > 0) {
    throw new AtelierError(
      "config",
      said`import: expected a command line with a training script of diffusers (${Object.keys(diffusersScripts).join(".py, ")}.py) or of sd-scripts (${Object.keys(sdScripts).join(".py, ")}.py), got ${script === "" ? "none" : `${script}.py${own === undefined ? "" : " with files of sd-scripts"}`}.`,
    );
  }
  const translation = createTranslation();
  for (const { option, value, why } of left) translation.leave(option, value, why);
  for (const [path, value] of Object.entries(own.fields)) translation.set(path, value);
  translation.translate(options, diffusersRules, { defaults: own.defaults });
  settle(translation);
  return translation.result();
}

/** The one script of a text, its options, and what else has to be told. */
function scriptOf({ commands, unset }: ShellText): {
  script: string;
  options: Settings;
  left: readonly LeftSetting[];
} {
  const isScript = (word: string) => /\.py$/.test(word);
  const found = commands.filter((words) => words.some(isScript));
  const known = found.filter((words) => isTraining(baseName(words.find(isScript) ?? "")));
  const [words, ...others] = known.length > 0 ? known : found;
  if (words === undefined) return { script: "", options: {}, left: [] };
  if (others.length > 0 && known.length > 0) {
    throw new AtelierError(
      "config",
      said`import: expected one command, got ${known.length} (${known.map((one) => one.find(isScript)).join(", ")}). Keep the one that is meant.`,
    );
  }
  const at = words.findIndex(isScript);
  const { options, left } = readOptions(words.slice(at + 1));
  const inUse = JSON.stringify(options);
  return {
    script: baseName(words[at] ?? ""),
    options,
    left: [
      ...left,
      ...commands
        .filter(([first = ""]) => first.startsWith("--"))
        .map((value) => ({
          option: "command",
          value: value.join(" "),
          why: said`a shell would not hand this line to the script: the line before does not go on`,
        })),
      ...unset
        .filter((name) => inUse.includes(JSON.stringify(name).slice(1, -1)))
        .map((name) => ({
          option: name,
          value: Object.entries(options)
            .filter(([, value]) => asText(value).includes(name))
            .map(([option]) => `--${option}`)
            .join(", "),
          why: said`a variable that the text does not set: write its value into the config`,
        })),
    ],
  };
}

function isTraining(script: string): boolean {
  const isKnown = Object.hasOwn(sdScripts, script) || Object.hasOwn(diffusersScripts, script);
  return isKnown || /train|inversion/.test(script);
}

function baseName(path: string): string {
  return (path.split(/[\\/]/).pop() ?? "").replace(/\.py$/, "");
}
