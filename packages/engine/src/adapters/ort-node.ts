/**
 * @file onnxruntime-node as a runtime.
 *
 * Large models are handed over as they are, weights mapped from their files and ONNX Runtime's own
 * optimiser off: it would fold and repack gigabytes of weights into second and third copies. For
 * small models these copies cost nothing and make convolutions up to twice as fast, so there it is
 * on, but for the pass that would merge recomputed blocks with their originals.
 */

import "./ort-telemetry.js";

import { rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { InferenceSession, type Tensor } from "onnxruntime-node";
import { type DType, dtypes } from "../dtype.js";
import { AtelierError, internalError, messageOf, said } from "../errors.js";
import { type Graph, inputsOf, nodesOf, parametersOf } from "../graph/graph.js";
import { formatType, type NodeOf, type ValueType } from "../graph/node.js";
import { inputName, parameterName } from "../onnx/lower/source.js";
import { lowerGraph, outputName, type ParameterBinding } from "../onnx/lower-graph.js";
import { encodeModel } from "../onnx/model-proto.js";
import type {
  Capabilities,
  CompiledGraph,
  CompileOptions,
  Runtime,
  TensorMap,
} from "../runtime/runtime.js";
import { sizeOf } from "../shape.js";
import { byteView } from "../tensor.js";
import { makeGraphFolder, sweepGraphFolders } from "./graph-folders.js";
import { fromOrt, requireType, toOrt } from "./ort-values.js";
import { mapFiles, readFixed } from "./ort-weights.js";

/** Execution providers that the package ships on this platform. */
export type OrtProvider = "cpu" | "webgpu" | "cuda";

/** Options of {@link createOrtRuntime}. */
export interface OrtRuntimeOptions {
  readonly provider?: OrtProvider;
  /** Threads of one operator; all cores by default. */
  readonly threads?: number;
  /** Weights up to this size are copied by ONNX Runtime's optimiser, which makes them faster: 256 MiB by default. */
  readonly copiedBytes?: number;
  /** Operators to do without although the device has them: to test what others compute. */
  readonly lacks?: readonly ("fusesTransposes" | "fusesAttention")[];
}

/**
 * Values from this size on decide how a graph runs. The optimiser lays convolutions out anew, and keeps
 * the buffers of both layouts; an arena grows by powers of two and keeps what it has. Decoding a picture of
 * 1024×1024 took 11.8 GB with both and takes 4.1 without, in the same time.
 */
const LARGE_VALUE_BYTES = 256 * 2 ** 20;

/**
 * Environment for a process that trains, on Linux with glibc: memory that is freed stays with the
 * process instead of going back page by page. ONNX Runtime then needs no arena of its own, which
 * takes a tenth more memory for the same speed. Large values do go back: those of an autoencoder would
 * stay beside the training.
 */
export const trainingEnvironment: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: "1",
  MALLOC_MMAP_THRESHOLD_: String(LARGE_VALUE_BYTES),
  MALLOC_TRIM_THRESHOLD_: String(2 ** 34),
  MALLOC_TOP_PAD_: String(2 ** 28),
};

const keepsFreedMemory = (): boolean =>
  process.platform === "linux" &&
  Object.entries(trainingEnvironment).every(([name, value]) => process.env[name] === value);

const cpuTypes: readonly DType[] = ["float32", "float64", "int64", "int32", "uint8", "bool"];
const halfTypes: readonly DType[] = ["float16", "bfloat16"];

const capabilitiesOf: Readonly<Record<OrtProvider, Capabilities>> = {
  cpu: {
    name: "cpu",
    computes: cpuTypes,
    maps: [...cpuTypes, ...halfTypes],
    fusesTransposes: true,
    fusesAttention: true,
  },
  webgpu: {
    name: "webgpu",
    computes: ["float32", "float16", "int32", "bool"],
    maps: [],
    fusesTransposes: false,
    // That of ONNX Runtime 1.30 is wrong by a tenth from 32 queries on, at least on some devices.
    fusesAttention: false,
  },
  cuda: {
    name: "cuda",
    computes: ["float32", "float16", "int64", "int32", "bool"],
    maps: [],
    fusesTransposes: true,
    fusesAttention: true,
  },
};

/** A runtime on onnxruntime-node. */
export function createOrtRuntime({
  provider = "cpu",
  threads = availableParallelism(),
  copiedBytes = COPIED_BYTES,
  lacks = [],
}: OrtRuntimeOptions = {}): Runtime {
  const options: InferenceSession.SessionOptions = {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    enableMemPattern: false,
    enableCpuMemArena: !keepsFreedMemory(),
    logSeverityLevel: 3,
  };
  const lacking = Object.fromEntries(lacks.map((operator) => [operator, false]));
  const capabilities = { ...capabilitiesOf[provider], ...lacking };
  return {
    capabilities,
    compile: (graph, compileOptions) =>
      compile(graph, { options, capabilities, copiedBytes }, compileOptions),
  };
}

/** Where nothing else is asked for. */
const COPIED_BYTES = 256 * 2 ** 20;

/**
 * The order of operators matters where blocks are recomputed to save memory, and where all values
 * of a graph together are larger than this.
 */
const UNORDERED_BYTES = 2 * 2 ** 30;

const bytesIn = (nodes: readonly ValueType[]): number =>
  nodes.reduce((total, { shape, dtype }) => total + sizeOf(shape) * dtypes[dtype].bytes, 0);

/** Threads of one session that wait for work after its run would take the cores of the next. */
const stopsSpinning = { force_spinning_stop: "1" };

const asTheyAre: InferenceSession.SessionOptions = {
  graphOptimizationLevel: "disabled",
  extra: { session: { ...stopsSpinning, disable_prepacking: "1" } },
};

const optimized: InferenceSession.SessionOptions = {
  graphOptimizationLevel: "all",
  extra: {
    session: stopsSpinning,
    optimization: { disable_specified_optimizers: "CommonSubexpressionElimination" },
  },
};

/** A value that a run must be given: its ONNX name and type. */
interface Slot {
  readonly onnxName: string;
  readonly type: ValueType;
}

/** How sessions are made, and what they can do. */
interface Device {
  readonly options: InferenceSession.SessionOptions;
  readonly capabilities: Capabilities;
  readonly copiedBytes: number;
}

/** Once in a process. */
let sweeping: Promise<void> | undefined;

async function compile(
  graph: Graph,
  { options, capabilities, copiedBytes }: Device,
  { parameters = new Map() }: CompileOptions = {},
): Promise<CompiledGraph> {
  const { fusesTransposes, fusesAttention } = capabilities;
  const nodes = parametersOf(graph);
  const wanted = nodes.filter((node) => parameters.has(node.attributes.name));
  sweeping ??= sweepGraphFolders(tmpdir());
  await sweeping;
  const folder = await makeGraphFolder(tmpdir());
  try {
    const all = nodesOf(graph);
    const holdsLarge =
      capabilities.name === "cpu" &&
      all.some((node) => node.kind !== "parameter" && bytesIn([node]) >= LARGE_VALUE_BYTES);
    const isSmall = bytesIn(nodes) <= copiedBytes && !holdsLarge;
    const isRecomputed = all.some(({ kind }) => kind === "checkpoint");
    const keepsOrder = isRecomputed || bytesIn(all) > UNORDERED_BYTES;
    const mapped = await mapFiles(wanted, parameters, {
      folder,
      types: capabilities.maps,
      // The optimiser would widen the weights of a small model when it compiles, and keep that.
      widens: !isSmall,
    });
    const rest = wanted.filter((node) => !mapped.has(node.attributes.name));
    const read = await readFixed(rest, parameters);
    const bind = ({ attributes: { name } }: NodeOf<"parameter">): ParameterBinding => {
      const tensor = read.get(name);
      return (
        mapped.get(name)?.data ?? (isSmall && tensor !== undefined ? byteView(tensor.data) : "run")
      );
    };
    const storedAs = ({ attributes: { name }, dtype }: NodeOf<"parameter">): DType =>
      mapped.get(name)?.dtype ?? dtype;
    const path = join(folder, "graph.onnx");
    const abilities = { fusesTransposes, fusesAttention };
    const lowering = { bind, storedAs, foldsWeights: isSmall, keepsOrder, ...abilities };
    await writeFile(path, encodeModel(lowerGraph(graph, lowering)));
    const session = await createSession(path, {
      ...options,
      enableCpuMemArena: options.enableCpuMemArena === true && !holdsLarge,
      ...(isSmall ? optimized : asTheyAre),
    });
    const fixed = isSmall
      ? []
      : [...read].map(([name, t]) => [parameterName(name), toOrt(t)] as const);
    const slots = new Map<string, Slot>();
    for (const node of inputsOf(graph)) {
      slots.set(node.attributes.name, { onnxName: inputName(node.attributes.name), type: node });
    }
    for (const node of nodes) {
      const { name } = node.attributes;
      if (!parameters.has(name)) slots.set(name, { onnxName: parameterName(name), type: node });
    }
    return compiledGraph(graph, session, slots, new Map(fixed));
  } finally {
    // Mapped files stay readable after their links are gone.
    await rm(folder, { recursive: true, force: true });
  }
}

async function createSession(
  path: string,
  options: InferenceSession.SessionOptions,
): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(path, options);
  } catch (cause) {
    const [first = "cpu"] = options.executionProviders ?? [];
    const provider = typeof first === "string" ? first : first.name;
    throw new AtelierError(
      "runtime",
      said`runtime: ONNX Runtime (${provider}) refused the graph: ${messageOf(cause)}. Run \`atelier doctor\` to see which backends work here.`,
      { cause },
    );
  }
}

function compiledGraph(
  graph: Graph,
  session: InferenceSession,
  slots: ReadonlyMap<string, Slot>,
  fixed: ReadonlyMap<string, Tensor>,
): CompiledGraph {
  return {
    async run(values, { into = {} } = {}) {
      const feeds: Record<string, Tensor> = Object.fromEntries(fixed);
      for (const [name, slot] of slots) {
        const value = values[name];
        if (value === undefined) throw missing(name, slot, values);
        requireType(name, value, slot.type);
        feeds[slot.onnxName] = toOrt(value);
      }
      for (const name of Object.keys(values)) if (!slots.has(name)) throw unknown(name, slots);
      const results = await runSession(session, feeds, fetchesOf(graph, into));
      return Object.fromEntries(
        Object.entries(graph.outputs).map(([name, type]) => {
          const result = results[outputName(name)];
          if (result === undefined) throw internalError(`runtime: no output "${name}".`);
          return [name, into[name] ?? fromOrt(result, type)];
        }),
      );
    },
    [Symbol.asyncDispose]: () => session.release(),
  };
}

/** What to fetch, into new tensors (`null`) or given ones. */
function fetchesOf({ outputs }: Graph, into: TensorMap): InferenceSession.FetchesType {
  const fetches: Record<string, Tensor | null> = {};
  for (const name of Object.keys(outputs)) fetches[outputName(name)] = null;
  for (const [name, target] of Object.entries(into)) {
    const type = outputs[name];
    if (type === undefined) {
      throw new AtelierError(
        "runtime",
        said`runtime: expected result tensors for ${listed(Object.keys(outputs))}, got one for the unknown name "${name}".`,
      );
    }
    requireType(name, target, type);
    fetches[outputName(name)] = toOrt(target);
  }
  return fetches;
}

async function runSession(
  session: InferenceSession,
  feeds: Record<string, Tensor>,
  fetches: InferenceSession.FetchesType,
): Promise<InferenceSession.ReturnType> {
  try {
    return await session.run(feeds, fetches);
  } catch (cause) {
    throw new AtelierError(
      "runtime",
      said`runtime: the graph failed while running: ${messageOf(cause)}. Less memory is used with a smaller batch, a smaller picture size or gradient checkpointing.`,
      { cause },
    );
  }
}

const listed = (names: readonly string[]): string => names.slice(0, 8).join(", ") || "none";

function missing(name: string, slot: Slot, values: TensorMap): AtelierError {
  return new AtelierError(
    "runtime",
    said`runtime: expected a value for "${name}" ${formatType(slot.type)}, got only ${listed(Object.keys(values))}.`,
  );
}

function unknown(name: string, slots: ReadonlyMap<string, Slot>): AtelierError {
  return new AtelierError(
    "runtime",
    said`runtime: expected values for ${listed([...slots.keys()])}, got the unknown name "${name}".`,
  );
}
