/** @file What the metadata of a single file hold: the configs that Atelier stores, and what others say. */

import { AtelierError, said, shorten } from "@atelier/engine";
import { z } from "zod";
import type { ComponentName } from "../../core/component-name.js";
import { type GenerationConfig, parseGenerationConfig } from "../../core/generation-config.js";
import { isJsonObject } from "../../core/json-object.js";
import type { ConfigObject } from "../../core/read-config.js";
import { type Configs, componentNamed } from "../../families/components.js";
import { configsMetadataKey } from "../../families/keys/single-file-layout.js";
import type { SafetensorsFile } from "../safetensors/open-safetensors.js";

/** The configs of a model folder; how to draw with it is checked already, how to train it is not. */
export interface StoredConfigs {
  readonly components: Readonly<Partial<Record<ComponentName, unknown>>>;
  readonly scheduler?: unknown;
  /** Fields of model_index.json beside the components. */
  readonly index: ConfigObject | undefined;
  readonly generation: GenerationConfig;
  readonly training: ConfigObject | undefined;
}

/**
 * Configs in the metadata of a file written by Atelier; of others none.
 * @throws AtelierError `format`, `config` when they are damaged.
 */
export function readStoredConfigs({ path, metadata }: SafetensorsFile): StoredConfigs {
  const json = metadata.get(configsMetadataKey) ?? "{}";
  const { generation = {}, training, scheduler, index, ...components } = parse(path, json);
  return {
    components,
    scheduler,
    index: isJsonObject(index) ? index : undefined,
    generation: parseGenerationConfig(generation, path),
    training: isJsonObject(training) ? training : undefined,
  };
}

/** The stored config of a component under its name. @throws AtelierError `config`. */
export function storedConfigOf(
  { components }: StoredConfigs,
  name: ComponentName,
): Configs | undefined {
  const json = components[name];
  return json === undefined ? undefined : { [name]: componentNamed(name).readConfig(json) };
}

function parse(path: string, json: string): Readonly<Record<string, unknown>> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(json));
  } catch (cause) {
    throw new AtelierError(
      "format",
      said`${path}: expected a JSON object in the metadata "${configsMetadataKey}", got ${shorten(json, 40)}. Write the file again.`,
      { cause },
    );
  }
}

/** Entries that describe the bytes of one file, or that are written anew. */
const boundToFile: ReadonlySet<string> = new Set([
  "format",
  configsMetadataKey,
  "sshs_model_hash",
  "sshs_legacy_hash",
  "modelspec.hash_sha256",
]);

/** The metadata that stay true when the model is written to another file: title, author, licence … */
export function portableMetadata(metadata: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...metadata].filter(([key]) => !boundToFile.has(key)));
}
