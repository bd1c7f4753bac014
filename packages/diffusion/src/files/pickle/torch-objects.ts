/**
 * @file The few names of PyTorch that are understood in a pickle: how tensors, parameters and
 * ordered dicts are put together, and the types of storages. Facts from `torch/_utils.py` and
 * `torch/serialization.py` (PyTorch 2.13).
 */

import { sizeOf } from "@atelier/engine";
import type { SafetensorsDType } from "../../core/safetensors-dtype.js";
import { isPlainData } from "./pickle-globals.js";
import type { PickleHost } from "./pickle-machine.js";
import {
  asKind,
  describeValue,
  type PickleValue,
  type StorageReference,
  type TensorReference,
} from "./pickle-value.js";

/** Most axes of a tensor; PyTorch's own limit is 64, models have five at most. */
const maxAxes = 16;

/** Element types by the name of their old storage class, without `torch.` and `Storage`. */
const storageTypes: ReadonlyMap<string, SafetensorsDType> = new Map([
  ["Double", "F64"],
  ["Float", "F32"],
  ["Half", "F16"],
  ["BFloat16", "BF16"],
  ["Long", "I64"],
  ["Int", "I32"],
  ["Short", "I16"],
  ["Char", "I8"],
  ["Byte", "U8"],
  ["Bool", "BOOL"],
  ["ComplexFloat", "C64"],
]);

/** Element types by their own name, for tensors over untyped storages. */
const elementTypes: ReadonlyMap<string, SafetensorsDType> = new Map([
  ["torch.float64", "F64"],
  ["torch.float32", "F32"],
  ["torch.float16", "F16"],
  ["torch.bfloat16", "BF16"],
  ["torch.int64", "I64"],
  ["torch.int32", "I32"],
  ["torch.int16", "I16"],
  ["torch.int8", "I8"],
  ["torch.uint8", "U8"],
  ["torch.uint16", "U16"],
  ["torch.uint32", "U32"],
  ["torch.uint64", "U64"],
  ["torch.bool", "BOOL"],
  ["torch.complex64", "C64"],
  ["torch.float8_e4m3fn", "F8_E4M3"],
  ["torch.float8_e5m2", "F8_E5M2"],
  ["torch.float8_e4m3fnuz", "F8_E4M3FNUZ"],
  ["torch.float8_e5m2fnuz", "F8_E5M2FNUZ"],
  ["torch.float8_e8m0fnu", "F8_E8M0"],
]);

/** A host for pickles of PyTorch, and the names of what it did not understand. */
export interface TorchObjects {
  readonly host: PickleHost;
  /** Classes and functions whose objects were left out, in the order they came up. */
  readonly skipped: ReadonlySet<string>;
}

/** Makes a host. One is enough for all pickles of a file. */
export function createTorchObjects(): TorchObjects {
  const skipped = new Set<string>();
  return {
    host: {
      resolve: resolveStorage,
      construct(name, args) {
        const construct = constructors.get(name);
        if (construct !== undefined) return construct(args);
        if (!isPlainData(name)) skipped.add(name);
        return { kind: "opaque", name };
      },
    },
    skipped,
  };
}

type Constructor = (args: readonly PickleValue[]) => PickleValue;

/** `_rebuild_parameter(tensor, requires_grad, hooks, …)`: the tensor. */
const unwrapParameter: Constructor = ([tensor = null]) => tensor;

const constructors: ReadonlyMap<string, Constructor> = new Map<string, Constructor>([
  ["collections.OrderedDict", orderedDict],
  ["torch._utils._rebuild_tensor", rebuildTensor],
  ["torch._utils._rebuild_tensor_v2", rebuildTensor],
  ["torch._utils._rebuild_tensor_v3", rebuildTensor],
  ["torch._utils._rebuild_parameter", unwrapParameter],
  ["torch._utils._rebuild_parameter_with_state", unwrapParameter],
]);

function orderedDict([pairs]: readonly PickleValue[]): PickleValue {
  const entries = new Map<PickleValue, PickleValue>();
  for (const pair of itemsOf(pairs)) {
    const [key = null, value = null] = itemsOf(pair);
    entries.set(key, value);
  }
  return { kind: "dict", entries };
}

/** `(storage, offset, shape, strides, requires_grad, hooks, dtype in version 3, …)` */
function rebuildTensor(args: readonly PickleValue[]): TensorReference {
  const storage = asKind(args[0], "storage");
  if (storage === undefined) {
    throw new SyntaxError(`expected a tensor's storage, got ${describeValue(args[0])}`);
  }
  const dtype = storage.dtype ?? elementTypes.get(asKind(args[6], "global")?.name ?? "");
  if (dtype === undefined) {
    throw new SyntaxError(`expected a known element type, got ${describeValue(args[6])}`);
  }
  const offset = requireCount(args[1], "an offset");
  const shape = itemsOf(args[2]).map((extent) => requireCount(extent, "an extent"));
  const strides = itemsOf(args[3]).map((stride) => requireCount(stride, "a stride"));
  const size = sizeOf(shape);
  if (shape.length !== strides.length || shape.length > maxAxes || !Number.isSafeInteger(size)) {
    throw new SyntaxError(
      `expected extents and strides of at most ${maxAxes} axes, got [${shape.join(", ")}] and [${strides.join(", ")}]`,
    );
  }
  return { kind: "tensor", storage, dtype, shape, strides, offset };
}

/** `("storage", type, key, device, length)`; a sixth place held views before PyTorch 0.4. */
function resolveStorage(reference: PickleValue): StorageReference {
  const [tag, type, key, , length, view = null] = itemsOf(reference);
  const typeName = asKind(type, "global")?.name;
  if (tag !== "storage" || typeof key !== "string" || view !== null || typeName === undefined) {
    throw new SyntaxError(`expected a reference to a storage, got ${describeValue(reference)}`);
  }
  const isUntyped = typeName === "torch.storage.UntypedStorage";
  const dtype = storageTypes.get(/^torch\.(?:cuda\.)?(\w+)Storage$/.exec(typeName)?.[1] ?? "");
  if (dtype === undefined && !isUntyped) {
    throw new SyntaxError(`expected a storage of known elements, got ${typeName}`);
  }
  return { kind: "storage", key, dtype, length: requireCount(length, "a length") };
}

function itemsOf(value: PickleValue | undefined): readonly PickleValue[] {
  return (asKind(value, "tuple") ?? asKind(value, "list"))?.items ?? [];
}

function requireCount(value: PickleValue | undefined, what: string): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw new SyntaxError(
    `expected ${what} of a tensor that is a whole number from 0, got ${typeof value === "number" ? value : describeValue(value ?? null)}`,
  );
}
