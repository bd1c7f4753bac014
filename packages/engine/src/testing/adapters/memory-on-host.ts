/** @file A device's memory for tests, which is the processor's: what stays is a copy that only its holder reads. */

import { internalError } from "../../errors.js";
import type {
  AnyTensor,
  DeviceMemory,
  DeviceTensor,
  DeviceWeights,
  ParameterSource,
  Runtime,
} from "../../runtime/runtime.js";
import type { HostTensor } from "../../tensor.js";

/** The memory of a device whose graphs a runtime of the processor runs. */
export function memoryOnHost({ compile }: Pick<Runtime, "compile">): DeviceMemory {
  const held = new WeakMap<DeviceTensor, HostTensor>();
  const loaded = new WeakMap<DeviceWeights, ReadonlyMap<string, ParameterSource>>();
  const hold = (tensor: HostTensor): DeviceTensor => {
    const { dtype, shape } = tensor;
    const made: DeviceTensor = { dtype, shape, [Symbol.dispose]: () => void held.delete(made) };
    held.set(made, structuredClone(tensor));
    return made;
  };
  const heldValue = (tensor: AnyTensor): HostTensor => {
    const value = "data" in tensor ? tensor : held.get(tensor);
    if (value === undefined) throw internalError("a tensor was read after it was disposed.");
    return value;
  };
  return {
    upload: async (tensor) => hold(tensor),
    download: async (tensor) => structuredClone(heldValue(tensor)),
    async load(_, sources) {
      const made: DeviceWeights = { [Symbol.dispose]: () => {} };
      loaded.set(made, sources);
      return made;
    },
    async compile(graph, { stays, weights }) {
      const parameters = weights && loaded.get(weights);
      const compiled = await compile(graph, parameters && { parameters });
      return {
        async run(values, options) {
          const given = Object.entries(values).map(
            ([name, value]) => [name, heldValue(value)] as const,
          );
          const all = await compiled.run(Object.fromEntries(given), options);
          const entries = Object.entries(all);
          const stayed = entries.filter(([name]) => stays.has(name));
          return {
            results: Object.fromEntries(entries.filter(([name]) => !stays.has(name))),
            stayed: Object.fromEntries(stayed.map(([name, tensor]) => [name, hold(tensor)])),
          };
        },
        [Symbol.asyncDispose]: () => compiled[Symbol.asyncDispose](),
      };
    },
  };
}
