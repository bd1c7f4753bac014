/** @file Which files of a model repository are needed to open it, and no others. */

import { AtelierError, said } from "@atelier/engine";
import type { ComponentName } from "../../core/component-name.js";
import { generationConfigName } from "../../core/generation-config.js";
import { trainingConfigName } from "../../core/training-config.js";
import { families, familyList, familyTitles } from "../../families/families.js";
import type { ModelFamily } from "../../families/family.js";
import { tokenizerNames } from "../model/tokenizer-folders.js";
import { explainMissingWeights, findWeightFiles } from "../model/weight-files.js";

/** The chosen files, and whether all weights are in the variant that was asked for. */
export interface SelectedFiles {
  readonly paths: readonly string[];
  readonly hasWholeVariant: boolean;
  /** The one to open, where it is not the folder that they lie in. */
  readonly entry?: string;
}

/** Chooses files from the paths in a repository. @param where names the repository in messages */
export type SelectFiles = (
  where: string,
  paths: readonly string[],
  options: { readonly variant?: string | undefined },
) => SelectedFiles;

/** The files of which every tokenizer has one. */
const vocabularyNames: ReadonlySet<string> = new Set([
  "tokenizer.json",
  "merges.txt",
  "spiece.model",
]);

/** What the makers of a model advise, where they do. */
const adviceNames = [generationConfigName, trainingConfigName];

/** The family of which a repository has most, so that one that lacks a part is told what it lacks. */
function familyOfPaths(paths: readonly string[]): ModelFamily {
  const has = (folder: string) => paths.some((path) => path.startsWith(`${folder}/`));
  const counts = familyList.map((family) => {
    const tokenizers = family.textEncoders.map(({ tokenizerFolder }) => tokenizerFolder);
    const folders = [...family.components, ...tokenizers];
    const present = folders.filter(has).length;
    return { family, present, missing: folders.length - present };
  });
  const [best] = counts.sort((a, b) => b.present - a.present || a.missing - b.missing);
  return best?.family ?? families.sd1;
}

/**
 * Chooses configs, tokenizer files and safetensors weights from the paths in a repository.
 * @param where names the repository in messages
 * @throws AtelierError `file` when the repository is no model of a known family or lacks a part.
 */
export function selectModelFiles(
  where: string,
  paths: readonly string[],
  { variant }: { readonly variant?: string | undefined } = {},
): SelectedFiles {
  const selected: string[] = [];
  const need = (path: string) => {
    if (paths.includes(path)) selected.push(path);
    else throw missing(where, path, paths);
  };
  need("model_index.json");
  need("scheduler/scheduler_config.json");
  selected.push(...adviceNames.filter((name) => paths.includes(name)));
  const family = familyOfPaths(paths);
  const isLeftOut = (component: ComponentName) =>
    family.optional.includes(component) && namesBelow(paths, component).length === 0;
  for (const { component, kind, tokenizerFolder } of family.textEncoders) {
    if (isLeftOut(component)) continue;
    const own = namesBelow(paths, tokenizerFolder).filter((name) => tokenizerNames.test(name));
    if (!own.some((name) => vocabularyNames.has(name))) {
      const usual = kind === "t5" ? "spiece.model" : "merges.txt";
      throw missing(where, `${tokenizerFolder}/${usual}`, paths);
    }
    selected.push(...own.map((name) => `${tokenizerFolder}/${name}`));
  }
  let hasWholeVariant = true;
  for (const component of family.components) {
    if (isLeftOut(component)) continue;
    const names = namesBelow(paths, component);
    need(`${component}/config.json`);
    const weights = findWeightFiles(names, variant);
    if (weights === undefined) {
      throw new AtelierError(
        "file",
        said`${where}: expected safetensors weights in ${component}/, ${explainMissingWeights(names)}`,
      );
    }
    hasWholeVariant &&= !weights.isFallback;
    selected.push(...[weights.name, ...weights.shards].map((name) => `${component}/${name}`));
  }
  return { paths: selected, hasWholeVariant };
}

function namesBelow(paths: readonly string[], folder: string): string[] {
  const prefix = `${folder}/`;
  return paths.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
}

function missing(where: string, path: string, paths: readonly string[]): AtelierError {
  const checkpoints = paths.filter((name) => /^[^/]+\.safetensors$/.test(name)).slice(0, 3);
  const advice =
    checkpoints.length > 0
      ? `It holds single files (${checkpoints.join(", ")}): download one and name it.`
      : `Use a repository that holds a model of ${familyTitles} in diffusers form.`;
  return new AtelierError("file", said`${where}: expected ${path}, got none. ${advice}`);
}
