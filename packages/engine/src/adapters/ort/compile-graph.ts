/**
 * @file A graph as a session of ONNX Runtime.
 *
 * Large models are handed over as they are, weights mapped from their files and ONNX Runtime's own
 * optimiser off: it would fold and repack gigabytes of weights into second and third copies. For
 * small models these copies cost nothing and make convolutions up to twice as fast, so there it is
 * on, but for the pass that would merge recomputed blocks with their originals.
 */

import { dtypes } from "../../dtype.js";
import { AtelierError, messageOf, said } from "../../errors.js";
import type { FileStore } from "../../files.js";
import { type Graph, inputsOf, nodesOf, parametersOf } from "../../graph/graph.js";
import type { NodeOf, ValueType } from "../../graph/node.js";
import { inputName, parameterName } from "../../onnx/lower/source.js";
import { lowerGraph, outputName, type ParameterBinding } from "../../onnx/lower-graph.js";
import { encodeModel } from "../../onnx/model-proto.js";
import { narrowInteger, typeOnDevice, widenInteger } from "../../onnx/narrow-integers.js";
import {
  createCompiledGraph,
  createResidentGraph,
  type GraphExecutor,
} from "../../runtime/compiled-graph.js";
import { limitRuns } from "../../runtime/limit-runs.js";
import { slotsOf } from "../../runtime/named-values.js";
import type {
  AnyTensor,
  Capabilities,
  CompiledGraph,
  CompileOptions,
  DeviceTensor,
  ParameterSource,
  ResidentGraph,
} from "../../runtime/runtime.js";
import { sizeOf } from "../../shape.js";
import { byteView, type HostTensor } from "../../tensor.js";
import { LARGE_VALUE_BYTES } from "../training-environment.js";
import type { GraphPlace } from "./graph-place.js";
import type {
  CreateResidentSession,
  CreateSession,
  DeviceSettings,
  SessionRequest,
} from "./sessions.js";
import { readFixed } from "./stored-weights.js";

/** What graphs are compiled for. */
export interface Device {
  readonly settings: DeviceSettings;
  readonly capabilities: Capabilities;
  /** Weights up to this size are copied by ONNX Runtime's optimiser. */
  readonly copiedBytes: number;
  readonly createSession: CreateSession;
  readonly overlapsRuns: boolean;
  /** Where weights lie that are read. */
  readonly files: FileStore;
  readonly openPlace: () => Promise<GraphPlace>;
  /** Of a device whose memory is its own. */
  readonly memory?: DeviceSessions;
}

/** How values come to lie on a device. */
export interface DeviceSessions {
  readonly createSession: CreateResidentSession;
  readonly upload: (tensor: HostTensor) => Promise<DeviceTensor>;
}

/**
 * The order of operators matters where blocks are recomputed to save memory, and where all values
 * of a graph together are larger than this.
 */
const UNORDERED_BYTES = 2 * 2 ** 30;

const bytesIn = (nodes: readonly ValueType[]): number =>
  nodes.reduce((total, { shape, dtype }) => total + sizeOf(shape) * dtypes[dtype].bytes, 0);

/** Compiles a graph. @throws AtelierError as `Runtime.compile`. */
export async function compileGraph(
  graph: Graph,
  device: Device,
  { parameters = new Map(), concurrency = 1 }: CompileOptions = {},
): Promise<CompiledGraph> {
  await using place = await device.openPlace();
  const prepared = await prepare(graph, { device, parameters, place });
  const { fixed, sources } = prepared;
  const { threads, runs } = shareThreads(device, concurrency);
  const settings = { ...prepared.settings, threads };
  const wider = int64Of(graph, device);
  if (device.memory !== undefined && fixed.length > 0) {
    const uploaded = await withUploaded(prepared, device.memory);
    return createCompiledGraph(graph, slotsOf(sources), wider(uploaded));
  }
  const session = await createSession({ ...prepared, settings }, device.createSession);
  const limited = limitRuns(wider(session), runs);
  return createCompiledGraph(graph, slotsOf(sources), {
    execute: ({ values, ...run }) => limited.execute({ ...run, values: [...values, ...fixed] }),
    [Symbol.asyncDispose]: () => limited[Symbol.asyncDispose](),
  });
}

/** A session whose weights were copied to the device once, instead of at every run. */
async function withUploaded(
  prepared: Prepared,
  { createSession: create, upload }: DeviceSessions,
): Promise<GraphExecutor> {
  const session = await createSession(prepared, create);
  const weights: DeviceTensor[] = [];
  const dispose = async (): Promise<void> => {
    for (const weight of weights) weight[Symbol.dispose]();
    await session[Symbol.asyncDispose]();
  };
  try {
    for (const weight of prepared.fixed) weights.push(await upload(weight));
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    async execute({ values, ...run }) {
      const results = await session.execute({ ...run, values: [...values, ...weights] });
      return results.filter((result) => "data" in result);
    },
    [Symbol.asyncDispose]: dispose,
  };
}

/** Compiles a graph whose values lie on a device. @throws AtelierError as `DeviceMemory.compile`. */
export async function compileResident(
  graph: Graph,
  stays: ReadonlySet<string>,
  device: Device,
  create: CreateResidentSession,
): Promise<ResidentGraph> {
  await using place = await device.openPlace();
  const prepared = await prepare(graph, { device, parameters: new Map(), place, stays });
  const session = await createSession(prepared, create);
  const wider = int64Of(graph, device);
  return createResidentGraph(graph, slotsOf(prepared.sources), wider(session));
}

/** Sessions as those of whole numbers that the graph has, where the device's are narrowed. */
const int64Of =
  (graph: Graph, { capabilities: { computesInt64 } }: Device) =>
  <Value extends AnyTensor>(session: GraphExecutor<Value>): GraphExecutor<Value> =>
    computesInt64 ? session : takingInt64(session, graph);

/** A session of narrowed whole numbers, as one of those that the graph has. */
function takingInt64<Value extends AnyTensor>(
  session: GraphExecutor<Value>,
  { outputs }: Graph,
): GraphExecutor<Value> {
  const types = Object.values(outputs).map(({ dtype }) => dtype);
  // What lies in the processor's memory does so afterwards.
  const onHost = (value: Value, change: (tensor: HostTensor) => HostTensor): Value =>
    "data" in value ? (change(value) as Value) : value;
  return {
    async execute({ values, targets, signal }) {
      const results = await session.execute({
        values: values.map((value) => onHost(value, narrowInteger)),
        targets: targets.map((target, i) => (types[i] === "int64" ? undefined : target)),
        signal,
      });
      return results.map((result, i) => {
        if (types[i] !== "int64") return result;
        return onHost(result, (tensor) => {
          const [wide, target] = [widenInteger(tensor), targets[i]];
          if (wide.dtype !== "int64" || target?.dtype !== "int64") return wide;
          target.data.set(wide.data);
          return target;
        });
      });
    },
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}

/**
 * Threads of a session of which several runs are to be under way, and how many it lets begin. Each run brings
 * the thread that calls it; the others of the session serve all.
 */
function shareThreads(
  { settings: { threads }, overlapsRuns }: Device,
  concurrency: number,
): { readonly threads: number; readonly runs: number } {
  if (concurrency === 1 || !overlapsRuns) return { threads, runs: Number.POSITIVE_INFINITY };
  const runs = Math.min(concurrency, threads);
  return { threads: threads - runs + 1, runs };
}

interface Preparation {
  readonly device: Device;
  readonly parameters: ReadonlyMap<string, ParameterSource>;
  readonly place: GraphPlace;
  /** Outputs that stay on the device. */
  readonly stays?: ReadonlySet<string>;
}

interface Prepared {
  readonly request: SessionRequest;
  readonly settings: DeviceSettings;
  /** Values of the last inputs: weights that were read, and are too large to be part of the model. */
  readonly fixed: readonly HostTensor[];
  /** What the other inputs are. */
  readonly sources: readonly (NodeOf<"input"> | NodeOf<"parameter">)[];
}

async function prepare(
  graph: Graph,
  { device, parameters, place, stays }: Preparation,
): Promise<Prepared> {
  const { settings } = device;
  const { capabilities: abilities } = device;
  const nodes = parametersOf(graph);
  const all = nodesOf(graph);
  const holdsLarge =
    settings.provider === "cpu" &&
    all.some((node) => node.kind !== "parameter" && bytesIn([node]) >= LARGE_VALUE_BYTES);
  const isGiven = ({ attributes }: NodeOf<"parameter">): boolean =>
    !parameters.has(attributes.name);
  const wanted = nodes.filter((node) => !isGiven(node));
  // On a device no weight is part of the model: nothing is copied.
  const isSmall = stays !== undefined || (bytesIn(nodes) <= device.copiedBytes && !holdsLarge);
  // The optimiser would widen the weights of a small model when it compiles, and keep that.
  const mapped = await place.map(wanted, parameters, { types: abilities.maps, widens: !isSmall });
  const rest = wanted.filter((node) => !mapped.has(node.attributes.name));
  const read = await readFixed(rest, parameters, device.files);
  const bind = ({ attributes: { name } }: NodeOf<"parameter">): ParameterBinding => {
    const tensor = read.get(name);
    return mapped.get(name) ?? (isSmall && tensor !== undefined ? byteView(tensor.data) : "run");
  };
  const isRecomputed = all.some(({ kind }) => kind === "checkpoint");
  const keepsOrder = isRecomputed || bytesIn(all) > UNORDERED_BYTES;
  const lowering = { bind, foldsWeights: isSmall, keepsOrder, abilities };
  const model = encodeModel(lowerGraph(graph, lowering));
  const sources = [...inputsOf(graph), ...nodes.filter(isGiven)];
  const fixed = isSmall ? [] : [...read];
  const inputs = [
    ...sources.map(({ kind, attributes: { name } }) =>
      kind === "input" ? inputName(name) : parameterName(name),
    ),
    ...fixed.map(([name]) => parameterName(name)),
  ];
  const outputs = Object.entries(graph.outputs).map(([name, { dtype, shape }]) => ({
    name: outputName(name),
    type: { dtype: typeOnDevice(dtype, abilities), shape },
    stays: stays?.has(name) === true,
  }));
  return {
    request: { model, folder: place.folder, isOptimized: isSmall, inputs, outputs },
    settings: { ...settings, usesArena: settings.usesArena && !holdsLarge },
    fixed: fixed.map(([, value]) => value),
    sources,
  };
}

async function createSession<Session>(
  { request, settings }: Prepared,
  create: (request: SessionRequest, settings: DeviceSettings) => Promise<Session>,
): Promise<Session> {
  try {
    return await create(request, settings);
  } catch (cause) {
    if (cause instanceof AtelierError) throw cause;
    const reason = messageOf(cause);
    const advice = reason.includes("bad_alloc")
      ? "It found too little memory: close other programs, or take a smaller picture size or batch."
      : "Run `atelier doctor` to see which backends work here.";
    throw new AtelierError(
      "runtime",
      said`runtime: ONNX Runtime (${settings.provider}) refused the graph: ${reason}. ${advice}`,
      { cause },
    );
  }
}
