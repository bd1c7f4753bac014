/** @file The form as the command line takes it: with the paths that the library's names stand for. */

import { type Composed, configOf } from "./compose-settings.js";
import { flatten, nest } from "./setting-values.js";
import { baseName, type TrainForm } from "./train-form.js";
import { yamlOf } from "./yaml-of-config.js";

/** Where the library keeps what a field names. */
const folderOfField: Readonly<Record<string, string>> = {
  "base.vae": "models",
  "base.parts": "models",
  "lora.startFrom": "adapters",
  "prior.folder": "datasets",
  "watch.validation": "datasets",
};

/** A config file for `atelier train`, or for a search. @param library its folder */
export function configFileOf(form: TrainForm, composed: Composed, library: string): string {
  const settings = flatten(configOf(form, composed), new Set(composed.all.keys()));
  const [folder = "", ...others] = form.datasets.map((name) => `${library}/datasets/${name}`);
  const hasMasks = composed.all.get("data.masks.source") === "folder";
  return yamlOf(
    nest([
      baseEntry(form.base, library),
      ["data.folder", folder],
      ...(others.length > 0 ? [["data.folders", others] as const] : []),
      ...(hasMasks ? [["data.masks.folder", `${folder}/masks`] as const] : []),
      ...settings.map(([path, value]) => [path, placed(path, value, library)] as const),
    ]),
  );
}

/** The command that searches with such a file. */
export function tuneCommandOf({ datasets, minutes, prefer }: TrainForm, library: string): string {
  const folder = `${library}/datasets/${datasets[0] ?? ""}`;
  return `atelier tune ${JSON.stringify(folder)} --config train.yaml --minutes ${minutes} --prefer ${prefer}`;
}

function baseEntry(base: TrainForm["base"], library: string): readonly [string, string] {
  const name = baseName(base);
  if (base.kind === "repo") return ["base.repo", name];
  return ["base.path", base.kind === "embedded" ? name : `${library}/models/${name}`];
}

function placed(path: string, value: unknown, library: string): unknown {
  const folder = folderOfField[path];
  if (folder === undefined) return value;
  if (Array.isArray(value)) return value.map((each: unknown) => placed(path, each, library));
  // A repository is one wherever it is named.
  if (typeof value !== "string" || value.includes("/")) return value;
  return `${library}/${folder}/${value}`;
}
