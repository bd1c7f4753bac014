/** @file Runs graphs of a checkpoint's models with the checkpoint's parameters. */

import {
  type Capabilities,
  type FloatTensor,
  type Graph,
  type HostTensor,
  internalError,
  parametersOf,
  type Runtime,
  type TensorMap,
} from "@atelier/engine";
import type { ComponentName } from "../core/component-name.js";
import { createGraphCache } from "./graph-cache.js";
import type { ParameterSources } from "./parameter-sources.js";

/** The outputs of a run by name. */
export interface Outputs {
  (name: string): FloatTensor;
  has(name: string): boolean;
}

/** Options of {@link ModelGraph.run}. */
export interface ModelRunOptions {
  /** Parameters of which it takes those that it has: an adapter may change layers behind the state that is read. */
  readonly offered?: TensorMap;
  readonly signal?: AbortSignal | undefined;
}

/** A graph of a model, compiled when it is needed. */
export interface ModelGraph {
  /** Compiles it unless it is compiled. @throws AtelierError `runtime`. */
  prepare(): Promise<void>;
  /**
   * Runs it and gives access to its outputs.
   * @throws AtelierError `runtime`, `aborted` on the signal.
   */
  run(values: TensorMap, options?: ModelRunOptions): Promise<Outputs>;
}

/** Keeps the compiled graphs of one checkpoint. */
export interface ModelRunner extends AsyncDisposable {
  readonly capabilities: Capabilities;
  /**
   * @param key everything that the graph depends on besides the component's config
   * @param concurrency how many runs are meant to be under way at once
   */
  graph(
    component: ComponentName,
    key: string,
    build: () => Graph,
    concurrency?: number,
  ): ModelGraph;
}

/** What a {@link ModelRunner} works with. */
export interface ModelRunnerOptions {
  readonly runtime: Runtime;
  readonly sources: ReadonlyMap<ComponentName, ParameterSources>;
  readonly maxGraphs: number;
}

/** Makes a runner with an empty cache. */
export function createModelRunner({
  runtime,
  sources,
  maxGraphs,
}: ModelRunnerOptions): ModelRunner {
  const cache = createGraphCache(maxGraphs);
  const parameterNames = new Map<string, ReadonlySet<string>>();
  return {
    capabilities: runtime.capabilities,
    graph(component, key, build, concurrency = 1) {
      const recipe = {
        key: `${component} ${concurrency} ${key}`,
        compile: async () => {
          const parameters = await sources.get(component)?.load();
          if (parameters === undefined) throw internalError(`pipeline: no ${component}.`);
          const graph = build();
          const names = parametersOf(graph).map(({ attributes }) => attributes.name);
          parameterNames.set(recipe.key, new Set(names));
          return runtime.compile(graph, { parameters, concurrency });
        },
      };
      return {
        prepare: () => cache.prepare(recipe),
        async run(values, { offered = {}, signal } = {}) {
          await cache.prepare(recipe);
          const names = parameterNames.get(recipe.key);
          const taken = Object.entries(offered).filter(([name]) => names?.has(name));
          const all = { ...values, ...Object.fromEntries(taken) };
          const outputs = await cache.run(recipe, all, { signal });
          const get = (name: string): FloatTensor => floatOutput(name, outputs[name]);
          return Object.assign(get, { has: (name: string) => outputs[name] !== undefined });
        },
      };
    },
    [Symbol.asyncDispose]: () => cache[Symbol.asyncDispose](),
  };
}

function floatOutput(name: string, tensor: HostTensor | undefined): FloatTensor {
  if (tensor?.dtype === "float32") return tensor;
  throw internalError(`pipeline: expected a float32 output "${name}", got ${tensor?.dtype}.`);
}
