/** @file A batch, and a part of it: some rows of the subject and, behind them, those of its class. */

import { byteView, emptyTensor, type HostTensor, type TensorMap } from "@atelier/engine";

/** A batch and what it shows. */
export interface TrainingBatch {
  readonly values: TensorMap;
  /** Names of its pictures. */
  readonly pictures: readonly string[];
  readonly captions: readonly string[];
  readonly timesteps: readonly number[];
}

/** Which part. */
export interface BatchPart {
  /** From 0. */
  readonly part: number;
  readonly parts: number;
  /** Rows of the subject in the whole batch, and of its class where there are any. */
  readonly batchSize: number;
}

/** Rows of a batch whose values all begin with an axis of rows; each part has equal shares of subject and class. */
export function batchPart(
  { values, pictures, captions, timesteps }: TrainingBatch,
  { part, parts, batchSize }: BatchPart,
): TrainingBatch {
  const count = batchSize / parts;
  const sections = pictures.length / batchSize;
  const starts = Array.from({ length: sections }, (_, i) => i * batchSize + part * count);
  const chosen = <Value>(rows: readonly Value[]): Value[] =>
    starts.flatMap((start) => rows.slice(start, start + count));
  return {
    values: Object.fromEntries(
      Object.entries(values).map(([name, tensor]) => [name, rowsFrom(tensor, starts, count)]),
    ),
    pictures: chosen(pictures),
    captions: chosen(captions),
    timesteps: chosen(timesteps),
  };
}

/** `count` rows from each start, one below the other. */
function rowsFrom(tensor: HostTensor, starts: readonly number[], count: number): HostTensor {
  const [rows = 1, ...rest] = tensor.shape;
  const [source, bytes] = [byteView(tensor.data), tensor.data.byteLength / rows];
  const part = emptyTensor({ dtype: tensor.dtype, shape: [starts.length * count, ...rest] });
  const target = byteView(part.data);
  for (const [i, start] of starts.entries()) {
    target.set(source.subarray(start * bytes, (start + count) * bytes), i * count * bytes);
  }
  return part;
}
