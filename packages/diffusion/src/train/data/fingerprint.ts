/** @file Names for models' weights: two share one only if every stored value is the same. */

import {
  byteView,
  type FilePlace,
  type FileStore,
  openOnce,
  type ParameterSource,
  readFloats,
} from "@atelier/engine";
import type { ComponentName, TextEncoderName } from "../../core/component-name.js";
import { settingsKey, sha256Hex } from "../../core/content-hash.js";
import { componentParameters } from "../../families/layers.js";
import { presentComponents } from "../../families/model-files.js";
import { keepHashes } from "../../files/kept-hashes.js";
import type { Pipeline } from "../../pipeline/pipeline.js";
import { createProgress } from "../events/progress.js";
import { requireGoing } from "../events/stop.js";
import type { ProgressEvent } from "../events/train-event.js";

/** Hashes of a pipeline's parameters, by model and name. */
export type WeightHashes = Readonly<
  Partial<Record<ComponentName, Readonly<Record<string, string>>>>
>;

/** Of the parameters that are hashed side by side. */
const groupBytes = 128 * 2 ** 20;

/** How weights are hashed. */
export interface HashOptions {
  /** Where hashes of stored weights are kept. */
  readonly cacheFolder: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Hashes all weights of a pipeline, which takes seconds for gigabytes that were not hashed before.
 * @throws AtelierError `file` when a mapped parameter cannot be read, `aborted` on the signal.
 */
export async function* hashWeights(
  files: FileStore,
  pipeline: Pipeline,
  { cacheFolder, signal }: HashOptions,
): AsyncGenerator<ProgressEvent, WeightHashes, undefined> {
  const components = presentComponents(pipeline.family, pipeline.configs);
  const counts = components.map(
    (component) => componentParameters(pipeline.configs, component).length,
  );
  const progress = createProgress(
    "weights",
    counts.reduce((sum, count) => sum + count, 0),
  );
  const hashes: Partial<Record<ComponentName, Record<string, string>>> = {};
  const kept = keepHashes(files, files.join(cacheFolder, "weight-hashes"));
  for (const component of components) {
    await using hasher = createHasher(files);
    const own: Record<string, string> = {};
    for (const group of groupsOf(await pipeline.parameters(component))) {
      requireGoing(signal);
      const hashed = group.map(async ([name, source]) => [
        name,
        await kept.of(source, () => hasher.hash(source)),
      ]);
      Object.assign(own, Object.fromEntries(await Promise.all(hashed)));
      yield progress.next(group.length);
    }
    hashes[component] = own;
  }
  await kept.save();
  return hashes;
}

/** A model without its weights. */
type Described = Pick<Pipeline, "family" | "configs">;

/** The name of a component's weights with its config. */
export function componentFingerprint(
  hashes: WeightHashes,
  { configs }: Described,
  component: ComponentName,
): Promise<string> {
  const own = hashes[component] ?? {};
  return settingsKey({ config: JSON.stringify(configs[component]), hashes: own });
}

/** The name of text encoders together. */
export async function textFingerprint(
  hashes: WeightHashes,
  model: Described,
  encoders: readonly TextEncoderName[],
): Promise<string> {
  const names = encoders.map((component) => componentFingerprint(hashes, model, component));
  return (await Promise.all(names)).join(" ");
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

/** Hashes parameters as float32, so that equal values have one name as floats of whatever width. Opens each file once. */
function createHasher(
  files: FileStore,
): AsyncDisposable & { hash(source: ParameterSource): Promise<string> } {
  const opened = openOnce(files);
  return {
    async hash(source) {
      if (!("path" in source)) return sha256Hex(byteView(source.data));
      const { dtype = "float32", scales } = source;
      const stored = async ({ path, byteOffset, byteLength }: FilePlace) =>
        (await opened.open(path)).sha256(byteOffset, byteLength);
      // What is packed is named by its codes: unpacking billions of them would take minutes.
      if (scales !== undefined) {
        return settingsKey({ dtype, codes: await stored(source), scales: await stored(scales) });
      }
      if (dtype === "float32") return stored(source);
      return sha256Hex(byteView(await readFloats(opened.open, source)));
    },
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

/** The name of every component. */
export async function fingerprints(
  hashes: WeightHashes,
  model: Described,
): Promise<Record<string, string>> {
  const names = presentComponents(model.family, model.configs).map(
    async (component) => [component, await componentFingerprint(hashes, model, component)] as const,
  );
  return Object.fromEntries(await Promise.all(names));
}
