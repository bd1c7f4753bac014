/** @file Tensor files made of others: with other names, fewer tensors, other types. */

import { nodeFiles } from "@atelier/engine/node";
import { type TensorSource, writeSafetensors } from "../files/safetensors/write-safetensors.js";
import { openTensorFile } from "../files/tensor-file.js";

/** What becomes of a tensor: nothing, or some in its place. */
export type Change = (tensor: TensorSource) => TensorSource | readonly TensorSource[] | undefined;

/** Writes what the tensors of a file become into a safetensors file. */
export async function rewriteFile(
  from: string | readonly string[],
  to: string,
  { change = (tensor) => tensor, metadata = {}, keepsMetadata = false }: RewriteOptions = {},
): Promise<string> {
  const opened = await Promise.all([from].flat().map((path) => openTensorFile(nodeFiles, path)));
  const sources = opened.flatMap((file) =>
    [...file.entries].map(([name, { dtype, shape }]): TensorSource => {
      return {
        ...{ name, dtype, shape },
        async *chunks() {
          yield await file.readBytes(name);
        },
      };
    }),
  );
  const changed = sources.flatMap((tensor) => change(tensor) ?? []);
  const kept = keepsMetadata ? (opened[0]?.metadata ?? []) : [];
  await writeSafetensors(nodeFiles, to, changed, {
    metadata: new Map([...kept, ...Object.entries(metadata)]),
  });
  for (const file of opened) await file.close();
  return to;
}

/** Options of {@link rewriteFile}. */
export interface RewriteOptions {
  readonly change?: Change;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Whether the first file's stay, and with them the configs that Atelier stored. */
  readonly keepsMetadata?: boolean;
}

/** Those below a prefix, which is replaced by another one. */
export function below(prefix: string, other = ""): Change {
  return (tensor) =>
    tensor.name.startsWith(prefix)
      ? { ...tensor, name: other + tensor.name.slice(prefix.length) }
      : undefined;
}
