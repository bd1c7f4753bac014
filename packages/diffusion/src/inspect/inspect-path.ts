/**
 * @file The one door of `atelier inspect`: finds out what stands at a path and describes it. A
 * damaged file is described as such; only a path where nothing stands is an error.
 */

import { AtelierError, type FileStore, type Sentence, said, sizeOf } from "@atelier/engine";
import { warning } from "../core/warnings/warning.js";
import { type ImageFolder, listImageFolder } from "../data/image-folder.js";
import { findPictureFolders } from "../data/kohya-folders.js";
import { pictureFormatOfName } from "../data/picture-format.js";
import { familyList } from "../families/families.js";
import { isLoraFolder, locateLora } from "../files/adapter/locate-lora.js";
import { hasDenoiser } from "../files/model/detect-single-file.js";
import { placeParts } from "../files/model/placed-part.js";
import { parametersKeyword } from "../files/png/a1111-parameters.js";
import { readPngText } from "../files/png/png-text.js";
import { openTensorFile, type TensorFile } from "../files/tensor-file.js";
import { embeddingKeyword } from "../files/word/read-image-embedding.js";
import {
  bytesOf,
  dtypesOf,
  type InspectAdapterOptions,
  inspectAdapter,
} from "./inspect-adapter.js";
import { inspectCheckpoint, nonFiniteProblems } from "./inspect-checkpoint.js";
import { inspectEmbedding } from "./inspect-embedding.js";
import {
  errorProblem,
  type InspectedKind,
  type Inspection,
  type InspectOptions,
  type Problem,
} from "./inspection.js";
import { scanValues } from "./scan-values.js";

/**
 * Describes a file or folder.
 * @throws AtelierError `file` when nothing stands there, `aborted` on the signal.
 */
export async function inspectPath(
  files: FileStore,
  path: string,
  options: InspectOptions = {},
): Promise<Inspection> {
  const entry = await files.stat(path);
  if (entry === undefined) {
    throw new AtelierError(
      "file",
      said`${path}: expected a file or folder, got nothing at this path. Check the path.`,
    );
  }
  try {
    return entry.kind === "folder"
      ? await inspectFolder(files, path, options)
      : await inspectFile(files, path, options);
  } catch (error) {
    if (!(error instanceof AtelierError) || error.code === "aborted") throw error;
    return {
      path,
      kind: "unknown",
      ...(entry.kind === "file" ? { sizeBytes: entry.sizeBytes } : {}),
      problems: [errorProblem(error.sentence)],
      notes: [],
    };
  }
}

async function inspectFolder(
  files: FileStore,
  path: string,
  options: InspectOptions,
): Promise<Inspection> {
  const names = (await files.list(path)).map(({ name }) => name);
  if (names.includes("model_index.json")) return inspectCheckpoint(files, path, options);
  if (await isLoraFolder(files, path)) {
    const [{ weightsPath, configPath }, ...others] = await locateLora(files, path);
    const inspection = await inspectFile(files, weightsPath, {
      ...options,
      configPath,
      folder: path,
    });
    const parts = others.map(({ weightsPath: other }) => warning("other-part", { path: other }));
    return { ...inspection, notes: [...inspection.notes, ...parts] };
  }
  const weights = [
    ...["diffusion_pytorch_model.safetensors", "model.safetensors", "learned_embeds.safetensors"],
    ...["diffusion_pytorch_model.bin", "pytorch_model.bin", "learned_embeds.bin"],
  ].find((name) => names.includes(name));
  if (weights !== undefined) return inspectFile(files, files.join(path, weights), options);
  const named = await findPictureFolders(files, path, { hasPrompt: false });
  const folders: ImageFolder[] = [];
  for (const folder of named.folders) folders.push(await listImageFolder(files, folder.path));
  const pictures = folders.flatMap((folder) => folder.pictures);
  const warnings = [...named.warnings, ...folders.flatMap((folder) => folder.warnings)];
  const hasMetadata = folders.some(({ metadataPath }) => metadataPath !== undefined);
  const hasWords = named.folders.every(({ words }) => words !== undefined);
  const captioned = pictures.filter(({ captionFiles }) => captionFiles.length > 0).length;
  return {
    path,
    kind: "pictures",
    fits: said`training: \`atelier lora\` and \`atelier train\` read it.`,
    pictureCount: pictures.length,
    captionedCount: captioned,
    sizeBytes: pictures.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    problems: warnings.map((told): Problem => ({ severity: "warning", ...told })),
    notes: [
      ...(hasMetadata ? [warning("captions-in-metadata", {})] : []),
      ...(captioned === 0 && !hasMetadata && !hasWords ? [warning("no-captions", {})] : []),
    ],
  };
}

async function inspectFile(
  files: FileStore,
  path: string,
  options: InspectAdapterOptions,
): Promise<Inspection> {
  if (pictureFormatOfName(path) !== undefined) return inspectPicture(files, path);
  const file = await openTensorFile(files, path);
  try {
    const alone = options.parts === undefined ? lonelyTransformer(file) : undefined;
    if (alone !== undefined) return await inspectPart(file, alone, options);
    // A tensor of an adapter that has strayed into a checkpoint makes it no adapter.
    if (hasDenoiser(file.entries)) return await inspectCheckpoint(files, path, options);
    const adapter = await inspectAdapter(files, file, options);
    if (adapter !== undefined) return adapter;
    const part = partOf(file);
    if (part !== undefined) return await inspectPart(file, part, options);
    const embedding = await inspectEmbedding(file, options);
    if (embedding !== undefined) return embedding;
    return await inspectCheckpoint(files, path, options);
  } finally {
    await file.close();
  }
}

const original = said`original`;

/** What is a transformer and nothing else, as FLUX.1 and Stable Diffusion 3 are published. */
function lonelyTransformer({ entries }: TensorFile): Part | undefined {
  const names = [...entries.keys()];
  const owner = familyList.find(
    ({ denoiser, singleFile }) => denoiser === "transformer" && singleFile.owns(entries),
  );
  if (owner === undefined || !hasDenoiser(entries)) return undefined;
  const { placed } = placeParts(owner.singleFile, names);
  if (placed.some(({ part }) => part.component !== owner.denoiser)) return undefined;
  const isOriginal = !names.some((name) => name.includes("transformer_blocks."));
  return { kind: "transformer", format: isOriginal ? original : "diffusers", family: owner.id };
}

/** What a file is that holds a part alone. */
interface Part extends Pick<Inspection, "family"> {
  readonly kind: InspectedKind;
  readonly format: Sentence | string;
}

/** Names that only one model has, in diffusers' and the original spelling. */
const parts: readonly (readonly [InspectedKind, Sentence | string, RegExp])[] = [
  ["unet", "diffusers", /^down_blocks\.0\..*(resnets|attentions)\./],
  ["vae", "diffusers", /^encoder\.down_blocks\.0\./],
  ["vae", original, /^(first_stage_model\.)?encoder\.down\.0\./],
  ["text-encoder", "transformers", /^(text_model\.)?(embeddings|encoder\.layers)\./],
  ["text-encoder", "transformers", /^encoder\.block\.\d+\.layer\./],
  ["text-encoder", "llama.cpp", /^enc\.blk\.\d+\./],
];

function partOf(file: TensorFile): Part | undefined {
  const names = [...file.entries.keys()];
  if (names.some((name) => name.startsWith("model.diffusion_model."))) return undefined;
  const found = parts.find(([, , pattern]) => names.some((name) => pattern.test(name)));
  return found === undefined ? undefined : { kind: found[0], format: found[1] };
}

async function inspectPart(
  file: TensorFile,
  part: Part,
  options: InspectOptions,
): Promise<Inspection> {
  const { nonFinite } = await scanValues(file, options);
  return {
    path: file.path,
    ...part,
    fits: said`a checkpoint, as one of its parts; alone it draws nothing.`,
    parameterCount: [...file.entries.values()].reduce((sum, { shape }) => sum + sizeOf(shape), 0),
    sizeBytes: bytesOf(file),
    dtypes: dtypesOf(file),
    problems: nonFiniteProblems(file.path, nonFinite),
    notes: file.notes,
  };
}

async function inspectPicture(files: FileStore, path: string): Promise<Inspection> {
  const file = await files.open(path);
  try {
    const bytes = await file.read(0, file.sizeBytes);
    const isPng = bytes[0] === 0x89 && bytes[1] === 0x50;
    const text = isPng ? await readPngText(bytes) : new Map<string, string>();
    const parameters = text.get(parametersKeyword);
    const holdsEmbedding = text.has(embeddingKeyword);
    return {
      path,
      kind: "picture",
      sizeBytes: file.sizeBytes,
      ...(parameters === undefined ? {} : { parameters }),
      problems: [],
      notes: [
        ...(parameters === undefined ? [warning("no-drawing-parameters", {})] : []),
        ...(holdsEmbedding ? [warning("picture-with-embedding", {})] : []),
      ],
    };
  } finally {
    await file.close();
  }
}
