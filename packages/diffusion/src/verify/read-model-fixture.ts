/**
 * @file Reads a model fixture: a safetensors file with weights `w.*`, inputs `in.*`, outputs `out.*`
 * and, where gradients are stored, `target`, `loss` and `grad.*`. The config is in its metadata, with
 * `mixed_precision` and `loss_scale` where they were computed so.
 */

import {
  AtelierError,
  type FloatTensor,
  floatTensor,
  type HostTensor,
  said,
} from "@atelier/engine";
import type { SafetensorsFile } from "../files/safetensors/open-safetensors.js";

/** Whether a file is laid out as a model fixture. */
export function isModelFixture(file: SafetensorsFile): boolean {
  return file.metadata.has("config") && namesBelow(file, "w.").length > 0;
}

/** A model fixture in memory. */
export interface ModelFixture {
  readonly path: string;
  readonly config: unknown;
  readonly className: string | undefined;
  /** Under the names that models ask for. */
  readonly weights: ReadonlyMap<string, FloatTensor>;
  readonly gradients: ReadonlyMap<string, FloatTensor>;
  readonly inputs: ReadonlyMap<string, HostTensor>;
  readonly outputs: ReadonlyMap<string, FloatTensor>;
  readonly target: FloatTensor | undefined;
  readonly loss: FloatTensor | undefined;
  /** Of one under mixed precision: what its loss was multiplied by before gradients, which are as without. */
  readonly lossScale: number | undefined;
}

/**
 * Reads a model fixture.
 * @throws AtelierError `format` for a config that is no JSON, `dtype` for weights that are no floats.
 */
export async function readModelFixture(file: SafetensorsFile): Promise<ModelFixture> {
  const config = parseConfig(file);
  const floats = async (prefix: string): Promise<Map<string, FloatTensor>> =>
    new Map(
      await Promise.all(
        namesBelow(file, prefix).map(
          async (name) =>
            [name.slice(prefix.length), await file.readFloat32(name)] satisfies [string, unknown],
        ),
      ),
    );
  const optional = (name: string) => (file.entries.has(name) ? file.readFloat32(name) : undefined);
  const inputs = new Map<string, HostTensor>();
  for (const name of namesBelow(file, "in.")) inputs.set(name.slice(3), await file.read(name));
  const timestep = inputs.get("timestep");
  if (timestep !== undefined) inputs.set("timestep", asFloats(timestep));
  return {
    path: file.path,
    config,
    className: classNameOf(config),
    weights: renameKeys(await floats("w.")),
    gradients: renameKeys(await floats("grad.")),
    inputs,
    outputs: await floats("out."),
    target: await optional("target"),
    loss: await optional("loss"),
    lossScale: lossScaleOf(file),
  };
}

function namesBelow(file: SafetensorsFile, prefix: string): string[] {
  // `position_ids` is a list of numbers that old CLIP files carry along.
  return [...file.entries.keys()].filter(
    (name) => name.startsWith(prefix) && !name.endsWith(".position_ids"),
  );
}

function lossScaleOf({ metadata }: SafetensorsFile): number | undefined {
  return metadata.get("mixed_precision") === "fp16"
    ? Number(metadata.get("loss_scale") ?? 1)
    : undefined;
}

function parseConfig(file: SafetensorsFile): unknown {
  try {
    return JSON.parse(file.metadata.get("config") ?? "");
  } catch (cause) {
    throw new AtelierError(
      "format",
      said`${file.path}: expected the model's config as JSON in the metadata field "config", got something else. Write the fixture again.`,
      { cause },
    );
  }
}

function classNameOf(config: unknown): string | undefined {
  if (typeof config !== "object" || config === null) return undefined;
  const entries: readonly (readonly [string, unknown])[] = Object.entries(config);
  const value = entries.find(([key]) => key === "_class_name" || key === "model_type")?.[1];
  return typeof value === "string" ? value : undefined;
}

/** Newer transformers leave out the `text_model.` that released CLIP text encoders have. */
function renameKeys(tensors: ReadonlyMap<string, FloatTensor>): Map<string, FloatTensor> {
  const isBare = [...tensors.keys()].some((name) => name.startsWith("embeddings."));
  return new Map(
    [...tensors].map(([name, tensor]) => [isBare ? `text_model.${name}` : name, tensor]),
  );
}

/** A tensor of numbers as float32. */
export function asFloats({ data, shape }: HostTensor): FloatTensor {
  return floatTensor(Float32Array.from<number | bigint>(data, Number), shape);
}
