/**
 * @file Writing embeddings in the forms that programs read: diffusers, A1111's old pickled form, and
 * the safetensors form that A1111, ComfyUI, Forge and kohya share.
 */

import { AtelierError, type FileStore, said } from "@atelier/engine";
import type { TextEncoderName } from "../../core/component-name.js";
import { sha256Hex } from "../../core/content-hash.js";
import type { Embedding } from "../../core/embedding.js";
import { families } from "../../families/families.js";
import type { AdapterRules, FamilyId } from "../../families/family.js";
import type { ProcessPrediction } from "../../process/prediction-type.js";
import { type TorchValue, writePytorch } from "../pickle/write-pytorch.js";
import type { StoredFloat } from "../safetensors/float-codec.js";
import {
  encodeSafetensors,
  type TensorSource,
  tensorSource,
  writeSafetensors,
} from "../safetensors/write-safetensors.js";
import { isPytorchName } from "../tensor-file.js";

/** Options of {@link writeDiffusersEmbedding}. */
export interface WriteDiffusersEmbeddingOptions {
  /** Whose vectors to write: diffusers keeps those of SDXL's encoders in two files. */
  readonly encoder?: TextEncoderName;
  readonly dtype?: StoredFloat;
}

/** Options of {@link writeWebuiEmbedding}. */
export interface WriteWebuiEmbeddingOptions {
  /** For ModelSpec's `architecture`; left out when it is not known. */
  readonly family?: FamilyId;
  /** What the base predicts, which is part of some architectures' names. */
  readonly predictionType?: ProcessPrediction;
  readonly dtype?: StoredFloat;
  /** More or other metadata; the pickled form keeps `step`, `sd_checkpoint` and its name only. */
  readonly metadata?: ReadonlyMap<string, string>;
}

/** The file names by which diffusers finds the vectors of each encoder in a folder. */
export const DIFFUSERS_EMBEDDING_NAMES: { readonly [E in TextEncoderName]: string } = {
  text_encoder: "learned_embeds.safetensors",
  text_encoder_2: "learned_embeds_2.safetensors",
  text_encoder_3: "learned_embeds_3.safetensors",
};

/** What web UIs call the text encoders in files of words for several. */
export const webuiEncoderNames: { readonly [E in TextEncoderName]: string } = {
  text_encoder: "clip_l",
  text_encoder_2: "clip_g",
  text_encoder_3: "t5xxl",
};

/** Metadata that describes one file or one form, and so does not pass on to another. */
const boundToFile = /^(format|name|step|sd_checkpoint|sd_checkpoint_name|modelspec\.hash_sha256)$/;

/**
 * Writes what `load_textual_inversion` of diffusers reads: the vectors under their token, pickled
 * where the path ends in `.bin`. Returns the file's size in bytes.
 * @throws AtelierError `weights` without vectors for that encoder, `file`.
 */
export async function writeDiffusersEmbedding(
  files: FileStore,
  path: string,
  embedding: Embedding,
  { encoder = "text_encoder", dtype = "F32" }: WriteDiffusersEmbeddingOptions = {},
): Promise<number> {
  const vectors = embedding.vectors.get(encoder);
  if (vectors === undefined) {
    throw new AtelierError(
      "weights",
      said`${path}: expected vectors for ${encoder}, got those of ${[...embedding.vectors.keys()].join(", ")}. Write those.`,
    );
  }
  const tensor = tensorSource(embedding.token, vectors, { dtype });
  if (isPytorchName(path)) return writePytorch(files, path, new Map([[tensor.name, tensor]]));
  const metadata = new Map([["format", "pt"], ...portableMetadata(embedding)]);
  return writeSafetensors(files, path, [tensor], { metadata });
}

/**
 * Writes what A1111, Forge, ComfyUI and kohya read, who take the token from the file's name:
 * `emb_params` or, for two encoders, `clip_l` and `clip_g`. A path that ends in `.pt` gets A1111's
 * pickled form, which also holds the token. Returns the file's size in bytes.
 * @throws AtelierError `file`.
 */
export async function writeWebuiEmbedding(
  files: FileStore,
  path: string,
  embedding: Embedding,
  { family, predictionType, dtype = "F32", metadata = new Map() }: WriteWebuiEmbeddingOptions = {},
): Promise<number> {
  const adapters = family && families[family].adapters;
  const tensors = webuiTensors(embedding, dtype, adapters?.numbersTextEncoders);
  const spec = adapters?.spec(predictionType ?? "epsilon");
  const architecture = spec && `${spec.architecture}/textual-inversion`;
  if (isPytorchName(path))
    return writePytorch(files, path, pickledForm(embedding, tensors, metadata));
  const all = new Map([
    ...portableMetadata(embedding),
    ...(await modelSpec(embedding.token, tensors, { architecture, adapters })),
    ...metadata,
    ["format", "pt"] as const,
  ]);
  return writeSafetensors(files, path, tensors, { metadata: all });
}

/** @param isOneOfSeveral whether the model has more text encoders than learn words */
function webuiTensors(
  { vectors }: Embedding,
  dtype: StoredFloat,
  isOneOfSeveral = false,
): TensorSource[] {
  const isNamed = isOneOfSeveral || vectors.size > 1 || vectors.has("text_encoder_2");
  return [...vectors].map(([encoder, tensor]) =>
    tensorSource(isNamed ? webuiEncoderNames[encoder] : "emb_params", tensor, { dtype }),
  );
}

/** As `Embedding.save` of A1111 writes it; SDXL's form has never held more than its tensors. */
function pickledForm(
  { token, metadata: own }: Embedding,
  tensors: readonly TensorSource[],
  metadata: ReadonlyMap<string, string>,
): Map<string, TorchValue> {
  const [only, ...others] = tensors;
  if (only === undefined || others.length > 0 || only.name !== "emb_params") {
    return new Map(tensors.map((tensor) => [tensor.name, tensor]));
  }
  const facts = new Map([...own, ...metadata]);
  const step = Number(facts.get("step") ?? 0);
  return new Map<string, TorchValue>([
    // The token "*" of CLIP's vocabulary, which the vectors replaced in the original program.
    ["string_to_token", new Map([["*", 265]])],
    ["string_to_param", new Map([["*", only]])],
    ["name", token],
    ["step", Number.isSafeInteger(step) ? step : 0],
    ["sd_checkpoint", facts.get("sd_checkpoint") ?? null],
    ["sd_checkpoint_name", facts.get("sd_checkpoint_name") ?? null],
  ]);
}

/** Words of Stable Diffusion are said to be of the original program, adapters of its first version of diffusers. */
function implementationOf(adapters: AdapterRules | undefined): string {
  const own = adapters?.implementation ?? "diffusers";
  return own === "diffusers" ? "https://github.com/Stability-AI/generative-models" : own;
}

/** ModelSpec 1.0.1; the hash is over the bytes behind the header. */
async function modelSpec(
  token: string,
  tensors: readonly TensorSource[],
  {
    architecture,
    adapters,
  }: { readonly architecture: string | undefined; readonly adapters: AdapterRules | undefined },
): Promise<[string, string][]> {
  const file = await encodeSafetensors(tensors);
  const headerBytes = new DataView(file.buffer).getUint32(0, true);
  return [
    ["modelspec.sai_model_spec", "1.0.1"],
    ...(architecture === undefined
      ? []
      : [["modelspec.architecture", architecture] satisfies [string, string]]),
    ["modelspec.implementation", implementationOf(adapters)],
    ["modelspec.title", token],
    ["modelspec.trigger_phrase", token],
    ["modelspec.hash_sha256", `0x${await sha256Hex(file.subarray(8 + headerBytes))}`],
  ];
}

function portableMetadata({ metadata }: Embedding): [string, string][] {
  return [...metadata].filter(([key]) => !boundToFile.test(key));
}
