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
  matmul,
  mean,
  mul,
  type NodeOf,
  nn,
  parametersOf,
  type Runtime,
  reshape,
  square,
  type TensorMap,
  type Weights,
} from "@atelier/engine";
import { alphaOf, type LoraConfig, parseAdapterConfig } from "../io/lora-files/lora-config.js";
import { parseLoraKey } from "../io/lora-files/lora-keys.js";
import type { SafetensorsFile } from "../io/safetensors/open-safetensors.js";
import { type LoraLayer, loraOverlay, loraParameterNames } from "../tuning/lora-overlay.js";
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
 * Compares outputs, gradients and merged weights with the stored ones; adapters other than LoRA
 * and rsLoRA are skipped.
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
  const config = configOf(file);
  const layers = adaptedLayers(file, config);
  const outputs = buildOutputs(file, layers);
  const loss = Object.values(outputs)
    .map((node) => mean(square(node)))
    .reduce((sum, term) => add(sum, term));
  const parameters = parametersOf({ outputs: { loss } });
  const trained = parameters.filter(({ attributes }) => attributes.name.startsWith(component));
  const cotangents = Object.fromEntries(
    gradients(loss, trained).map((node, index) => [
      gradientName(trained[index]?.attributes.name ?? ""),
      node,
    ]),
  );
  const merged = mergedWeights(file, layers, parameters);
  const graph = { outputs: { ...prefixed("out.", outputs), ...cotangents, ...merged } };
  await using compiled = await runtime.compile(graph, { parameters: await parametersFrom(file) });
  const results = await compiled.run(await inputsFrom(file));
  const check = async (key: string, gradient = false): Promise<FixtureCheck> => {
    const expected = await file.readFloat32(key);
    const result = results[key];
    const actual = result?.dtype === "float32" ? result : floatTensor([], [0]);
    const tolerance = gradient ? gradientTolerance : outputTolerance;
    return compareTensors(`${name} ${key}`, { actual, expected }, tolerance);
  };
  const stored = (prefix: string) =>
    [...file.entries.keys()].filter((key) => key.startsWith(prefix));
  return [
    ...(await Promise.all(stored("out.").map((key) => check(key)))),
    worstOf(`${name} gradients`, await Promise.all(stored("grad.").map((key) => check(key, true)))),
    worstOf(`${name} merged`, await Promise.all(Object.keys(merged).map((key) => check(key)))),
  ];
}

/** What an adapter is when it is no plain LoRA. */
function otherKind(file: SafetensorsFile): string | undefined {
  const keys = [...file.entries.keys()].filter((key) => key.startsWith(adapterPrefix));
  for (const key of keys) {
    // PEFT keeps the adapter's name, `default`, at the end of keys.
    const parsed = parseLoraKey(key.replace(/\.default$/, ""));
    if (parsed?.unsupported !== undefined) return parsed.unsupported;
    if (parsed?.part === undefined) return `an adapter with "${key}"`;
  }
  return configOf(file).usesDora ? "DoRA" : undefined;
}

function configOf(file: SafetensorsFile): LoraConfig {
  const [config] = parseAdapterConfig(file.path, file.metadata.get("config") ?? "").values();
  if (config !== undefined) return config;
  throw new AtelierError("format", `${file.path}: expected PEFT's config in the metadata.`);
}

/** The adapted layers with the strength that PEFT gives them. */
function adaptedLayers(file: SafetensorsFile, config: LoraConfig): Map<string, LoraLayer> {
  const layers = new Map<string, LoraLayer>();
  for (const [key, { shape }] of file.entries) {
    const parsed = key.startsWith(adapterPrefix) ? parseLoraKey(key) : undefined;
    if (parsed?.part !== "down") continue;
    const path = parsed.module.slice(adapterPrefix.length);
    const rank = shape[0] ?? 1;
    layers.set(path, { rank, scale: alphaOf(config, path, rank) / rank });
  }
  return layers;
}

/** A linear layer reads `in.x`, a convolution `in.y` with the padding that keeps its extent. */
function buildOutputs(
  file: SafetensorsFile,
  layers: ReadonlyMap<string, LoraLayer>,
): Record<string, GraphNode> {
  const weights = createWeights({
    prefix: "base.",
    overlay: loraOverlay({ layers, component }),
  });
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
  throw new AtelierError("format", `${file.path}: expected an input ${name}, got none.`);
}

/** W + scale · up · down of every adapted layer, under the names `merged.<layer>.weight`. */
function mergedWeights(
  file: SafetensorsFile,
  layers: ReadonlyMap<string, LoraLayer>,
  parameters: readonly NodeOf<"parameter">[],
): Record<string, GraphNode> {
  const nodes = new Map(parameters.map((node) => [node.attributes.name, node]));
  const merged: Record<string, GraphNode> = {};
  for (const [path, { rank, scale }] of layers) {
    const names = loraParameterNames(`${component}.${path}`);
    const [weight, down, up] = [`base.${path}.weight`, names.down, names.up].map((name) =>
      nodes.get(name),
    );
    if (!file.entries.has(`merged.${path}.weight`) || !weight || !down || !up) continue;
    const product = matmul(reshape(up, [-1, rank]), reshape(down, [rank, -1]));
    merged[`merged.${path}.weight`] = add(weight, mul(reshape(product, weight.shape), scale));
  }
  return merged;
}

/** Base weights and adapter factors under the names that the graph asks for. */
async function parametersFrom(file: SafetensorsFile): Promise<Map<string, FloatTensor>> {
  const parameters = new Map<string, FloatTensor>();
  for (const key of file.entries.keys()) {
    if (key.startsWith("base.")) parameters.set(key, await file.readFloat32(key));
    if (!key.startsWith(adapterPrefix)) continue;
    parameters.set(parameterName(key.slice(adapterPrefix.length)), await file.readFloat32(key));
  }
  return parameters;
}

async function inputsFrom(file: SafetensorsFile): Promise<TensorMap> {
  const names = [...file.entries.keys()].filter((name) => name.startsWith("in."));
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await file.readFloat32(name)] as const)),
  );
}

/** `lin.lora_A.default.weight` as the overlay names it. */
function parameterName(name: string): string {
  return `${component}.${name.replace(".default.", ".")}`;
}

/** The inverse of {@link parameterName}, as the key of a stored gradient. */
function gradientName(parameterName: string): string {
  const name = parameterName.slice(component.length + 1);
  return `${gradientPrefix}${name.replace(/\.weight$/, ".default.weight")}`;
}

function prefixed(
  prefix: string,
  nodes: Readonly<Record<string, GraphNode>>,
): Record<string, GraphNode> {
  return Object.fromEntries(Object.entries(nodes).map(([name, node]) => [prefix + name, node]));
}
