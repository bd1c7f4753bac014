/**
 * @file A graph as a session of ONNX Runtime.
 *
 * Large models are handed over as they are, weights mapped from their files and ONNX Runtime's own
 * optimiser off: it would fold and repack gigabytes of weights into second and third copies. For
 * small models these copies cost nothing and make convolutions up to twice as fast, so there it is
 * on, but for the pass that would merge recomputed blocks with their originals.
 */

import { dtypes } from "../../dtype.js";
import { AtelierError, internalError, messageOf, said } from "../../errors.js";
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
import { blockTypes } from "../../stored-dtype.js";
import { byteView, type HostTensor } from "../../tensor.js";
import { LARGE_VALUE_BYTES } from "../training-environment.js";
import type { GraphPlace } from "./graph-place.js";
import type {
  CreateResidentSession,
  CreateSession,
  DeviceSettings,
  SessionRequest,
} from "./sessions.js";
import { readFixed, widenScales } from "./stored-weights.js";

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
  const { sources } = prepared;
  const { threads, runs } = shareThreads(device, concurrency);
  const settings = { ...prepared.settings, threads };
  const wider = int64Of(graph, device);
  if (device.memory !== undefined && prepared.fixed.length > 0) {
    const session = wider(await withUploaded(prepared, parameters, device));
    return createCompiledGraph(graph, slotsOf(sources), {
      async execute(run) {
        // Nothing stays on the device.
        return (await session.execute(run)).filter((result) => "data" in result);
      },
      [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
    });
  }
  const fixed = [...(await readFixed(prepared.fixed, parameters, device.files)).values()];
  const session = await createSession({ ...prepared, settings }, device.createSession);
  const limited = limitRuns(wider(session), runs);
  return createCompiledGraph(graph, slotsOf(sources), {
    execute: ({ values, ...run }) => limited.execute({ ...run, values: [...values, ...fixed] }),
    [Symbol.asyncDispose]: () => limited[Symbol.asyncDispose](),
  });
}

/** Compiles a graph whose values lie on a device. @throws AtelierError as `DeviceMemory.compile`. */
export async function compileResident(
  graph: Graph,
  { stays, shared, stored }: Resident,
  device: Device,
): Promise<ResidentGraph> {
  await using place = await device.openPlace();
  const prepared = await prepare(graph, {
    ...{ device, place, parameters: stored },
    resident: { stays, shared },
  });
  const session = await withUploaded(prepared, stored, device);
  const given = parametersOf(graph).flatMap(({ attributes }) => {
    const tensor = shared.get(attributes.name);
    return tensor === undefined ? [] : [tensor];
  });
  const wider = int64Of(graph, device);
  const whole = wider<AnyTensor>({
    execute: (run) => session.execute({ ...run, values: [...run.values, ...given] }),
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  });
  return createResidentGraph(graph, slotsOf(prepared.sources), whole);
}

/** What is known of a graph on a device. */
export interface Resident {
  /** Outputs that stay there. */
  readonly stays: ReadonlySet<string>;
  /** Weights that lie there. */
  readonly shared: ReadonlyMap<string, DeviceTensor>;
  /** Weights that are part of the session, as their files hold them. */
  readonly stored: ReadonlyMap<string, ParameterSource>;
}

/** A session whose fixed weights were copied to the device once, one after another, instead of at every run. */
async function withUploaded(
  prepared: Prepared,
  parameters: ReadonlyMap<string, ParameterSource>,
  { memory, files }: Device,
): Promise<GraphExecutor<AnyTensor>> {
  if (memory === undefined) throw internalError("a device without memory of its own.");
  const session = await createSession(prepared, memory.createSession);
  const weights: DeviceTensor[] = [];
  const dispose = async (): Promise<void> => {
    for (const weight of weights) weight[Symbol.dispose]();
    await session[Symbol.asyncDispose]();
  };
  try {
    for (const node of prepared.fixed) {
      for (const [, tensor] of await readFixed([node], parameters, files)) {
        weights.push(await memory.upload(tensor));
      }
    }
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    execute: ({ values, ...run }) => session.execute({ ...run, values: [...values, ...weights] }),
    [Symbol.asyncDispose]: dispose,
  };
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
  /** Of a graph whose values lie on the device. */
  readonly resident?: Pick<Resident, "stays" | "shared">;
}

interface Prepared {
  readonly request: SessionRequest;
  readonly settings: DeviceSettings;
  /** What the inputs behind the sources are: weights that are too large to be part of the model, */
  readonly fixed: readonly NodeOf<"parameter">[];
  // and, last, those that lie on the device.
  /** What the other inputs are. */
  readonly sources: readonly (NodeOf<"input"> | NodeOf<"parameter">)[];
}

async function prepare(
  graph: Graph,
  { device, parameters, place, resident }: Preparation,
): Promise<Prepared> {
  const { settings, files } = device;
  const { capabilities: abilities } = device;
  const nodes = parametersOf(graph);
  const all = nodesOf(graph);
  const holdsLarge =
    settings.provider === "cpu" &&
    all.some((node) => node.kind !== "parameter" && bytesIn([node]) >= LARGE_VALUE_BYTES);
  const isShared = ({ attributes: { name } }: NodeOf<"parameter">): boolean =>
    resident?.shared.has(name) === true;
  const isGiven = (node: NodeOf<"parameter">): boolean =>
    !parameters.has(node.attributes.name) && !isShared(node);
  const wanted = nodes.filter(({ attributes }) => parameters.has(attributes.name));
  const isSmall = bytesIn(nodes) <= device.copiedBytes && !holdsLarge;
  const found = await place.map(wanted, parameters, {
    // A device has its own memory: of what is mapped, only that counts which it widens itself.
    types: device.memory === undefined ? abilities.maps : blockTypes,
    // The optimiser would widen the weights of a small model when it compiles, and keep that.
    widens: !isSmall || device.memory !== undefined,
  });
  // Not every device computes in the scales' type.
  const mapped = device.memory === undefined ? found : await widenScales(found, parameters, files);
  const rest = wanted.filter((node) => !mapped.has(node.attributes.name));
  const isInline = isSmall && resident === undefined;
  const read = isInline ? await readFixed(rest, parameters, files) : new Map<string, HostTensor>();
  const bind = ({ attributes: { name } }: NodeOf<"parameter">): ParameterBinding => {
    const tensor = read.get(name);
    return mapped.get(name) ?? (tensor === undefined ? "run" : byteView(tensor.data));
  };
  const isRecomputed = all.some(({ kind }) => kind === "checkpoint");
  const keepsOrder = isRecomputed || bytesIn(all) > UNORDERED_BYTES;
  // On a device no weight is part of the model, and nothing is copied.
  const isOptimized = isSmall || resident !== undefined;
  const lowering = { bind, foldsWeights: isInline, keepsOrder, abilities };
  const model = encodeModel(lowerGraph(graph, lowering));
  const sources = [...inputsOf(graph), ...nodes.filter(isGiven)];
  const fixed = isInline ? [] : rest;
  const inputs = [...sources, ...fixed, ...nodes.filter(isShared)].map(
    ({ kind, attributes: { name } }) => (kind === "input" ? inputName(name) : parameterName(name)),
  );
  const outputs = Object.entries(graph.outputs).map(([name, { dtype, shape }]) => ({
    name: outputName(name),
    type: { dtype: typeOnDevice(dtype, abilities), shape },
    stays: resident?.stays.has(name) === true,
  }));
  return {
    request: { model, folder: place.folder, isOptimized, inputs, outputs },
    settings: { ...settings, usesArena: settings.usesArena && !holdsLarge },
    ...{ fixed, sources },
  };
}

/** Dawn where it finds no device. */
const noAdapter = /Failed to get a WebGPU adapter/;

async function createSession<Session>(
  { request, settings }: Prepared,
  create: (request: SessionRequest, settings: DeviceSettings) => Promise<Session>,
): Promise<Session> {
  try {
    return await create(request, settings);
  } catch (cause) {
    if (cause instanceof AtelierError) throw cause;
    // Some are of several lines.
    const reason = messageOf(cause).trim().replace(/\s+/g, " ").replace(/\.$/, "");
    if (noAdapter.test(reason)) {
      throw new AtelierError(
        "runtime",
        "runtime: expected a graphics card that WebGPU reaches, got none. Install or update its driver (on Linux that of Vulkan, on Windows that of Direct3D 12), or use --backend cpu.",
        { cause },
      );
    }
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
