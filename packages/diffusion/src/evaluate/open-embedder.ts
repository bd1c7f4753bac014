/**
 * @file Opens a published picture encoder, a CLIP or a DINOv2, from a folder as transformers writes it: config.json,
 * weights, preprocessor_config.json, and the tokenizer's files beside a CLIP.
 */

import { AtelierError, type FileStore, type Runtime, said } from "@atelier/engine";
import { isJsonObject } from "../core/json-object.js";
import { readJson } from "../core/read-text.js";
import { displayName } from "../pipeline/display-name.js";
import { openClip } from "./open-clip.js";
import { openDinov2 } from "./open-dinov2.js";
import type { OpenEncoder, OpenedEmbedder } from "./open-encoder.js";

/** Options of {@link openEmbedder}. */
export interface OpenEmbedderOptions {
  readonly runtime: Runtime;
  /** What scores call the encoder; the folder's name by default. */
  readonly name?: string | undefined;
  /** Of the weights, `fp16`; the plain ones where there is none. */
  readonly variant?: string | undefined;
}

/** By `model_type`. */
const encoders: ReadonlyMap<unknown, OpenEncoder> = new Map([
  ["clip", openClip],
  ["dinov2", openDinov2],
]);

/** What people may take for one of them. */
const others: ReadonlyMap<unknown, string> = new Map([
  ["atelier_picture_encoder", "one half of a base's own judge"],
  ["clip_text_model", "the half of a CLIP that reads"],
  ["clip_vision_model", "the half of a CLIP that sees"],
  ["dinov2_with_registers", "a DINOv2 with registers"],
  ["dinov3_vit", "a DINOv3"],
  ["siglip", "a SigLIP"],
  ["siglip2", "a SigLIP 2"],
  ["vit", "a ViT, as the first DINO is"],
]);

/**
 * Opens the encoder in a folder. No file stays open; weights that the runtime maps are read when they are first used,
 * so that their file must stay in its place.
 * @throws AtelierError `file` where a part is missing, `format` for damaged files, `config` for models and settings
 *   that are not supported, `weights` for tensors that belong to another model.
 * @example
 * await using clip = await openEmbedder(nodeFiles, "clip-vit-base-patch32", { runtime });
 */
export async function openEmbedder(
  files: FileStore,
  folder: string,
  { runtime, name = displayName(folder), variant }: OpenEmbedderOptions,
): Promise<OpenedEmbedder> {
  const path = files.join(folder, "config.json");
  const config = await readConfigJson(files, folder, path);
  const type = isJsonObject(config) ? config["model_type"] : undefined;
  const open = encoders.get(type);
  if (open !== undefined) return open(files, { folder, config, name, runtime, variant });
  const other = others.get(type) ?? (typeof type === "string" ? type : "no model_type");
  throw new AtelierError(
    "config",
    said`${path}: expected a CLIP (model_type clip) or a DINOv2 (dinov2), got ${other}. Use a folder of such a model.`,
    { context: { folder } },
  );
}

async function readConfigJson(files: FileStore, folder: string, path: string): Promise<unknown> {
  if ((await files.stat(path))?.kind === "file") return readJson(files, path);
  const kind = (await files.stat(folder))?.kind;
  const names = kind === "folder" ? (await files.list(folder)).map((entry) => entry.name) : [];
  const isModel = names.includes("model_index.json");
  const got =
    kind !== "folder"
      ? `${kind === undefined ? "nothing" : "a file"} at this path`
      : isModel
        ? "a model that draws (model_index.json)"
        : names.slice(0, 5).join(", ") || "an empty folder";
  throw new AtelierError(
    "file",
    said`${folder}: expected the folder of a CLIP or DINOv2 with its config.json, got ${got}. Name the folder that transformers saved or the Hub has.`,
    { context: { folder } },
  );
}
