/** @file Tells which family a single file of tensors is a checkpoint of, or what it is instead. */

import { AtelierError, said } from "@atelier/engine";
import type { SafetensorsEntry } from "../../core/weights.js";
import { familyList, familyTitles } from "../../families/families.js";
import type { ModelFamily } from "../../families/family.js";
import { prefixOf } from "./placed-part.js";

/** Names that only one kind of file has, and what to do with such a file: those of whole models. */
const foreignModels: readonly (readonly [RegExp, string])[] = [
  [/(^|\.)distilled_guidance_layer\./, "a Chroma model, which is not supported. Use FLUX.1"],
  [/(^|\.)double_stream_modulation_img\./, "a FLUX.2 model, which is not supported. Use FLUX.1"],
  [
    /^conditioner\.embedders\.0\.model\./,
    "an SDXL refiner, which is not supported. Use the base model of SDXL",
  ],
];

/** The same of files that are no model, most telling first. */
const otherKinds: readonly (readonly [RegExp, string])[] = [
  [/\.lora_(A|B|down|up)\b|^lora_/, "a LoRA adapter. Give it as an adapter beside a base model"],
  [/^(emb_params|clip_l|clip_g|<.*>)$/, "a textual-inversion embedding, not a model"],
  [
    /^(down_blocks|encoder\.(down_blocks|layers)|text_model|embeddings)\./,
    "one component of a model. Name its whole folder",
  ],
  [/^(encoder\.block|enc\.blk)\./, "a T5 text encoder alone. Name a whole checkpoint"],
  [/^(first_stage_model\.)?(decoder|encoder)\.(up|down)\./, "a VAE alone. Name a whole checkpoint"],
];

const crossAttention =
  "model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight";

/**
 * The family of a single-file checkpoint: by its text encoders where it has a UNet, which look alike in several
 * families, else by its denoiser. Whether all its parts are there is not asked here.
 * @throws AtelierError `weights` when it is a checkpoint of no known family.
 */
export function detectSingleFile(
  path: string,
  entries: ReadonlyMap<string, SafetensorsEntry>,
): ModelFamily {
  const names = [...entries.keys()];
  const isUNet = names.some((name) => unetWeight.test(name));
  const family = isUNet ? familyOfEncoders(entries, names) : undefined;
  if (family !== undefined) return family;
  const kindIn = (kinds: typeof otherKinds) =>
    kinds.find(([pattern]) => names.some((name) => pattern.test(name)));
  const foreign = kindIn(foreignModels);
  if (foreign !== undefined) throw refuse(path, foreign[1]);
  const owner = familyList.find(({ singleFile }) => singleFile.owns(entries));
  if (owner !== undefined) return owner;
  if (isUNet) {
    const width = entries.get(crossAttention)?.shape[1];
    const guess = width === undefined ? "" : ` (cross-attention width ${width})`;
    throw refuse(path, `a UNet without its text encoder${guess}. Use the full version of the file`);
  }
  const sample = names.slice(0, 3).join(", ") || "no tensors";
  throw refuse(
    path,
    kindIn(otherKinds)?.[1] ?? `tensors of an unknown kind (${sample}). Check the file`,
  );
}

/** Weights of the denoiser itself; adapters go on behind the name of a layer. */
const unetWeight = /^model\.diffusion_model\.input_blocks\.\d+\.0\.(in_layers\.2\.)?weight$/;
const transformerWeight =
  /^(model\.diffusion_model\.)?((double_blocks\.\d+\.img_attn|joint_blocks\.\d+\.x_block\.attn)\.qkv|transformer_blocks\.\d+\.attn\.to_q)\.weight$/;

/** Whether a file holds the denoiser of a checkpoint, whatever else has strayed into it. */
export function hasDenoiser(entries: ReadonlyMap<string, unknown>): boolean {
  return [...entries.keys()].some((name) => unetWeight.test(name) || transformerWeight.test(name));
}

/**
 * The family by the text encoders. Mergers leave those of other models in a file; then the one counts whose
 * denoiser it is.
 */
function familyOfEncoders(
  entries: ReadonlyMap<string, SafetensorsEntry>,
  names: readonly string[],
): ModelFamily | undefined {
  // Those of transformers are known by names of their own.
  const alike = familyList.filter(({ singleFile }) =>
    singleFile.parts.every(({ bare }) => bare === undefined),
  );
  const present = alike.filter(({ textEncoders, singleFile }) => {
    const parts = singleFile.parts.filter(({ component }) =>
      textEncoders.some((encoder) => encoder.component === component),
    );
    return parts.every((part) => prefixOf(part, names) !== undefined);
  });
  return present.length < 2
    ? present[0]
    : present.find((family) => family.singleFile.owns(entries));
}

function refuse(path: string, got: string): AtelierError {
  return new AtelierError(
    "weights",
    said`${path}: expected a checkpoint of ${familyTitles}, got ${got}.`,
  );
}
