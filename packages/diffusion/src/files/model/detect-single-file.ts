/** @file Tells which family a single .safetensors file is a checkpoint of, or what it is instead. */

import { AtelierError, said } from "@atelier/engine";
import { option } from "../../core/option-words.js";
import type { SafetensorsEntry } from "../../core/weights.js";
import { familyList } from "../../families/families.js";
import type { ModelFamily } from "../../families/family.js";
import { vaePrefix } from "../../families/keys/single-file-layout.js";

/** Names that only one kind of file has, and what to do with such a file: those of whole models. */
const foreignModels: readonly (readonly [RegExp, string])[] = [
  [/(^|\.)joint_blocks\.\d+\./, "a Stable Diffusion 3 checkpoint, which is not supported"],
  [/(^|\.)double_blocks\.\d+\.img_attn\./, "a FLUX checkpoint, which is not supported"],
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
    /^(down_blocks|encoder|text_model|embeddings)\./,
    "one component of a model. Name its whole folder",
  ],
  [/^(first_stage_model\.)?(decoder|encoder)\.(up|down)\./, "a VAE alone. Name a whole checkpoint"],
];

const crossAttention =
  "model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight";

/**
 * The family of a single-file checkpoint.
 * @param needsVae whether there is no other autoencoder for it
 * @throws AtelierError `weights` when it is no SD 1.x, SD 2.x or SDXL checkpoint with all its parts.
 */
export function detectSingleFile(
  path: string,
  entries: ReadonlyMap<string, SafetensorsEntry>,
  { needsVae = true }: { readonly needsVae?: boolean } = {},
): ModelFamily {
  const names = [...entries.keys()];
  const has = (prefix: string) => names.some((name) => name.startsWith(prefix));
  const family = familyOfParts(entries, has);
  if (family !== undefined && hasUNet(entries)) {
    if (has(vaePrefix) || !needsVae) return family;
    throw refuse(
      path,
      `a checkpoint without a VAE. Name one with ${option("base.vae")}, or use the full version of the file`,
    );
  }
  const kindIn = (kinds: typeof otherKinds) =>
    kinds.find(([pattern]) => names.some((name) => pattern.test(name)));
  const foreign = kindIn(foreignModels);
  if (foreign !== undefined) throw refuse(path, foreign[1]);
  const owner = familyList.find(({ singleFile }) => singleFile.owns(entries));
  if (owner !== undefined) {
    const missing = textPrefixes(owner).filter(([, prefix]) => !has(prefix));
    const parts = missing.map(([component, prefix]) => `${component} (${prefix}…)`);
    throw refuse(
      path,
      `a ${owner.title} checkpoint without its ${parts.join(" and ")}. Use the full version of the file`,
    );
  }
  if (hasUNet(entries)) {
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

/** Weights of the UNet itself; adapters go on behind the name of a layer. */
const ownWeight = /^model\.diffusion_model\.input_blocks\.\d+\.0\.(in_layers\.2\.)?weight$/;

/** Whether a file holds the UNet of a checkpoint, whatever else has strayed into it. */
export function hasUNet(entries: ReadonlyMap<string, unknown>): boolean {
  return [...entries.keys()].some((name) => ownWeight.test(name));
}

/**
 * The family by the text encoders. Mergers leave those of other models in a file; then the one counts whose
 * denoiser it is.
 */
function familyOfParts(
  entries: ReadonlyMap<string, SafetensorsEntry>,
  has: (prefix: string) => boolean,
): ModelFamily | undefined {
  const present = familyList.filter((family) =>
    textPrefixes(family).every(([, prefix]) => has(prefix)),
  );
  return present.length < 2
    ? present[0]
    : present.find((family) => family.singleFile.owns(entries));
}

/** Where the text encoders of a family stand. */
function textPrefixes({ textEncoders, singleFile }: ModelFamily): (readonly [string, string])[] {
  const names: readonly string[] = textEncoders.map(({ component }) => component);
  return singleFile.parts
    .filter(({ component }) => names.includes(component))
    .map(({ component, prefix }) => [component, prefix]);
}

function refuse(path: string, got: string): AtelierError {
  return new AtelierError(
    "weights",
    said`${path}: expected a Stable Diffusion 1.x, 2.x or SDXL checkpoint, got ${got}.`,
  );
}
