/**
 * @file Opens the judge that lies in a model folder beside the models: `judge/` looks at pictures,
 * `text_encoder/` and `tokenizer/` read captions, `instance_judge/` tells things apart.
 */

import {
  AtelierError,
  type FileStore,
  type FloatTensor,
  input,
  type Runtime,
  said,
} from "@atelier/engine";
import { readJson } from "../core/read-text.js";
import type { Weights } from "../core/weights.js";
import { componentParameters } from "../families/layers.js";
import { componentOf } from "../families/model-files.js";
import { openModelFiles } from "../files/model/open-model-files.js";
import { requireWeights, translateWeights } from "../files/model/translate-weights.js";
import { openSafetensors } from "../files/safetensors/open-safetensors.js";
import type { ClipTextConfig } from "../models/clip-text/config.js";
import { listParameters, type ParameterInfo } from "../models/list-layers.js";
import {
  type PictureEncoderConfig,
  readPictureEncoderConfig,
} from "../models/picture-encoder/config.js";
import { displayName } from "../pipeline/display-name.js";
import { firstTokenizer, lazyTokenizers } from "../pipeline/tokenizers.js";
import type { ClipTokenizer } from "../tokenizer/clip-tokenizer.js";
import { createCaptionEmbedder, withTexts } from "./caption-embedder.js";
import { createJudge, type Judge } from "./judge.js";
import { createPictureEmbedder } from "./picture-embedder.js";
import { embedPictures } from "./unit-embeddings.js";

/** Options of {@link openJudge}. */
export interface OpenJudgeOptions {
  readonly runtime: Runtime;
  /** Whose judge it is, for what it says of itself; the folder's name by default. */
  readonly name?: string | undefined;
}

/** Where the encoders lie in a model's folder. */
const parts = { clip: "judge", instance: "instance_judge" } as const;

/** Whether a model's folder brings a judge along. */
export async function hasJudge(files: FileStore, folder: string): Promise<boolean> {
  for (const part of Object.values(parts)) {
    if ((await files.stat(files.join(folder, part)))?.kind !== "folder") return false;
  }
  return true;
}

/**
 * Opens the judge of a model folder. Weights are read at once and no file stays open.
 * @throws AtelierError `file` when the folder holds no judge; `format`, `config` or `weights` for
 *   files that are damaged or belong to another model.
 */
export async function openJudge(
  files: FileStore,
  folder: string,
  { runtime, name = displayName(folder) }: OpenJudgeOptions,
): Promise<Judge> {
  for (const part of Object.values(parts)) await requirePart(files, folder, part);
  const text = await readTextSide(files, folder);
  const clip = await readEncoder(files, files.join(folder, parts.clip), (config) => [
    { name: "text_projection.weight", shape: [config.projectionDim, text.config.hiddenSize] },
  ]);
  const instance = await readEncoder(files, files.join(folder, parts.instance), () => []);
  const reading = createCaptionEmbedder({
    config: { ...text.config, projectionDim: clip.config.projectionDim },
    parameters: new Map([...text.parameters, ...clip.parameters]),
    tokenizer: text.tokenizer,
    runtime,
  });
  const seeing = createPictureEmbedder({ name: `judge of ${name}`, ...clip, runtime });
  const telling = { name: `instance judge of ${name}`, ...instance, runtime };
  return createJudge({
    clip: withTexts(seeing, reading),
    instance: createPictureEmbedder(telling),
  });
}

async function requirePart(files: FileStore, folder: string, part: string): Promise<void> {
  if ((await files.stat(files.join(folder, part)))?.kind === "folder") return;
  throw new AtelierError(
    "file",
    said`${folder}: expected a judge in its folder ${part}/, got none there. Name the folder of a model that brings its judge along, as Atelier's own does.`,
    { context: { folder, part } },
  );
}

/** The component that reads captions. */
const textSide = "text_encoder";

interface TextSide {
  readonly config: ClipTextConfig;
  readonly parameters: ReadonlyMap<string, FloatTensor>;
  readonly tokenizer: ClipTokenizer;
}

async function readTextSide(files: FileStore, folder: string): Promise<TextSide> {
  const model = await openModelFiles(files, folder);
  try {
    const { config: own, weights } = componentOf(model, textSide);
    // The projection is the judge's own.
    const config = { ...own, hasProjection: false };
    const expected = componentParameters({ [textSide]: config }, textSide);
    const tokenizers = await lazyTokenizers(files, model)();
    return {
      config,
      parameters: await readParameters(files.join(folder, textSide), weights, expected),
      tokenizer: firstTokenizer(tokenizers),
    };
  } finally {
    await model.close();
  }
}

/** A picture encoder's folder: config.json and model.safetensors, with `others` beside the encoder. */
async function readEncoder(
  files: FileStore,
  folder: string,
  others: (config: PictureEncoderConfig) => readonly ParameterInfo[],
): Promise<{ config: PictureEncoderConfig; parameters: ReadonlyMap<string, FloatTensor> }> {
  const config = readPictureEncoderConfig(await readJson(files, files.join(folder, "config.json")));
  const { pictureSize } = config;
  const encoder = listParameters((weights) =>
    embedPictures(config, weights, input("pictures", [1, 3, pictureSize, pictureSize])),
  );
  const file = await openSafetensors(files, files.join(folder, "model.safetensors"));
  try {
    const { weights } = translateWeights(file, file.entries.keys());
    const expected = [...encoder, ...others(config)];
    return { config, parameters: await readParameters(file.path, weights, expected) };
  } finally {
    await file.close();
  }
}

async function readParameters(
  where: string,
  weights: Weights,
  expected: readonly ParameterInfo[],
): Promise<ReadonlyMap<string, FloatTensor>> {
  requireWeights(where, weights, new Map(expected.map(({ name, shape }) => [name, shape])));
  const parameters = new Map<string, FloatTensor>();
  for (const { name } of expected) parameters.set(name, await weights.readFloat32(name));
  return parameters;
}
