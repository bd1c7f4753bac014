/**
 * @file The memory of a device, by ONNX Runtime's JavaScript interface. That has no copies of its own in Node:
 * an operator that does nothing makes them, with its input or its output on the device.
 */

import type { Tensor } from "onnxruntime-node";
import { type DType, dtypes } from "../../dtype.js";
import { internalError } from "../../errors.js";
import type { NodeOf } from "../../graph/node.js";
import { encodeModel } from "../../onnx/model-proto.js";
import { narrowInteger, typeOnDevice, widenInteger } from "../../onnx/narrow-integers.js";
import type { DeviceMemory, DeviceTensor, DeviceWeights, Runtime } from "../../runtime/runtime.js";
import { isBlocks } from "../../stored-dtype.js";
import { anyToOrt, fromOrt, type OrtApi, type OrtSession } from "./binding-executor.js";
import { compileGraph, compileResident, type Device, type Resident } from "./compile-graph.js";
import { deviceTensor, type SharedSession, shareSession } from "./device-tensors.js";
import type { CreateResidentSession } from "./sessions.js";
import { isInFile, readFixed, storedType } from "./stored-weights.js";

/** How ONNX Runtime is reached. */
export interface ResidentApi {
  readonly createSession: CreateResidentSession;
  readonly loadOrt: () => Promise<OrtApi>;
}

interface Copies {
  readonly session: OrtSession;
  readonly shared: SharedSession;
}

/** A runtime on a device whose memory is its own. */
export function runtimeOn(device: Device, api: ResidentApi): Runtime {
  const own: Device = { ...device, memory: { ...api, upload: (tensor) => memory.upload(tensor) } };
  const memory = createDeviceMemory(own, api);
  return {
    capabilities: device.capabilities,
    compile: (graph, options) => compileGraph(graph, own, options),
    device: memory,
  };
}

function createDeviceMemory(
  device: Device,
  { loadOrt }: Pick<ResidentApi, "loadOrt">,
): DeviceMemory {
  const loaded = new WeakMap<DeviceWeights, Omit<Resident, "stays">>();
  const { provider } = device.settings;
  const { computesInt64 } = device.capabilities;
  const sessions = new Map<string, Promise<Copies>>();
  const open = async (dtype: DType, to: "device" | "host"): Promise<Copies> =>
    openCopies(await loadOrt(), dtype, { provider, to });
  /** Copies of any shape to or from the device; they stay open for those that follow. */
  const copies = (dtype: DType, to: "device" | "host"): Promise<Copies> => {
    const key = `${dtype} to ${to}`;
    const found = sessions.get(key) ?? open(dtype, to);
    sessions.set(key, found);
    return found;
  };
  const memory: DeviceMemory = {
    async upload(tensor) {
      const { Tensor } = await loadOrt();
      const stored = computesInt64 ? tensor : narrowInteger(tensor);
      const x = anyToOrt(Tensor, stored);
      const { session, shared } = await copies(stored.dtype, "device");
      const { y } = await session.run({ x });
      return deviceTensor(requireOutput(y), tensor, shared);
    },
    async download(tensor) {
      const { Tensor } = await loadOrt();
      const dtype = typeOnDevice(tensor.dtype, { computesInt64 });
      const { session } = await copies(dtype, "host");
      const { y } = await session.run({ x: anyToOrt(Tensor, tensor) });
      const stored = fromOrt(requireOutput(y), { dtype, shape: tensor.shape });
      return tensor.dtype === "int64" ? widenInteger(stored) : stored;
    },
    async load(weights, sources) {
      const shared = new Map<string, DeviceTensor>();
      const dispose = (): void => {
        for (const tensor of shared.values()) tensor[Symbol.dispose]();
      };
      // Tensors of these types are none of the interface's: they become part of each session.
      const isStored = (weight: NodeOf<"parameter">): boolean => {
        const source = sources.get(weight.attributes.name);
        return isInFile(source) && isBlocks(storedType(weight, source));
      };
      try {
        // One after another: the processor's memory holds one at a time.
        for (const weight of weights.filter((each) => !isStored(each))) {
          for (const [name, tensor] of await readFixed([weight], sources, device.files)) {
            shared.set(name, await memory.upload(tensor));
          }
        }
      } catch (error) {
        dispose();
        throw error;
      }
      const stored = new Map(
        weights.filter(isStored).flatMap(({ attributes: { name } }) => {
          const source = sources.get(name);
          return source === undefined ? [] : [[name, source] as const];
        }),
      );
      const made: DeviceWeights = { [Symbol.dispose]: dispose };
      loaded.set(made, { shared, stored });
      return made;
    },
    async compile(graph, { stays, weights }) {
      const known = weights && loaded.get(weights);
      const { shared = new Map(), stored = new Map() } = known ?? {};
      return compileResident(graph, { stays, shared, stored }, device);
    },
  };
  return memory;
}

async function openCopies(
  { InferenceSession }: OrtApi,
  dtype: DType,
  { provider, to }: { readonly provider: string; readonly to: "device" | "host" },
): Promise<Copies> {
  // Without a shape: they serve all.
  const type = { elementType: dtypes[dtype].onnx };
  const model = encodeModel({
    nodes: [{ opType: "Identity", inputs: ["x"], outputs: ["y"] }],
    inputs: [{ name: "x", ...type }],
    outputs: [{ name: "y", ...type }],
    initializers: [],
    opsets: { "": 21 },
  });
  const session = await InferenceSession.create(model, {
    executionProviders: [provider],
    logSeverityLevel: 4,
    graphOptimizationLevel: "disabled",
    ...(to === "device" ? { preferredOutputLocation: "gpu-buffer" } : {}),
  });
  return { session, shared: shareSession(() => session.release()) };
}

function requireOutput(tensor: Tensor | undefined): Tensor {
  if (tensor === undefined) throw internalError("runtime: a copy has no output.");
  return tensor;
}
