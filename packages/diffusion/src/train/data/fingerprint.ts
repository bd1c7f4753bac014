/** @file Names for models' weights: two share one only if every stored value is the same. */

import { byteView, type FileStore, type ParameterSource, type ReadableFile } from "@atelier/engine";
import { settingsKey, sha256Hex } from "../../core/content-hash.js";
import { widenToFloat32 } from "../../files/safetensors/float-codec.js";
import { safetensorsDTypeOf } from "../../files/safetensors/safetensors-dtype.js";
import {
  type ComponentName,
  componentParameters,
  type PipelineConfigs,
} from "../../pipeline/graphs.js";
import type { Pipeline } from "../../pipeline/pipeline.js";
import { createProgress } from "../events/progress.js";
import { requireGoing } from "../events/stop.js";
import type { ProgressEvent } from "../events/train-event.js";

/** Hashes of a pipeline's parameters, by model and name. */
export type WeightHashes = Readonly<Record<ComponentName, Readonly<Record<string, string>>>>;

const components = ["unet", "text_encoder", "vae"] as const;

/** Of the parameters that are hashed side by side. */
const groupBytes = 128 * 2 ** 20;

/**
 * Hashes all weights of a pipeline, which takes seconds for gigabytes.
 * @throws AtelierError `file` when a mapped parameter cannot be read, `aborted` on the signal.
 */
export async function* hashWeights(
  files: FileStore,
  pipeline: Pipeline,
  signal: AbortSignal | undefined,
): AsyncGenerator<ProgressEvent, WeightHashes, undefined> {
  const counts = components.map(
    (component) => componentParameters(pipeline.configs, component).length,
  );
  const progress = createProgress(
    "weights",
    counts.reduce((sum, count) => sum + count, 0),
  );
  const hashes: Record<ComponentName, Record<string, string>> = {
    unet: {},
    text_encoder: {},
    vae: {},
  };
  for (const component of components) {
    await using reader = createReader(files);
    for (const group of groupsOf(await pipeline.parameters(component))) {
      requireGoing(signal);
      const hashed = group.map(async ([name, source]) => [
        name,
        await sha256Hex(await reader.read(source)),
      ]);
      Object.assign(hashes[component], Object.fromEntries(await Promise.all(hashed)));
      yield progress.next(group.length);
    }
  }
  return hashes;
}

/** The name of weights that are used with a config. */
export function fingerprint(
  hashes: Readonly<Record<string, string>>,
  config: object,
): Promise<string> {
  return settingsKey({ config: JSON.stringify(config), hashes });
}

type Parameter = readonly [name: string, source: ParameterSource];

function* groupsOf(parameters: Iterable<Parameter>): Generator<Parameter[], void, undefined> {
  let group: Parameter[] = [];
  let bytes = 0;
  for (const parameter of parameters) {
    group.push(parameter);
    bytes += bytesIn(parameter[1]);
    if (bytes < groupBytes) continue;
    yield group;
    [group, bytes] = [[], 0];
  }
  if (group.length > 0) yield group;
}

const bytesIn = (source: ParameterSource): number =>
  "path" in source ? source.byteLength : source.data.byteLength;

/** Reads parameters as float32, so that equal values have one name however they are stored. Opens each file once. */
function createReader(
  files: FileStore,
): AsyncDisposable & { read(source: ParameterSource): Promise<Uint8Array> } {
  const open = new Map<string, Promise<ReadableFile>>();
  return {
    async read(source) {
      if (!("path" in source)) return byteView(source.data);
      const file = open.get(source.path) ?? files.open(source.path);
      open.set(source.path, file);
      const bytes = await (await file).read(source.byteOffset, source.byteLength);
      return byteView(widenToFloat32(bytes, safetensorsDTypeOf[source.dtype ?? "float32"]));
    },
    async [Symbol.asyncDispose]() {
      for (const opening of open.values()) {
        // What could not be opened has failed where it was read.
        const file = await opening.catch(() => undefined);
        await file?.close();
      }
    },
  };
}

/** The name of every model. */
export async function fingerprints(
  hashes: WeightHashes,
  configs: PipelineConfigs,
): Promise<Record<ComponentName, string>> {
  return {
    unet: await fingerprint(hashes.unet, configs),
    text_encoder: await fingerprint(hashes.text_encoder, configs),
    vae: await fingerprint(hashes.vae, configs),
  };
}
