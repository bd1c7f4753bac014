/**
 * @file Components in files of their own, as FLUX.1 and Stable Diffusion 3 are published and ComfyUI keeps them: a
 * transformer, and beside it CLIP, T5 and the autoencoder. Which is which follows from their tensors.
 */

import { AtelierError, type FileStore, said } from "@atelier/engine";
import type { ComponentName } from "../../core/component-name.js";
import { option } from "../../core/option-words.js";
import type { Configs } from "../../families/components.js";
import { clipPart } from "../../families/keys/ldm-parts.js";
import { t5Part } from "../../families/keys/transformer-parts.js";
import { type ComponentFiles, configsOf, type ModelFiles } from "../../families/model-files.js";
import { openTensorFile, type TensorFile } from "../tensor-file.js";
import { configBeside } from "./config-beside.js";
import { hasDenoiser } from "./detect-single-file.js";
import { sortLeftOvers } from "./ignorable-keys.js";
import type { OpenModelOptions } from "./open-options.js";
import { configOfPart, weightsOfPart } from "./placed-part.js";
import { requireOwnKinds } from "./require-whole.js";
import { readStoredConfigs, storedConfigOf } from "./stored-configs.js";

/** A model with text encoders from elsewhere, and the file of the autoencoder, where one of the parts is that. */
export interface WithParts {
  readonly model: ModelFiles;
  readonly vae: string | undefined;
}

/**
 * The model with the text encoders that files of their own hold. Closing it closes all; where this fails, the model
 * stays open.
 * @throws AtelierError `file`, `format`, `weights`, `config` for what is no part, fits nowhere, or fits where
 *   something is already.
 */
export async function withParts(
  files: FileStore,
  model: ModelFiles,
  { parts: paths = [], vae, configs: given }: OpenModelOptions,
): Promise<WithParts> {
  const opened: Part[] = [];
  const close = async () => {
    for (const { source } of opened) await source.close();
  };
  try {
    for (const path of paths) opened.push(await openPart(files, path));
    const places = placesOf(model, opened, vae);
    let changed = model;
    for (const [component, part] of places) {
      if (part.kind === "autoencoder") continue;
      const beside = await configOfFolder(files, part, component);
      changed = withEncoder(changed, component, { part, beside, given });
    }
    return {
      model: {
        ...changed,
        async close() {
          await close();
          await model.close();
        },
      },
      vae: vae ?? places.get(model.family.autoencoder)?.source.path,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Part {
  readonly kind: "clip" | "t5" | "autoencoder";
  readonly source: TensorFile;
}

/** Names that say what a file holds. */
const marks: readonly (readonly [Part["kind"], RegExp])[] = [
  ["t5", /^(encoder\.block\.0\.layer\.0\.SelfAttention\.q|enc\.blk\.0\.attn_q)\.weight$/],
  ["clip", /^(text_model\.)?embeddings\.token_embedding\.weight$/],
  ["autoencoder", /^((first_stage_model|vae)\.)?decoder\.conv_in\.weight$/],
];

async function openPart(files: FileStore, path: string): Promise<Part> {
  const entry = await files.stat(path);
  if (entry?.kind !== "file") {
    throw new AtelierError(
      "file",
      said`${path}: expected a file that holds a text encoder or an autoencoder, got ${entry === undefined ? "nothing at this path" : "a folder"}. Check what ${option("parts")} says.`,
    );
  }
  const source = await openTensorFile(files, path);
  const names = [...source.entries.keys()];
  const found = marks.find(([, mark]) => names.some((name) => mark.test(name)));
  if (found !== undefined && !hasDenoiser(source.entries)) return { kind: found[0], source };
  await source.close();
  throw new AtelierError(
    "weights",
    hasDenoiser(source.entries)
      ? said`${path}: expected CLIP, T5 or an autoencoder alone, got a denoiser. Name it as the model, and what it lacks with ${option("parts")}.`
      : said`${path}: expected CLIP, T5 or an autoencoder, got tensors of another kind (${names.slice(0, 3).join(", ")}). Leave it out of ${option("parts")}.`,
  );
}

/** Which component each file is, in the family's order where nothing else tells. */
function placesOf(
  { path: base, family, components }: ModelFiles,
  parts: readonly Part[],
  vae: string | undefined,
): ReadonlyMap<ComponentName, Part> {
  const taken = new Map<ComponentName, string>(
    family.components.flatMap((name) => (components[name] === undefined ? [] : [[name, base]])),
  );
  if (vae !== undefined) taken.set(family.autoencoder, vae);
  const places = new Map<ComponentName, Part>();
  const put = (component: ComponentName | undefined, part: Part) => {
    const { path } = part.source;
    if (component === undefined) {
      throw new AtelierError(
        "config",
        said`${path}: expected a part of ${family.title} (${family.components.join(", ")}), got ${titles[part.kind]} more than it has. Leave it out of ${option("parts")}.`,
      );
    }
    const other = taken.get(component);
    if (other !== undefined) {
      throw new AtelierError(
        "config",
        said`${path}: expected one ${component}, got two: ${other} has it as well. Leave one out${part.kind === "autoencoder" ? `, or name this one with ${option("base.vae")}` : ""}.`,
      );
    }
    taken.set(component, path);
    places.set(component, part);
  };
  const encoders = family.textEncoders.filter(({ kind }) => kind === "clip");
  const untold: Part[] = [];
  for (const part of parts) {
    if (part.kind === "autoencoder") put(family.autoencoder, part);
    else if (part.kind === "t5") {
      put(family.textEncoders.find(({ kind }) => kind === "t5")?.component, part);
    } else {
      const place = encoders[family.publishedWidths.indexOf(clipWidth(part))];
      if (place === undefined) untold.push(part);
      else put(place.component, part);
    }
  }
  for (const part of untold) {
    put(encoders.find(({ component }) => !taken.has(component))?.component, part);
  }
  return places;
}

const titles = { clip: "a CLIP", t5: "a T5", autoencoder: "an autoencoder" } as const;

function clipWidth({ source: { entries } }: Part): number {
  const name = ["text_model.", ""].map((start) => `${start}embeddings.token_embedding.weight`);
  return name.flatMap((each) => entries.get(each)?.shape[1] ?? []).at(0) ?? 0;
}

/** What files of CLIP and T5 hold beside the text encoder. */
const otherHalves = ["vision_model.", "visual_projection.", "decoder.", "lm_head.", "dec."];

/** The config of a file that has the name which it has in the folders of transformers. */
async function configOfFolder(
  files: FileStore,
  { source: { path } }: Part,
  component: ComponentName,
): Promise<Configs | undefined> {
  const isOfFolder = /(^|[\\/])(pytorch_)?model(\.[\w-]+)?\.(safetensors|bin)$/.test(path);
  return isOfFolder ? configBeside(files, path, component) : undefined;
}

interface EncoderFile {
  readonly part: Part;
  readonly beside: Configs | undefined;
  readonly given: OpenModelOptions["configs"];
}

function withEncoder(
  model: ModelFiles,
  component: ComponentName,
  { part: { kind, source }, beside, given }: EncoderFile,
): ModelFiles {
  // Only text encoders come here.
  const name = component as Parameters<typeof t5Part>[0];
  const own = model.family.singleFile.parts.find((each) => each.component === component);
  const usual = kind === "t5" ? t5Part(name, "") : clipPart(name, "");
  // Where whole files have other names for it than files of its own, these are transformers'.
  const part = own?.fileName === undefined ? usual : own;
  const placed = { part, prefix: "", names: [...source.entries.keys()] };
  const known = storedConfigOf(readStoredConfigs(source), component) ?? beside;
  const { scheduler } = model;
  const before = configsOf(model);
  const hints = { configs: before, scheduler, scalingFactor: undefined, known, given };
  const configs = { ...before, ...configOfPart(source, placed, hints) };
  requireOwnKinds(source.path, model.family, configs);
  const { weights, leftOver } = weightsOfPart(source, placed, configs);
  const { ignoredKeys, unknownKeys } = sortLeftOvers(leftOver, [
    ...otherHalves,
    ...(part.unused?.(configs) ?? []),
  ]);
  return {
    ...model,
    components: {
      ...model.components,
      [component]: { config: configs[component] ?? {}, weights } as ComponentFiles, // Both are of it.
    },
    ignoredKeys: [...model.ignoredKeys, ...ignoredKeys],
    unknownKeys: [...model.unknownKeys, ...unknownKeys],
    notes: [...model.notes, ...source.notes],
  };
}
