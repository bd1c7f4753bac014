/** @file What opening a CLIP and opening a DINOv2 have in common: settings of the processor, weights, and pictures. */

import {
  AtelierError,
  type FileStore,
  type ParameterSource,
  type Runtime,
  said,
} from "@atelier/engine";
import { isJsonObject } from "../core/json-object.js";
import { readJson } from "../core/read-text.js";
import type { Warning } from "../core/warnings/warning.js";
import { type PictureProcessor, readPictureProcessor } from "../data/picture-processor.js";
import { openWeights } from "../files/model/open-weights.js";
import { requireWeights, translateWeights } from "../files/model/translate-weights.js";
import type { ParameterInfo } from "../models/list-layers.js";
import { parameterSources } from "../pipeline/parameter-sources.js";
import type { Embedder } from "./judge.js";

/** An encoder, and what there is to say of its files. */
export interface OpenedEmbedder extends Embedder {
  readonly notes: readonly Warning[];
}

/** What is known before the encoder is opened. */
export interface EncoderPlace {
  readonly folder: string;
  /** Its config.json, parsed. */
  readonly config: unknown;
  readonly name: string;
  readonly runtime: Runtime;
  /** Of its weights. */
  readonly variant?: string | undefined;
}

/** Opens encoders of one kind. */
export type OpenEncoder = (files: FileStore, place: EncoderPlace) => Promise<OpenedEmbedder>;

/**
 * How pictures are prepared for the encoder in a folder: preprocessor_config.json, or what transformers 5 writes
 * in its place beside a tokenizer.
 * @throws AtelierError `file` where neither is there, `format`, `config`.
 */
export async function readProcessor(files: FileStore, folder: string): Promise<PictureProcessor> {
  const read = async (name: string): Promise<unknown> => {
    const path = files.join(folder, name);
    return (await files.stat(path))?.kind === "file" ? readJson(files, path) : undefined;
  };
  const own = await read("preprocessor_config.json");
  if (own !== undefined) return readPictureProcessor(own);
  const whole = await read("processor_config.json");
  if (isJsonObject(whole) && "image_processor" in whole) {
    return readPictureProcessor(whole["image_processor"]);
  }
  throw new AtelierError(
    "file",
    said`${folder}: expected preprocessor_config.json, which says how pictures are prepared, got none. Download it from where the model comes from: with other settings scores cannot be compared.`,
    { context: { folder } },
  );
}

/** What an encoder computes with. */
export interface EncoderParameters {
  readonly parameters: ReadonlyMap<string, ParameterSource>;
  readonly notes: readonly Warning[];
}

/**
 * The weights in a folder, held against those that the encoder asks for.
 * @param expected what its graphs ask for
 * @param unused names of tensors that are known to have no use
 * @throws AtelierError `file`, `format`, `weights`, `dtype`.
 */
export async function openParameters(
  files: FileStore,
  { folder, runtime, variant }: EncoderPlace,
  {
    expected,
    unused = [],
  }: { readonly expected: readonly ParameterInfo[]; readonly unused?: readonly string[] },
): Promise<EncoderParameters> {
  const notes: Warning[] = [];
  const source = await openWeights(files, folder, { variant, notes });
  try {
    const names = [...source.entries.keys()].filter((name) => !unused.includes(name));
    const { weights } = translateWeights(source, names);
    requireWeights(source.path, weights, new Map(expected.map(({ name, shape }) => [name, shape])));
    const { maps } = runtime.capabilities;
    const options = { parameters: expected, prefix: "", maps };
    return { parameters: await parameterSources(source.path, weights, options).load(), notes };
  } finally {
    await source.close();
  }
}
