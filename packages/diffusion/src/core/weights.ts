/** @file Named tensors of a model, wherever they lie: nothing is read before it is asked for. */

import type { BlockDType, FilePlace, FloatTensor, HostTensor, Shape } from "@atelier/engine";
import type { SafetensorsDType } from "./safetensors-dtype.js";

/** Where one tensor stands. */
export interface SafetensorsEntry {
  readonly dtype: SafetensorsDType;
  readonly shape: Shape;
  /** The file that holds the data; one of several for a sharded model. */
  readonly file: string;
  /** Absolute position of the first byte in that file. */
  readonly byteOffset: number;
  readonly byteLength: number;
  /** `false` where these bytes are not the tensor row by row: it can be read, but not mapped. */
  readonly isWhole?: false;
  /** What the numbers of these bytes are multiplied by, where that stands elsewhere in the file. */
  readonly scale?: number;
}

/** Where a model's tensor lies. Without a transform its bytes are the tensor. */
export interface WeightEntry extends SafetensorsEntry {
  /** The tensor's name in the file. */
  readonly storedName: string;
  /**
   * `transpose`: the bytes hold the matrix with its axes swapped; `halves`: the halves of the first axis the other way
   * round. Using either takes a copy.
   */
  readonly transform?: "transpose" | "halves";
  /** The bytes are these integers, with float16 scales; read as float32 they are the weight. */
  readonly blocks?: StoredBlocks;
}

/** Integers of which so many in a row share a scale, see `FileTensor` of the engine. */
export interface StoredBlocks {
  readonly dtype: BlockDType;
  readonly scales: FilePlace;
}

/** One model's tensors by the model's names. */
export interface Weights {
  readonly entries: ReadonlyMap<string, WeightEntry>;
  /** A tensor in its stored type, in the model's shape. @throws AtelierError `weights`, `dtype`, `file`. */
  read(name: string): Promise<HostTensor>;
  /** A float tensor of any stored width as float32. @throws AtelierError `weights`, `dtype`, `file`. */
  readFloat32(name: string): Promise<FloatTensor>;
}
