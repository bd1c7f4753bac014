/** @file Which model's layers the names in a LoRA file mean, and reading it for them. */

import { embeddedBaseName, embeddedBaseTitle } from "@atelier/base/embedded";
import {
  adaptableLayers,
  configsOf,
  type FamilyId,
  families,
  familyIds,
  knownLayers,
  type ModelFiles,
} from "@atelier/diffusion/families";
import {
  architectureMetadata,
  architectureOf,
  detectLoraFile,
  type LoadedLora,
  locateLora,
  openTensorFile,
  predictionOf,
  readAdapterClaims,
  readLora,
} from "@atelier/diffusion/files";
import type { LayerInfo } from "@atelier/diffusion/models";
import { type PredictionType, predictionTypes } from "@atelier/diffusion/process";
import { trainingAdviceOf } from "@atelier/diffusion/train";
import { adapterMisfits, listMisfits } from "@atelier/diffusion/tuning";
import { AtelierError, said } from "@atelier/engine";
import type { CliContext } from "./cli-context.js";
import { type ModelOptions, openModel } from "./model-options.js";
import { findBase } from "./open-base.js";
import type { Progress } from "./progress.js";

/** What the names of a LoRA mean. */
export interface KnownModel {
  readonly family: FamilyId;
  /** What the model predicts, where that is known. */
  readonly predictionType?: PredictionType | undefined;
  readonly layers: ReadonlyMap<string, LayerInfo>;
  /** Whether the layers have the model's own shapes, because it is at hand. */
  readonly isExact: boolean;
  /** What LoRAs say of a base that is of no published kind. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** A LoRA and, where it is at hand, its base. */
export interface LayersOptions {
  readonly input: string;
  readonly flags: ModelOptions & { readonly base?: string };
  readonly progress: Progress;
  /** How the user can name the base: `--base`. */
  readonly option: string;
}

/**
 * The layers that the names of a LoRA mean: those of the base that the user names, of the embedded base
 * where it was trained on that one or fits no published model but that one, else of its family's known model.
 * @throws AtelierError `weights` where nothing tells the model.
 */
export async function layersFor(
  context: CliContext,
  { input, flags, progress, option }: LayersOptions,
): Promise<KnownModel> {
  const { base: named } = flags;
  const { family, isForEmbedded } = await factsOf(context, input);
  if (named !== undefined && named !== embeddedBaseName) {
    const { path } = await findBase(context, named, { variant: flags.variant, progress });
    const claims = await readAdapterClaims(context.files, [input]);
    const checkpoint = await openModel(context, flags, { path, claims, progress });
    await checkpoint.close();
    return layersOf(checkpoint);
  }
  if (named === embeddedBaseName || isForEmbedded) return embeddedLayers(context, progress);
  const known = familyIds.find((id) => id === family);
  if (known !== undefined) {
    return { family: known, layers: knownLayers(known), isExact: false, metadata: new Map() };
  }
  const embedded =
    family === undefined ? await fittingEmbedded(context, input, progress) : undefined;
  if (embedded !== undefined) return embedded;
  const titles = Object.values(families).map(({ title }) => title);
  throw new AtelierError(
    "weights",
    said`${input}: expected a LoRA of ${titles.slice(0, -1).join(", ")} or ${titles.at(-1)}, or of the embedded base, got one whose model its names do not tell. Name the checkpoint with ${option}.`,
  );
}

async function embeddedLayers(context: CliContext, progress: Progress): Promise<KnownModel> {
  const { path } = await findBase(context, embeddedBaseName, { progress });
  const checkpoint = await openModel(context, {}, { path, progress });
  await checkpoint.close();
  return layersOf(checkpoint);
}

/** The embedded base where it is there and takes all of the LoRA, which says nothing of its model. */
async function fittingEmbedded(
  context: CliContext,
  input: string,
  progress: Progress,
): Promise<KnownModel | undefined> {
  try {
    const model = await embeddedLayers(context, progress);
    const { weights, unknownKeys } = await readLora(context.files, input, model);
    const fits = unknownKeys.length === 0 && adapterMisfits(weights, model.layers).length === 0;
    return fits ? model : undefined;
  } catch (error) {
    if (error instanceof AtelierError) return undefined;
    throw error;
  }
}

/**
 * The layers of a checkpoint that an adapter can change, and what its adapters are called.
 * @throws AtelierError `config` for advice of the checkpoint that is none.
 */
export function layersOf(model: ModelFiles): KnownModel {
  const { family, isPredictionAssumed } = model;
  const told = predictionOf(model);
  const predictionType = isPredictionAssumed
    ? undefined
    : predictionTypes.find((type) => type === told);
  const layers = adaptableLayers(family, configsOf(model));
  const { base } = trainingAdviceOf(model);
  const metadata = base === undefined ? new Map() : architectureMetadata(base.architecture);
  return { family: family.id, predictionType, layers, isExact: true, metadata };
}

/**
 * Reads a LoRA of which nothing may be lost, for the layers of its model, and tells what was noticed.
 * @throws AtelierError `weights` where it does not fit, and as `readLora`.
 */
export async function readWholeLora(
  { files, text }: CliContext,
  path: string,
  { model, progress }: { readonly model: KnownModel; readonly progress: Progress },
): Promise<LoadedLora> {
  const { layers, isExact } = model;
  const lora = await readLora(files, path, { layers });
  if (lora.unknownKeys.length > 0) {
    const shown = lora.unknownKeys.slice(0, 5).join(", ");
    throw new AtelierError(
      "weights",
      said`${path}: expected tensors for layers of the base, got ${lora.unknownKeys.length} that fit none: ${shown}. Name the checkpoint that the LoRA was trained on.`,
    );
  }
  const misfits = isExact ? adapterMisfits(lora.weights, layers) : [];
  if (misfits.length > 0) {
    throw new AtelierError(
      "weights",
      said`${path}: expected factors for the layers of its base, got ${misfits.length} modules that do not fit:\n${listMisfits(misfits)}\nName the checkpoint that the LoRA was trained on.`,
    );
  }
  tellOfAdapter({ ...lora, path }, text, progress);
  return lora;
}

/** Tells what a user should know of an adapter that was read. */
export function tellOfAdapter(
  { path, alphaSources, notes }: Pick<LoadedLora, "path" | "alphaSources" | "notes">,
  { generate: text }: CliContext["text"],
  progress: Progress,
): void {
  if (alphaSources.has("rank")) progress.warn(text.alphaIsRank(path));
  progress.tell(notes);
}

/** What programs show for an adapter: its file's name. */
export function adapterTitle(path: string): string {
  return (path.split(/[\\/]/).at(-1) ?? path).replace(/\.safetensors$/i, "");
}

async function factsOf(
  { files }: CliContext,
  input: string,
): Promise<{ readonly family: string | undefined; readonly isForEmbedded: boolean }> {
  const [{ weightsPath }] = await locateLora(files, input);
  const file = await openTensorFile(files, weightsPath);
  try {
    return {
      family: detectLoraFile(file.entries, file.metadata)?.family,
      isForEmbedded: architectureOf(file.metadata) === embeddedBaseTitle,
    };
  } finally {
    await file.close();
  }
}
