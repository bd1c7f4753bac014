/**
 * @file The engine's public names, in the order data flows: values, graphs, gradients, ONNX, runtime.
 */

export { type DType, dtypes, type FloatDType, isFloat } from "./dtype.js";
export {
  AtelierError,
  type AtelierErrorOptions,
  type ErrorCode,
  internalError,
  messageOf,
} from "./errors.js";
export type { FileEntry, FileStore, ReadableFile } from "./files.js";
export {
  createTorchGenerator,
  type TorchGenerator,
  type TorchGeneratorState,
} from "./random/torch-generator.js";
export { broadcastShapes, formatShape, type Shape, sameShape, sizeOf } from "./shape.js";
export {
  type FloatTensor,
  floatTensor,
  type HostTensor,
  intTensor,
  type TensorDataMap,
  type TensorOf,
} from "./tensor.js";
