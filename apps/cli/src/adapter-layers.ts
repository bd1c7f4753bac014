/** @file Which model's layers the names in a LoRA file mean. */

import {
  adaptableLayers,
  type Checkpoint,
  detectLoraFile,
  embeddedBaseName,
  embeddedLoraMetadata,
  isForEmbeddedBase,
  isSystemFile,
  knownLayers,
  type LoraFamily,
  openTensorFile,
  type PredictionType,
  predictionTypes,
  readAdapterClaims,
} from "@atelier/diffusion";
import { AtelierError } from "@atelier/engine";
import type { CliContext } from "./cli-context.js";
import { type ModelOptions, openModel } from "./model-options.js";
import { findLocal } from "./open-base.js";
import type { Progress } from "./progress.js";

/** What the names of a LoRA mean. */
export interface KnownModel {
  readonly family: LoraFamily;
  readonly modulePaths: readonly string[];
  /** What the model predicts, where that is known. */
  readonly predictionType?: PredictionType | undefined;
  /** What the LoRA says of a base that is none of the known ones. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** A LoRA and, where it is at hand, its base. */
export interface LayersOptions {
  readonly input: string;
  readonly flags: ModelOptions & { readonly base?: string };
  readonly progress: Progress;
}

/**
 * The layers that the names of a LoRA mean: those of `--base`, of the embedded base where it was
 * trained on that one, else of its family's known model.
 */
export async function layersFor(
  context: CliContext,
  { input, flags, progress }: LayersOptions,
): Promise<KnownModel> {
  const { files, text } = context;
  const facts = await factsOf({ files, input });
  const base = flags.base ?? (facts.isForEmbedded ? embeddedBaseName : undefined);
  const metadata = facts.isForEmbedded ? embeddedLoraMetadata : new Map<string, string>();
  if (base !== undefined) {
    const { path } = await findLocal(context, base, progress);
    const claims = await readAdapterClaims(files, [input]);
    const checkpoint = await openModel(context, flags, { path, claims, progress });
    await checkpoint.close();
    return { ...layersOf(checkpoint), metadata };
  }
  const { family } = facts;
  if (family !== "sd1" && family !== "sd2" && family !== "sdxl") {
    throw new AtelierError("weights", text.convert.unknownFamily(input));
  }
  return { family, modulePaths: knownLayers(family), metadata };
}

/** The layers of a checkpoint that an adapter can change, and what its adapters are called. */
export function layersOf({
  family,
  unet,
  textEncoder,
  textEncoder2,
  scheduler,
  isPredictionAssumed,
}: Checkpoint): Omit<KnownModel, "metadata"> {
  const configs = {
    unet: unet.config,
    textEncoder: textEncoder.config,
    textEncoder2: textEncoder2?.config,
  };
  const told = scheduler["prediction_type"] ?? "epsilon";
  const predictionType = isPredictionAssumed
    ? undefined
    : predictionTypes.find((type) => type === told);
  return { family, predictionType, modulePaths: adaptableLayers(configs) };
}

/** What programs show for an adapter: its file's name. */
export function adapterTitle(path: string): string {
  return (path.split(/[\\/]/).at(-1) ?? path).replace(/\.safetensors$/i, "");
}

async function factsOf({
  files,
  input,
}: {
  readonly files: CliContext["files"];
  readonly input: string;
}): Promise<{ readonly family: string | undefined; readonly isForEmbedded: boolean }> {
  const isFolder = (await files.stat(input))?.kind === "folder";
  const names = isFolder ? (await files.list(input)).map(({ name }) => name) : [];
  const inside = names.find((name) => name.endsWith(".safetensors") && !isSystemFile(name));
  const file = await openTensorFile(files, inside ? files.join(input, inside) : input);
  try {
    return {
      family: detectLoraFile(file.entries, file.metadata)?.family,
      isForEmbedded: isForEmbeddedBase(file.metadata),
    };
  } finally {
    await file.close();
  }
}
