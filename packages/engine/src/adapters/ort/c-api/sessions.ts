/**
 * @file Sessions through ONNX Runtime's C API: runs leave the JavaScript thread free, may overlap, can be
 * stopped, and read and write the caller's memory in place.
 */

import { dtypes } from "../../../dtype.js";
import type { CheckedRun } from "../../../runtime/compiled-graph.js";
import { emptyTensor, type HostTensor } from "../../../tensor.js";
import {
  type CreateSession,
  configEntries,
  type DeviceSettings,
  type SessionRequest,
} from "../sessions.js";
import type { OrtFunctions, Pointer } from "./functions.js";
import type { OrtLibrary } from "./library.js";

/** ORT_LOGGING_LEVEL_FATAL: errors come back as statuses, and are not printed besides. */
export const SILENT = 4;
/** GraphOptimizationLevel. */
const optimizationLevels = { none: 0, all: 99 } as const;
/** OrtDeviceAllocator, OrtMemTypeDefault. */
const cpuMemory = [0, 0] as const;

/** What native code works on at the moment: nothing of it may be collected. */
const held = new Set<object>();

/** Stops the runs that are under way. */
const stops = new Set<() => void>();

/** Makes sessions of an opened library. @throws Error as ONNX Runtime puts it. */
export function createCApiSessions({ functions: ort, addressOf }: OrtLibrary): CreateSession {
  // Both live as long as the process.
  const environment = ort.createEnvironment(SILENT, "atelier");
  const memory = ort.createCpuMemoryInfo(...cpuMemory);
  // A process ends when the threads of its runs do.
  process.once("exit", () => {
    for (const stop of stops) stop();
  });

  /** Addresses of names; the bytes behind them must be held as long as these. */
  const listNames = (names: readonly string[]) => {
    const bytes = names.map((name) => new TextEncoder().encode(`${name}\0`));
    return { bytes, addresses: BigUint64Array.from(bytes, addressOf) };
  };

  const createTensor = ({ data, shape, dtype }: HostTensor): Pointer => {
    const extents = BigInt64Array.from(shape, BigInt);
    const { onnx } = dtypes[dtype];
    return ort.createTensor(memory, data, data.byteLength, extents, extents.length, onnx);
  };

  return async (request, settings) => {
    const session = await openSession(ort, environment, { request, settings });
    // What `execute` names lives as long as the session: the request, with the encoded model, may not.
    const { inputs: names, outputs } = request;
    const inputNames = listNames(names);
    const outputNames = listNames(outputs.map(({ name }) => name));

    async function execute({ values, targets, signal }: CheckedRun): Promise<HostTensor[]> {
      const results = outputs.map(({ type }, i) => targets[i] ?? emptyTensor(type));
      const options = ort.createRunOptions();
      const tensors: Pointer[] = [];
      const work: object[] = [values, results, inputNames, outputNames];
      const stop = () => ort.terminate(options);
      held.add(work);
      stops.add(stop);
      signal?.addEventListener("abort", stop);
      try {
        ort.setRunLogSeverity(options, SILENT);
        // One by one: those that were made are released where a later one fails.
        for (const tensor of [...values, ...results]) tensors.push(createTensor(tensor));
        const given = BigUint64Array.from(tensors.slice(0, values.length));
        const made = BigUint64Array.from(tensors.slice(values.length));
        work.push(given, made);
        await ort.run(
          ...([session, options, inputNames.addresses, given, given.length] as const),
          ...([outputNames.addresses, made.length, made] as const),
        );
        return results;
      } finally {
        signal?.removeEventListener("abort", stop);
        stops.delete(stop);
        held.delete(work);
        for (const tensor of tensors) ort.releaseValue(tensor);
        ort.releaseRunOptions(options);
      }
    }

    return { execute, [Symbol.asyncDispose]: async () => ort.releaseSession(session) };
  };
}

/** What a session is made of. */
interface SessionParts {
  readonly request: SessionRequest;
  readonly settings: DeviceSettings;
  /** Entries of its configuration beside the usual. */
  readonly more?: Readonly<Record<string, string>>;
}

/** Makes a session, which must be released. @throws Error as ONNX Runtime puts it. */
export async function openSession(
  ort: OrtFunctions,
  environment: Pointer,
  { request, settings: { provider, threads, usesArena }, more = {} }: SessionParts,
): Promise<Pointer> {
  const { model, folder, isOptimized } = request;
  const options = ort.createSessionOptions();
  held.add(request);
  try {
    ort.setLogSeverity(options, SILENT);
    ort.disableMemoryPattern(options);
    if (!usesArena) ort.disableArena(options);
    ort.setThreads(options, threads);
    ort.setOptimization(options, optimizationLevels[isOptimized ? "all" : "none"]);
    if (provider === "webgpu") ort.appendWebGpu(options);
    if (provider === "cuda") ort.appendCuda(options);
    const entries = {
      ...configEntries(request),
      ...more,
      "session.model_external_initializers_file_folder_path": folder,
    };
    for (const [key, value] of Object.entries(entries)) ort.addConfigEntry(options, key, value);
    return await ort.createSession(environment, model, model.length, options);
  } finally {
    held.delete(request);
    ort.releaseSessionOptions(options);
  }
}
