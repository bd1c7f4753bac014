/** @file Tells which family a single .safetensors file is a checkpoint of, or what it is instead. */

import { AtelierError } from "@atelier/engine";
import type { CheckpointFamily } from "../../core/model-files.js";
import { textParts } from "../../families/keys/single-file-layout.js";
import type { SafetensorsEntry } from "../safetensors/open-safetensors.js";

/** Names that only one kind of file has, most telling first, and what to do with such a file. */
const otherKinds: readonly (readonly [RegExp, string])[] = [
  [/(^|\.)joint_blocks\.\d+\./, "a Stable Diffusion 3 checkpoint, which is not supported"],
  [/(^|\.)double_blocks\.\d+\.img_attn\./, "a FLUX checkpoint, which is not supported"],
  [/^conditioner\.embedders\.0\.model\./, "an SDXL refiner, which is not supported"],
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
 * @throws AtelierError `weights` when it is no SD 1.x, SD 2.x or SDXL checkpoint with all its parts.
 */
export function detectSingleFile(
  path: string,
  entries: ReadonlyMap<string, SafetensorsEntry>,
): CheckpointFamily {
  const names = [...entries.keys()];
  const has = (prefix: string) => names.some((name) => name.startsWith(prefix));
  const family = familyOfParts(entries, has);
  if (family !== undefined && hasUNet(entries)) {
    if (has("first_stage_model.")) return family;
    throw refuse(path, "a checkpoint without a VAE. Use the full version of the file");
  }
  if (hasUNet(entries)) {
    const width = entries.get(crossAttention)?.shape[1];
    const guess = width === undefined ? "" : ` (cross-attention width ${width})`;
    throw refuse(path, `a UNet without its text encoder${guess}. Use the full version of the file`);
  }
  const kind = otherKinds.find(([pattern]) => names.some((name) => pattern.test(name)));
  const sample = names.slice(0, 3).join(", ") || "no tensors";
  throw refuse(path, kind?.[1] ?? `tensors of an unknown kind (${sample}). Check the file`);
}

/** Weights of the UNet itself; adapters go on behind the name of a layer. */
const ownWeight = /^model\.diffusion_model\.input_blocks\.\d+\.0\.(in_layers\.2\.)?weight$/;

/** Whether a file holds the UNet of a checkpoint, whatever else has strayed into it. */
export function hasUNet(entries: ReadonlyMap<string, unknown>): boolean {
  return [...entries.keys()].some((name) => ownWeight.test(name));
}

/**
 * The family by the text encoders. Mergers leave those of other models in a file; then the one counts whose
 * states are as wide as what the UNet reads.
 */
function familyOfParts(
  entries: ReadonlyMap<string, SafetensorsEntry>,
  has: (prefix: string) => boolean,
): CheckpointFamily | undefined {
  const present: CheckpointFamily[] = [
    ...(has("conditioner.embedders.0.transformer.") && has("conditioner.embedders.1.model.")
      ? ["sdxl" as const]
      : []),
    ...(has("cond_stage_model.model.") ? ["sd2" as const] : []),
    ...(has("cond_stage_model.transformer.") ? ["sd1" as const] : []),
  ];
  if (present.length < 2) return present[0];
  if (present.includes("sdxl") && has("model.diffusion_model.label_emb.")) return "sdxl";
  const read = entries.get(crossAttention)?.shape[1];
  return present.find((family) => family !== "sdxl" && widthOf(entries, family) === read);
}

/** The width of the text states of SD 1.x or 2.x. */
function widthOf(
  entries: ReadonlyMap<string, SafetensorsEntry>,
  family: "sd1" | "sd2",
): number | undefined {
  const [{ prefix } = { prefix: "" }] = textParts[family];
  const table = [...entries].find(
    ([name]) => name.startsWith(prefix) && name.endsWith("token_embedding.weight"),
  );
  return table?.[1].shape[1];
}

function refuse(path: string, got: string): AtelierError {
  return new AtelierError(
    "weights",
    `${path}: expected a Stable Diffusion 1.x, 2.x or SDXL checkpoint, got ${got}.`,
  );
}
