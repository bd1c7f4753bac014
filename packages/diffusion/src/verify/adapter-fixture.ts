/**
 * @file Checks an adapter fixture: an adapter that PEFT put on a linear layer and a convolution,
 * with the layers' outputs, the gradients of mean(lin²) + mean(conv²) and the merged weights.
 */

import {
  AtelierError,
  add,
  createWeights,
  type FloatTensor,
  floatTensor,
  type GraphNode,
  gradients,
  input,
  mean,
  type NodeOf,
  nn,
  parametersOf,
  type Runtime,
  said,
  square,
  type TensorMap,
  type Weights,
} from "@atelier/engine";
import { mapParts, partEntries, partOf } from "../core/adapter-parts.js";
import { type LoraModule, makeLoraModule, rankOf } from "../core/lora-weights.js";
import {
  alphaOf,
  type LoraConfig,
  parseAdapterConfig,
  rankOfConfig,
} from "../files/adapter/lora-config.js";
import { type LoraKey, parseLoraKey } from "../files/adapter/lora-keys.js";
import type { SafetensorsFile } from "../files/safetensors/open-safetensors.js";
import { type LoraLayer, loraOverlay, loraParameterNames } from "../tuning/lora-overlay.js";
import { adapterMethods } from "../tuning/methods/methods.js";
import {
  compareTensors,
  type FixtureCheck,
  gradientTolerance,
  outputTolerance,
  worstOf,
} from "./fixture-check.js";

const adapterPrefix = "adapter.base_model.model.";
const gradientPrefix = "grad.base_model.model.";
/** Layers of a fixture belong to this component, since adapter parameters name one. */
const component = "fixture";

/** Whether a file is laid out as an adapter fixture. */
export function isAdapterFixture(file: SafetensorsFile): boolean {
  const names = [...file.entries.keys()];
  return ["base.", adapterPrefix, "out."].every((prefix) =>
    names.some((name) => name.startsWith(prefix)),
  );
}

/**
 * Compares outputs, gradients and merged weights with the stored ones; adapters of no known method are
 * skipped.
 * @throws AtelierError `format` for a config that is none of PEFT's, `shape` or `weights` for
 *   tensors that do not fit each other.
 */
export async function verifyAdapterFixture(
  name: string,
  file: SafetensorsFile,
  runtime: Runtime,
): Promise<FixtureCheck[]> {
  const other = otherKind(file);
  if (other !== undefined) {
    return [{ status: "skip", name, detail: `${other} comes later` }];
  }
  const modules = await readModules(file);
  const outputs = buildOutputs(file, modules);
  const loss = Object.values(outputs)
    .map((node) => mean(square(node)))
    .reduce((sum, term) => add(sum, term));
  const sources = parametersOf({ outputs: { loss } });
  const trained = sources.filter(({ attributes }) => attributes.name.startsWith(component));
  const cotangents = Object.fromEntries(
    gradients(loss, trained).map((node, index) => [
      `grad:${trained[index]?.attributes.name ?? ""}`,
      node,
    ]),
  );
  const merged = mergedWeights(file, modules, sources);
  const graph = { outputs: { ...prefixed("out.", outputs), ...cotangents, ...merged } };
  const parameters = await parametersFrom(file, modules);
  await using compiled = await runtime.compile(graph, { parameters });
  const results = await compiled.run(await inputsFrom(file));
  const check = async (key: string, output = key): Promise<FixtureCheck> => {
    const stored = await file.readFloat32(key);
    const result = results[output];
    const actual = result?.dtype === "float32" ? result : floatTensor([], [0]);
    // PEFT keeps magnitudes of convolutions with axes of extent 1 around.
    const isReshaped = key !== output && actual.data.length === stored.data.length;
    const expected = isReshaped ? floatTensor(stored.data, actual.shape) : stored;
    const tolerance = key === output ? outputTolerance : gradientTolerance;
    return compareTensors(`${name} ${key}`, { actual, expected }, tolerance);
  };
  const stored = (prefix: string) =>
    [...file.entries.keys()].filter((key) => key.startsWith(prefix));
  const gradientChecks = stored(gradientPrefix).map((key) => check(key, gradientName(key)));
  return [
    ...(await Promise.all(stored("out.").map((key) => check(key)))),
    worstOf(`${name} gradients`, await Promise.all(gradientChecks)),
    worstOf(`${name} merged`, await Promise.all(Object.keys(merged).map((key) => check(key)))),
  ];
}

/** What an adapter is when it is none of the LoRA family. */
function otherKind(file: SafetensorsFile): string | undefined {
  const keys = [...file.entries.keys()].filter((key) => key.startsWith(adapterPrefix));
  for (const key of keys) {
    const parsed = parseLoraKey(withoutName(key));
    if (parsed?.unsupported !== undefined) return parsed.unsupported;
    if (parsed?.part === undefined) return `an adapter with "${key}"`;
  }
  return undefined;
}

/** PEFT keeps the adapter's name, `default`, in the keys of a model. */
const withoutName = (key: string): string => key.replace(/\.default(?=$|\.weight$)/, "");

function configOf(file: SafetensorsFile): LoraConfig {
  const [config] = parseAdapterConfig(file.path, file.metadata.get("config") ?? "").values();
  if (config !== undefined) return config;
  throw new AtelierError("format", said`${file.path}: expected PEFT's config in the metadata.`);
}

/** The adapters of the layers by their path, with the strength that PEFT gives them. */
async function readModules(file: SafetensorsFile): Promise<Map<string, LoraModule>> {
  const config = configOf(file);
  const found = new Map<string, { readonly key: string; readonly parsed: LoraKey }[]>();
  for (const key of file.entries.keys()) {
    const parsed = key.startsWith(adapterPrefix) ? parseLoraKey(withoutName(key)) : undefined;
    if (parsed === undefined) continue;
    const path = parsed.module.slice(adapterPrefix.length);
    found.set(path, [...(found.get(path) ?? []), { key, parsed }]);
  }
  const modules = new Map<string, LoraModule>();
  for (const [path, entries] of found) {
    const parts: Record<string, FloatTensor> = {};
    for (const { key, parsed } of entries) {
      const tensor = await file.readFloat32(key);
      const flat = parsed.part === "magnitude" ? [tensor.data.length] : tensor.shape;
      if (parsed.part !== undefined) parts[parsed.part] = floatTensor(tensor.data, flat);
    }
    const method = config.usesDora ? "dora" : (entries[0]?.parsed.method ?? "lora");
    const rank = rankOf(parts) ?? rankOfConfig(config, path);
    const alpha = alphaOf(config, path, rank);
    modules.set(path, makeLoraModule(`${file.path}: ${path}`, { method, parts, alpha, rank }));
  }
  return modules;
}

/** A linear layer reads `in.x`, a convolution `in.y` with the padding that keeps its extent. */
function buildOutputs(
  file: SafetensorsFile,
  modules: ReadonlyMap<string, LoraModule>,
): Record<string, GraphNode> {
  const layers = new Map(
    [...modules].map(([path, { method, parts, alpha, rank }]): [string, LoraLayer] => [
      path,
      { method, shapes: mapParts(parts, ({ shape }) => shape), scale: alpha / rank },
    ]),
  );
  const weights = createWeights({ prefix: "base.", overlay: loraOverlay({ layers, component }) });
  const outputs: Record<string, GraphNode> = {};
  for (const [key, { shape }] of file.entries) {
    const path = /^base\.(.+)\.weight$/.exec(key)?.[1];
    if (path === undefined) continue;
    outputs[path] = buildLayer(file, weights.scope(path), shape);
  }
  return outputs;
}

function buildLayer(file: SafetensorsFile, weights: Weights, shape: readonly number[]): GraphNode {
  const [out = 0, , kernel = 1] = shape;
  const bias = file.entries.has(`base.${weights.path}.bias`);
  if (shape.length === 2) return nn.linear(weights, inputNode(file, "in.x"), out, { bias });
  return nn.conv(weights, inputNode(file, "in.y"), out, {
    kernel,
    padding: (kernel - 1) / 2,
    bias,
  });
}

function inputNode(file: SafetensorsFile, name: string): GraphNode {
  const entry = file.entries.get(name);
  if (entry !== undefined) return input(name, entry.shape);
  throw new AtelierError("format", said`${file.path}: expected an input ${name}, got none.`);
}

/** The merged weight of every adapted layer, under the names `merged.<layer>.weight`. */
function mergedWeights(
  file: SafetensorsFile,
  modules: ReadonlyMap<string, LoraModule>,
  parameters: readonly NodeOf<"parameter">[],
): Record<string, GraphNode> {
  const nodes = new Map(parameters.map((node) => [node.attributes.name, node]));
  const merged: Record<string, GraphNode> = {};
  for (const [path, { method, parts, alpha, rank }] of modules) {
    const name = `merged.${path}.weight`;
    const weight = nodes.get(`base.${path}.weight`);
    if (!file.entries.has(name) || weight === undefined) continue;
    const names = loraParameterNames(`${component}.${path}`, method);
    const own = mapParts(parts, (_, part) => nodes.get(partOf(names, part)) ?? weight);
    merged[name] = adapterMethods[method].merged(weight, own, { scale: alpha / rank, strength: 1 });
  }
  return merged;
}

/** Base weights and adapter parts under the names that the graph asks for. */
async function parametersFrom(
  file: SafetensorsFile,
  modules: ReadonlyMap<string, LoraModule>,
): Promise<Map<string, FloatTensor>> {
  const parameters = new Map<string, FloatTensor>();
  for (const key of file.entries.keys()) {
    if (key.startsWith("base.")) parameters.set(key, await file.readFloat32(key));
  }
  for (const [path, { method, parts }] of modules) {
    const names = loraParameterNames(`${component}.${path}`, method);
    for (const [part, tensor] of partEntries(parts)) parameters.set(partOf(names, part), tensor);
  }
  return parameters;
}

async function inputsFrom(file: SafetensorsFile): Promise<TensorMap> {
  const names = [...file.entries.keys()].filter((name) => name.startsWith("in."));
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await file.readFloat32(name)] as const)),
  );
}

/** The graph's gradient that a stored one is compared with. */
function gradientName(key: string): string {
  const parsed = parseLoraKey(withoutName(key));
  const path = parsed?.module.slice(gradientPrefix.length) ?? "";
  const isMagnitude = parsed?.part === "magnitude";
  const suffix = isMagnitude
    ? "lora_magnitude_vector"
    : withoutName(key).slice(`${gradientPrefix}${path}.`.length);
  return `grad:${component}.${path}.${suffix}`;
}

function prefixed(
  prefix: string,
  nodes: Readonly<Record<string, GraphNode>>,
): Record<string, GraphNode> {
  return Object.fromEntries(Object.entries(nodes).map(([name, node]) => [prefix + name, node]));
}
