/**
 * @file What executes graphs, as the rest of Atelier sees it. Adapters implement it; nothing else
 * knows which runtime there is.
 */

import type { DType } from "../dtype.js";
import type { Graph } from "../graph/graph.js";
import type { NodeOf } from "../graph/node.js";
import type { OperatorAbilities } from "../onnx/lowering.js";
import type { Shape } from "../shape.js";
import type { StoredDType } from "../stored-dtype.js";
import type { HostTensor } from "../tensor.js";

/** What a runtime can do; code asks for these, never for a runtime's name. */
export interface Capabilities extends OperatorAbilities {
  /** Name for people and logs: "cpu", "webgpu". */
  readonly name: string;
  /** Element types that kernels compute in. */
  readonly computes: readonly DType[];
  /**
   * What weights may be stored as so that they are mapped from files instead of being read. Those of 16 bits
   * and less stand for float32 weights, and then take as much less memory.
   */
  readonly maps: readonly StoredDType[];
  /**
   * A batch whose rows have nothing to do with each other is done sooner as runs of one row each, several
   * at once: threads of their own wait for nobody. A GPU wants the batch.
   */
  readonly separatesRows: boolean;
  /** Arrays that runs read and write may lie in shared memory. */
  readonly sharesMemory: boolean;
}

/** Bytes in a file. */
export interface FilePlace {
  readonly path: string;
  readonly byteOffset: number;
  readonly byteLength: number;
}

/** A weight that lies in a file, little-endian and row-major. */
export interface FileTensor extends FilePlace {
  /**
   * What the file holds; the weight's own type by default. 16-bit floats and smaller types may stand for
   * float32 weights, and are widened.
   */
  readonly dtype?: StoredDType;
  /**
   * Of integers: where the float16 scales of each 32 of them lie, row by row of the weight as a matrix
   * `[first extent, all others]`, whose rows are whole blocks.
   */
  readonly scales?: FilePlace;
}

/** Where a weight's values are. */
export type ParameterSource = HostTensor | FileTensor;

/** Options of {@link Runtime.compile}. */
export interface CompileOptions {
  /** Weights fixed for the life of the compiled graph; all others are given at every run. */
  readonly parameters?: ReadonlyMap<string, ParameterSource>;
  /**
   * How many runs are meant to be under way at once: threads are divided among them, and a run waits where
   * there is no thread for it. By default one, which has all threads.
   */
  readonly concurrency?: number;
}

/** Values by name. */
export type TensorMap = Readonly<Record<string, HostTensor>>;

/** Options of {@link CompiledGraph.run}. */
export interface RunOptions {
  /**
   * Tensors to write outputs into, instead of new ones; their memory may be shared. What is an input of
   * the same run, too, is overwritten while others may still read it.
   */
  readonly into?: TensorMap;
  /**
   * Stops the run, between two operators where the device allows it. Targets may then be half written.
   * A run that the signal reaches too late gives its results.
   */
  readonly signal?: AbortSignal | undefined;
}

/** A graph ready to run with its static shapes. Disposing waits for the runs that are under way. */
export interface CompiledGraph extends AsyncDisposable {
  /**
   * Runs once. `values` holds every input and every parameter that was not fixed. Runs may overlap. Until
   * the promise settles, arrays that were given belong to the run: they may be read, but not written,
   * transferred or resized.
   * @throws AtelierError `runtime` for missing, unknown or misshapen values, device errors and a graph that
   *   was disposed, `aborted` on the signal.
   */
  run(values: TensorMap, options?: RunOptions): Promise<Record<string, HostTensor>>;
}

/**
 * A tensor in a device's memory, opaque. Whoever was given it disposes it, once no run that reads it is under way;
 * then it is not to be read.
 */
export interface DeviceTensor extends Disposable {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** A tensor, wherever it lies. */
export type AnyTensor = HostTensor | DeviceTensor;

/** What a run of a {@link ResidentGraph} gives, by name. */
export interface ResidentResults {
  readonly results: Readonly<Record<string, HostTensor>>;
  readonly stayed: Readonly<Record<string, DeviceTensor>>;
}

/** A graph whose values lie on the device or not, and some of whose results stay there. */
export interface ResidentGraph extends AsyncDisposable {
  /** As {@link CompiledGraph.run}; of runs of one device, none may be under way beside it. */
  run(
    values: Readonly<Record<string, AnyTensor>>,
    options?: Pick<RunOptions, "signal">,
  ): Promise<ResidentResults>;
}

/** A device with memory of its own, between which and the processor's every copy takes time. */
export interface DeviceMemory {
  /** A copy on the device. @throws AtelierError `runtime`, `dtype` for bfloat16. */
  upload(tensor: HostTensor): Promise<DeviceTensor>;
  /** A copy in the processor's memory, with the same bits. @throws AtelierError `runtime`. */
  download(tensor: DeviceTensor): Promise<HostTensor>;
  /** Weights for graphs that share them. @throws AtelierError as {@link Runtime.compile}. */
  load(
    weights: readonly NodeOf<"parameter">[],
    sources: ReadonlyMap<string, ParameterSource>,
  ): Promise<DeviceWeights>;
  /** Compiles a graph. @throws AtelierError as {@link Runtime.compile}. */
  compile(graph: Graph, options: ResidentOptions): Promise<ResidentGraph>;
}

/** Weights on a device, opaque: disposed after the graphs that were compiled with them. */
export type DeviceWeights = Disposable;

/** Options of {@link DeviceMemory.compile}. */
export interface ResidentOptions {
  /** Outputs that stay on the device. */
  readonly stays: ReadonlySet<string>;
  /** Values of parameters; those of all others are given at every run. */
  readonly weights?: DeviceWeights | undefined;
}

/** Compiles graphs for a device. */
export interface Runtime {
  readonly capabilities: Capabilities;
  compile(graph: Graph, options?: CompileOptions): Promise<CompiledGraph>;
  /** Where the device's memory is its own. */
  readonly device?: DeviceMemory;
}
