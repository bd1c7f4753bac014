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
import { createCompiledGraph, type GraphExecutor } from "../../runtime/compiled-graph.js";
import { limitRuns } from "../../runtime/limit-runs.js";
import { slotsOf } from "../../runtime/named-values.js";
import type {
  Capabilities,
  CompiledGraph,
  CompileOptions,
  ParameterSource,
} from "../../runtime/runtime.js";
import { sizeOf } from "../../shape.js";
import { byteView, type HostTensor } from "../../tensor.js";
import { LARGE_VALUE_BYTES } from "../training-environment.js";
import type { GraphPlace } from "./graph-place.js";
import type { CreateSession, DeviceSettings, SessionRequest } from "./sessions.js";
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
  const session = await createSession({ ...prepared, settings }, device.createSession);
  const { computesInt64 } = device.capabilities;
  const limited = limitRuns(computesInt64 ? session : takingInt64(session, graph), runs);
  return createCompiledGraph(graph, slotsOf(sources), {
    execute: ({ values, ...run }) => limited.execute({ ...run, values: [...values, ...fixed] }),
    [Symbol.asyncDispose]: () => limited[Symbol.asyncDispose](),
  });
}

/** A session of narrowed whole numbers, as one of those that the graph has. */
function takingInt64(session: GraphExecutor, { outputs }: Graph): GraphExecutor {
  const types = Object.values(outputs).map(({ dtype }) => dtype);
  return {
    async execute({ values, targets, signal }) {
      const results = await session.execute({
        values: values.map(narrowInteger),
        targets: targets.map((target, i) => (types[i] === "int64" ? undefined : target)),
        signal,
      });
      return results.map((result, i) => {
        if (types[i] !== "int64") return result;
        const [wide, target] = [widenInteger(result), targets[i]];
        if (wide.dtype !== "int64" || target?.dtype !== "int64") return wide;
        target.data.set(wide.data);
        return target;
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
  { device, parameters, place }: Preparation,
): Promise<Prepared> {
  const { settings } = device;
  const { capabilities: abilities } = device;
  const nodes = parametersOf(graph);
  const all = nodesOf(graph);
  const holdsLarge =
    settings.provider === "cpu" &&
    all.some((node) => node.kind !== "parameter" && bytesIn([node]) >= LARGE_VALUE_BYTES);
  const isSmall = bytesIn(nodes) <= device.copiedBytes && !holdsLarge;
  const isGiven = ({ attributes }: NodeOf<"parameter">): boolean =>
    !parameters.has(attributes.name);
  const wanted = nodes.filter((node) => !isGiven(node));
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
  }));
  return {
    request: { model, folder: place.folder, isOptimized: isSmall, inputs, outputs },
    settings: { ...settings, usesArena: settings.usesArena && !holdsLarge },
    fixed: fixed.map(([, value]) => value),
    sources,
  };
}

async function createSession(
  { request, settings }: Prepared,
  create: CreateSession,
): Promise<GraphExecutor> {
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
