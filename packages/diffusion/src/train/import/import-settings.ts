/** @file Files of another trainer, by what is in them. */

import { AtelierError } from "@atelier/engine";
import { importAiToolkit } from "./import-ai-toolkit.js";
import { importCommandLine } from "./import-command-line.js";
import { importKohya } from "./import-kohya.js";
import { importKohyaGui, isKohyaGui } from "./import-kohya-gui.js";
import { importOneTrainer, isOneTrainer, isOneTrainerList } from "./import-one-trainer.js";
import type { ImportedConfig } from "./translation.js";
import { asSettings, type Settings } from "./values.js";

/** A file as it was read: TOML, YAML and JSON as values, anything else as a command line. */
export type ForeignFile =
  | { readonly kind: "toml"; readonly value: Settings }
  | { readonly kind: "data"; readonly value: unknown }
  | { readonly kind: "text"; readonly text: string };

/**
 * A config of another trainer's files.
 * @throws AtelierError `config` for files that are none of a known trainer's, or do not go together.
 */
export function importSettings(files: readonly ForeignFile[]): ImportedConfig {
  const tables = files.flatMap((file) => (file.kind === "toml" ? [file.value] : []));
  const texts = files.flatMap((file) => (file.kind === "text" ? [file.text] : []));
  const values = files.flatMap((file) => (file.kind === "data" ? [file.value] : []));
  const isKohyaData = (value: unknown) => Array.isArray(asSettings(value)?.["datasets"]);
  // sd-scripts takes data sets as JSON as well.
  const datasets = values.filter(isKohyaData).map((value) => asSettings(value) ?? {});
  const [value, ...others] = values.filter((one) => !isKohyaData(one));
  const ofKohya = [...tables, ...datasets];
  const [text, ...moreTexts] = texts;
  if (text !== undefined && moreTexts.length === 0 && value === undefined)
    return importCommandLine(text, ofKohya);
  if (text === undefined && value === undefined) return importKohya(ofKohya);
  if (text === undefined && ofKohya.length === 0) return importValues(value, others);
  throw severalFiles();
}

function importValues(value: unknown, others: readonly unknown[]): ImportedConfig {
  const all = [value, ...others];
  const lists = all.filter(isOneTrainerList);
  const settings = all.map(asSettings).filter((one) => one !== undefined);
  const [file] = settings;
  if (file !== undefined && settings.length === 1) {
    if (isOneTrainer(file) && settings.length + lists.length === all.length)
      return importOneTrainer(file, lists);
    if (all.length === 1 && isKohyaGui(file)) return importKohyaGui(file);
    if (all.length === 1 && file["config"] !== undefined) return importAiToolkit(file);
  }
  if (all.length > 1) throw severalFiles();
  throw new AtelierError(
    "config",
    "import: expected settings of kohya's GUI, OneTrainer or ai-toolkit, got a file that is none of these. Name the file in which the training itself is described.",
  );
}

const severalFiles = (): AtelierError =>
  new AtelierError(
    "config",
    "import: expected one file, or several .toml files of kohya (training and data set), or OneTrainer's settings with its concepts and samples, got others. Import one at a time.",
  );
