/**
 * @file The engine's public names, in the order data flows: values, graphs, gradients, ONNX, runtime.
 */

export { gradients } from "./autodiff/gradient.js";
export { type DType, dtypes, type FloatDType, isFloat } from "./dtype.js";
export {
  AtelierError,
  type AtelierErrorOptions,
  asAtelierError,
  type ErrorCode,
  errorSentence,
  internalError,
  messageOf,
  type Sentence,
  type SentenceCatalogue,
  type SentenceParam,
  said,
  sentenceIn,
} from "./errors.js";
export type { FileEntry, FileStore, ReadableFile } from "./files.js";
export type { Graph } from "./graph/graph.js";
export { ancestorsOf, inputsOf, nodesOf, parametersOf } from "./graph/graph.js";
export { mixedPrecision } from "./graph/mixed-precision.js";
export { formatType, type GraphNode, type NodeOf, type ValueType } from "./graph/node.js";
export type { OpAttributes, OpKind } from "./graph/op-attributes.js";
export { type AttentionOptions, attention } from "./graph/ops/attention.js";
export { type ConvOptions, conv2d } from "./graph/ops/conv.js";
export {
  abs,
  add,
  cast,
  cos,
  div,
  equal,
  erf,
  exp,
  floor,
  gelu,
  geluTanh,
  greater,
  log,
  maximum,
  minimum,
  mul,
  neg,
  type Operand,
  quickGelu,
  sigmoid,
  sign,
  silu,
  sin,
  sqrt,
  square,
  sub,
  tanh,
  where,
} from "./graph/ops/elementwise.js";
export { linear, type MatmulOptions, matmul } from "./graph/ops/linalg.js";
export { checkpoint, detach } from "./graph/ops/mark.js";
export {
  broadcast,
  concat,
  gatherRows,
  narrow,
  pad,
  reshape,
  scatterAddRows,
  slice,
  transpose,
  upsampleNearest,
} from "./graph/ops/movement.js";
export { inverseDeviation, standardize } from "./graph/ops/norm.js";
export {
  argmax,
  max,
  mean,
  type ReduceOptions,
  softmax,
  sum,
  sumSquares,
} from "./graph/ops/reduce.js";
export { constant, input, parameter, scalar } from "./graph/ops/source.js";
export { peakBytes } from "./graph/peak-bytes.js";
export { printGraph } from "./graph/print.js";
export { verify } from "./graph/verify.js";
export { type HalfDType, isHalf, narrowHalf, widenHalf } from "./half.js";
export { allocateVectors, type VectorKernels, type VectorMemory } from "./kernels/vector-memory.js";
export * as nn from "./nn/index.js";
export {
  createWeights,
  type LayerCall,
  type Overlay,
  type Weights,
  type WeightsOptions,
} from "./nn/weights.js";
export { type LoweringOptions, lowerGraph, type ParameterBinding } from "./onnx/lower-graph.js";
export { encodeModel, type OnnxModel } from "./onnx/model-proto.js";
export type { Narrowed } from "./onnx/narrowed-weights.js";
export { type OpenFile, openOnce } from "./open-once.js";
export {
  type AdafactorOptions,
  adafactor,
  type TorchAdafactorOptions,
  torchAdafactor,
} from "./optim/adafactor.js";
export { type AdamOptions, adam, adamW } from "./optim/adam.js";
export type { StepResults } from "./optim/compiled-step.js";
export { type StateStorage, withStateStorage } from "./optim/compressed-state.js";
export { createForwardRuns, type ForwardRuns } from "./optim/forward-runs.js";
export { type LionOptions, lion } from "./optim/lion.js";
export { type LossScaling, usualLossScaling } from "./optim/loss-scaling.js";
export { type MuonOptions, muon } from "./optim/muon.js";
export type {
  Estimation,
  Optimizer,
  Slot,
  StepScalars,
  UpdateInputs,
  UpdateOutputs,
} from "./optim/optimizer.js";
export type { OptimizerGroup } from "./optim/optimizer-groups.js";
export {
  type AverageOptions,
  averageDecay,
  movingAverage,
  type ParameterAverage,
} from "./optim/parameter-average.js";
export { type ProdigyOptions, prodigy } from "./optim/prodigy.js";
export { type SgdOptions, sgd } from "./optim/sgd.js";
export {
  type LayoutOptions,
  type StateEntry,
  type StateLayout,
  type StateRole,
  type StateVector,
  stateBytes,
  stateLayout,
} from "./optim/state-layout.js";
export { type StepMemory, stepMemory } from "./optim/step-memory.js";
export {
  createStepper,
  type EvaluateOptions,
  type StepOptions,
  type Stepper,
  type StepperOptions,
} from "./optim/stepper.js";
export { stateNames, type TrainingGraphOptions, trainingGraphs } from "./optim/training-graph.js";
export {
  createTorchGenerator,
  type TorchGenerator,
  type TorchGeneratorState,
} from "./random/torch-generator.js";
export { probeHalf } from "./runtime/probe-half.js";
export { probeRuntime, probeTolerance } from "./runtime/probe-runtime.js";
export { readFloats } from "./runtime/read-floats.js";
export { isDeviceLost, runError } from "./runtime/run-error.js";
export type {
  AnyTensor,
  Capabilities,
  CompiledGraph,
  CompileOptions,
  DeviceMemory,
  DeviceTensor,
  DeviceWeights,
  FilePlace,
  FileTensor,
  ParameterSource,
  ResidentGraph,
  ResidentOptions,
  ResidentResults,
  RunOptions,
  Runtime,
  TensorMap,
} from "./runtime/runtime.js";
export { broadcastShapes, formatShape, type Shape, sameShape, sizeOf } from "./shape.js";
export { columnsOf, fitColumns, graphemeStart, padColumns, shorten } from "./shorten.js";
export {
  type BlockDType,
  blockSize,
  isBlocks,
  isNarrow,
  type StoredDType,
  storedFacts,
} from "./stored-dtype.js";
export {
  byteView,
  emptyTensor,
  type FloatTensor,
  floatTensor,
  type HostTensor,
  intTensor,
  requireFloats,
  type TensorDataMap,
  type TensorOf,
} from "./tensor.js";
export { type StoredWeight, widenStored } from "./widen-stored.js";
