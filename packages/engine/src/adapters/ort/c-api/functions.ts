/**
 * @file The functions of ONNX Runtime's C API that Atelier calls, typed, and with its statuses as exceptions.
 * `OrtApi` is a table that only grows at its end (onnxruntime_c_api.h), so that places are stable.
 */

import type Koffi from "koffi";
import { messageOf } from "../../../errors.js";

/** An address in native memory. */
export type Pointer = bigint;

/** Functions by what they are for; those that give a pointer give one that its `release` takes back. */
export interface OrtFunctions {
  createEnvironment(severity: number, id: string): Pointer;
  createSession(
    environment: Pointer,
    model: Uint8Array,
    modelBytes: number,
    options: Pointer,
  ): Promise<Pointer>;
  releaseSession(session: Pointer): void;
  /** Names and values are arrays of pointers; the values of outputs are there already. */
  run(
    session: Pointer,
    options: Pointer,
    inputNames: BigUint64Array,
    inputs: BigUint64Array,
    inputCount: number,
    outputNames: BigUint64Array,
    outputCount: number,
    outputs: BigUint64Array,
  ): Promise<void>;
  createSessionOptions(): Pointer;
  releaseSessionOptions(options: Pointer): void;
  disableMemoryPattern(options: Pointer): void;
  disableArena(options: Pointer): void;
  setLogSeverity(options: Pointer, level: number): void;
  setOptimization(options: Pointer, level: number): void;
  setThreads(options: Pointer, count: number): void;
  addConfigEntry(options: Pointer, key: string, value: string): void;
  /** A device that the library itself computes on, with its usual settings. */
  appendWebGpu(options: Pointer): void;
  /** CUDA with its usual settings. Loads the library's part for it. */
  appendCuda(options: Pointer): void;
  createRunOptions(): Pointer;
  releaseRunOptions(options: Pointer): void;
  setRunLogSeverity(options: Pointer, level: number): void;
  /** Ends the run that has these options between two operators; from any thread. */
  terminate(options: Pointer): void;
  createCpuMemoryInfo(allocator: number, memory: number): Pointer;
  /** Over memory that stays the caller's. */
  createTensor(
    memory: Pointer,
    data: ArrayBufferView,
    dataBytes: number,
    shape: BigInt64Array,
    rank: number,
    elementType: number,
  ): Pointer;
  releaseValue(value: Pointer): void;
  /** Which operators run where, of a session whose configuration asks to record it. */
  assignmentsOf(session: Pointer): Assignment[];
}

/** Operators of a graph that one provider runs together. */
export interface Assignment {
  /** As ONNX Runtime calls it: "CPUExecutionProvider". */
  readonly provider: string;
  /** Their types: "MatMul". */
  readonly operators: readonly string[];
}

/** What is handed over. */
type Argument = Pointer | number | string | ArrayBufferView;

/** Koffi tells a function nothing of its types. */
interface NativeFunction {
  (...values: unknown[]): unknown;
  async(...values: unknown[]): void;
}

const POINTER_BYTES = 8;

/** A list of names without one. */
const none = new BigUint64Array(0);

/** The functions at an address that `GetApi` gave. */
export function bindFunctions(koffi: typeof Koffi, table: Pointer): OrtFunctions {
  const pointer = "void *";
  const size = "size_t";
  const made = koffi.out(koffi.pointer(pointer));
  const counted = koffi.out(koffi.pointer(size));
  const named = koffi.out(koffi.pointer("str"));
  type Kind = "int" | "str" | "void" | typeof pointer | typeof size | typeof made;
  const at = (place: number, result: "str" | "void" | typeof pointer, kinds: Kind[]) => {
    const address: unknown = koffi.decode(table, place * POINTER_BYTES, pointer);
    // Decoding the address of a function gives one that can be called.
    return koffi.decode(address, koffi.proto(result, kinds)) as NativeFunction;
  };

  const getErrorMessage = at(2, "str", [pointer]);
  const releaseStatus = at(93, "void", [pointer]);
  const check = (status: unknown): void => {
    if (status === null) return;
    const message = String(getErrorMessage(status));
    releaseStatus(status);
    throw new Error(message);
  };
  const later = (call: NativeFunction, values: readonly unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      call.async(...values, (error: unknown, result: unknown) => {
        if (error === null) resolve(result);
        else reject(new Error(messageOf(error), { cause: error }));
      });
    });

  const act = (place: number, ...kinds: Kind[]) => {
    const call = at(place, pointer, [pointer, ...kinds]);
    return (...values: Argument[]) => check(call(...values));
  };
  const make = (place: number, ...kinds: Kind[]) => {
    const call = at(place, pointer, [...kinds, made]);
    return (...values: Argument[]): Pointer => {
      const box = [0n];
      check(call(...values, box));
      return firstOf(box);
    };
  };
  const release = (place: number) => {
    const call = at(place, "void", [pointer]);
    return (value: Pointer): void => void call(value);
  };
  const nameOf = (place: number) => {
    const call = at(place, pointer, [pointer, named]);
    return (value: Pointer): string => {
      const box = [""];
      check(call(value, box));
      return String(box[0]);
    };
  };
  /** Things that belong to another, which lists them. */
  const partsOf = (place: number) => {
    const call = at(place, pointer, [pointer, made, counted]);
    return (value: Pointer): Pointer[] => {
      const [first, count] = [[0n], [0]];
      check(call(value, first, count));
      return Array.from({ length: Number(count[0]) }, (_, i) => {
        const part: unknown = koffi.decode(firstOf(first), i * POINTER_BYTES, pointer);
        return part as Pointer;
      });
    };
  };

  const createSession = at(8, pointer, [pointer, pointer, size, pointer, made]);
  const run = at(9, pointer, [
    ...([pointer, pointer, pointer, pointer, size, pointer, size, pointer] as const),
  ]);
  const appendBuiltIn = act(216, "str", pointer, pointer, size);
  const createCudaOptions = make(205);
  const releaseCudaOptions = release(208);
  const appendCuda = act(204, pointer);
  const subgraphsOf = partsOf(407);
  const providerOf = nameOf(408);
  const nodesOf = partsOf(409);
  const operatorOf = nameOf(412);
  return {
    createEnvironment: make(3, "int", "str"),
    async createSession(...values) {
      const box = [0n];
      check(await later(createSession, [...values, box]));
      return firstOf(box);
    },
    async run(...values) {
      check(await later(run, values));
    },
    createSessionOptions: make(10),
    disableMemoryPattern: act(17),
    disableArena: act(19),
    setLogSeverity: act(22, "int"),
    setOptimization: act(23, "int"),
    setThreads: act(24, "int"),
    createRunOptions: make(39),
    setRunLogSeverity: act(41, "int"),
    terminate: act(46),
    createTensor: make(49, pointer, pointer, size, pointer, size, "int"),
    createCpuMemoryInfo: make(69, "int", "int"),
    releaseSession: release(95),
    releaseValue: release(96),
    releaseRunOptions: release(97),
    releaseSessionOptions: release(100),
    addConfigEntry: act(130, "str", "str"),
    appendWebGpu: (options) => appendBuiltIn(options, "WebGPU", none, none, 0),
    appendCuda(options) {
      const settings = createCudaOptions();
      try {
        appendCuda(options, settings);
      } finally {
        releaseCudaOptions(settings);
      }
    },
    assignmentsOf: (session) =>
      subgraphsOf(session).map((subgraph) => ({
        provider: providerOf(subgraph),
        operators: nodesOf(subgraph).map(operatorOf),
      })),
  };
}

function firstOf([pointer = 0n]: readonly Pointer[]): Pointer {
  return pointer;
}
