/**
 * @file Another autoencoder in place of a model's own: a diffusers folder, or one file under LDM's or diffusers'
 * names. Single files often come without one, and some published ones are better than a model's own.
 */

import { AtelierError, type FileStore, type Shape, said } from "@atelier/engine";
import type { ComponentName } from "../../core/component-name.js";
import { option } from "../../core/option-words.js";
import type { Warning } from "../../core/warnings/warning.js";
import type { Configs } from "../../families/components.js";
import { folderRules } from "../../families/keys/folder-rules.js";
import { createKeyTable, withPrefix } from "../../families/keys/key-rules.js";
import { componentParameters } from "../../families/layers.js";
import { type ComponentFiles, configsOf, type ModelFiles } from "../../families/model-files.js";
import type { SafetensorsFile } from "../safetensors/open-safetensors.js";
import { openTensorFile } from "../tensor-file.js";
import { configBeside } from "./config-beside.js";
import { sortLeftOvers } from "./ignorable-keys.js";
import { openComponentFolder } from "./open-component-folder.js";
import type { OpenModelOptions } from "./open-options.js";
import { prefixOf, withGiven } from "./placed-part.js";
import { readStoredConfigs, storedConfigOf } from "./stored-configs.js";
import { type TranslatedWeights, translateWeights } from "./translate-weights.js";

/** What {@link withAutoencoder} reads. */
export interface AutoencoderOptions {
  /** Its folder or file, or a model's folder, of which it is a part. */
  readonly path: string;
  readonly variant?: string | undefined;
  /** Fields of its config that a file does not tell. */
  readonly configs?: OpenModelOptions["configs"];
}

/**
 * The model with another autoencoder. Closing it closes both; where this fails, the model stays open.
 * @throws AtelierError `file`, `format`, `weights` for what is no autoencoder, `config` for one that does not go
 *   with the model.
 */
export async function withAutoencoder(
  files: FileStore,
  model: ModelFiles,
  { path, variant, configs }: AutoencoderOptions,
): Promise<ModelFiles> {
  const entry = await files.stat(path);
  if (entry === undefined) {
    throw new AtelierError(
      "file",
      said`${path}: expected an autoencoder's folder or file, got nothing at this path. Check what ${option("base.vae")} says.`,
    );
  }
  const opened =
    entry.kind === "folder"
      ? await openFolder(files, path, { model, variant })
      : await openFile(files, path, { model, given: configs });
  const changed = {
    ...model,
    components: { ...model.components, [model.family.autoencoder]: opened.files },
    ...sorted(model, opened),
    notes: [...model.notes, ...opened.notes],
    async close() {
      await opened.source.close();
      await model.close();
    },
  };
  const problems = newProblems(model, changed);
  if (problems.length === 0) return changed;
  await opened.source.close();
  throw new AtelierError(
    "config",
    said`${path}: expected an autoencoder for ${model.path} (${model.family.title}), got one that does not go with it: ${problems.join("; ")}. Use one that was made for this kind of model.`,
  );
}

interface Opened {
  readonly files: ComponentFiles;
  readonly leftOver: readonly string[];
  readonly notes: readonly Warning[];
  readonly source: SafetensorsFile;
}

/** What does not go together now and did before. */
function newProblems(before: ModelFiles, after: ModelFiles): readonly string[] {
  const { family } = before;
  const known = new Set(
    before.components[family.autoencoder] === undefined ? [] : family.problems(configsOf(before)),
  );
  return family.problems(configsOf(after)).filter((problem) => !known.has(problem));
}

function sorted(
  model: ModelFiles,
  { leftOver }: Opened,
): Pick<ModelFiles, "ignoredKeys" | "unknownKeys"> {
  // What it was trained with.
  const { ignoredKeys, unknownKeys } = sortLeftOvers(leftOver, ["loss.", "model_ema."]);
  return {
    ignoredKeys: [...model.ignoredKeys, ...ignoredKeys],
    unknownKeys: [...model.unknownKeys, ...unknownKeys],
  };
}

async function openFolder(
  files: FileStore,
  folder: string,
  { model, variant }: { readonly model: ModelFiles; readonly variant: string | undefined },
): Promise<Opened> {
  const name = model.family.autoencoder;
  const inside = files.join(folder, name);
  const isModel = (await files.stat(files.join(inside, "config.json"))) !== undefined;
  const notes: Warning[] = [];
  const place = { folder: isModel ? inside : folder, variant, notes };
  return { ...(await openComponentFolder(files, name, place)), notes };
}

interface FileHints {
  readonly model: ModelFiles;
  readonly given: OpenModelOptions["configs"];
}

async function openFile(files: FileStore, path: string, hints: FileHints): Promise<Opened> {
  const source = await openTensorFile(files, path);
  try {
    return { ...(await readFile(files, source, hints)), notes: source.notes, source };
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function readFile(
  files: FileStore,
  source: SafetensorsFile,
  { model, given }: FileHints,
): Promise<Pick<Opened, "files" | "leftOver">> {
  const { autoencoder: name, singleFile } = model.family;
  const part = singleFile.parts.find(({ component }) => component === name);
  const names = [...source.entries.keys()];
  const prefix = (part && prefixOf(part, names)) ?? "";
  const own = names.filter((stored) => stored.startsWith(prefix));
  const shapes = new Map<string, Shape>(
    own.map((stored) => [stored.slice(prefix.length), source.entries.get(stored)?.shape ?? []]),
  );
  const { scheduler } = model;
  const found =
    (await knownConfig(files, source, name)) ??
    part?.infer(
      { where: source.path, shapes },
      { configs: configsOf(model), scheduler, scalingFactor: undefined },
    ) ??
    {};
  const configs: Configs = { ...configsOf(model), ...withGiven(name, found, given) };
  const translate = (rules: Parameters<typeof createKeyTable>[0]) =>
    translateWeights(source, own, createKeyTable(withPrefix(prefix, rules)));
  const ldm = translate(part?.rules(configs) ?? []);
  const { weights, leftOver } = isWhole(ldm, configs, name)
    ? ldm
    : translate(folderRules(name, own) ?? []);
  return { files: { config: configs[name] ?? {}, weights } as ComponentFiles, leftOver }; // Both are of `name`.
}

function isWhole({ weights }: TranslatedWeights, configs: Configs, name: ComponentName): boolean {
  return componentParameters(configs, name).every((parameter) =>
    weights.entries.has(parameter.name),
  );
}

/** The config in a file by Atelier, or in the folder of diffusers that the file lies in. */
async function knownConfig(
  files: FileStore,
  source: SafetensorsFile,
  name: ComponentName,
): Promise<Configs | undefined> {
  const stored = storedConfigOf(readStoredConfigs(source), name);
  return stored ?? configBeside(files, source.path, name);
}
