/** @file Single files as other programs write them: without what only Atelier stores in the metadata. */

import { nodeFiles } from "@atelier/engine/node";
import { configsMetadataKey } from "../families/keys/single-file-layout.js";
import { openModelFiles } from "../files/model/open-model-files.js";
import { writeSingleFile } from "../files/model/write-model-files.js";
import { openSafetensors } from "../files/safetensors/open-safetensors.js";
import { type TensorSource, writeSafetensors } from "../files/safetensors/write-safetensors.js";

/** What other programs leave in a file. */
export interface ForeignMarks {
  readonly metadata?: Readonly<Record<string, string>>;
  readonly tensors?: readonly TensorSource[];
}

/**
 * Writes a checkpoint folder as one file that says nothing of its schedule but what `marks` hold. Its other
 * configs stay, since the shapes of tiny models do not tell them.
 */
export async function writeForeignFile(
  folder: string,
  path: string,
  { metadata = {}, tensors = [] }: ForeignMarks = {},
): Promise<void> {
  const checkpoint = await openModelFiles(nodeFiles, folder);
  const own = `${path}.own`;
  await writeSingleFile(nodeFiles, checkpoint, { path: own });
  await checkpoint.close();
  const file = await openSafetensors(nodeFiles, own);
  const { scheduler: _, ...configs } = JSON.parse(
    file.metadata.get(configsMetadataKey) ?? "{}",
  ) as Record<string, unknown>; // An object, since Atelier wrote it.
  const sources = [...file.entries].map(([name, { dtype, shape }]) => ({
    name,
    dtype,
    shape,
    async *chunks() {
      yield await file.readBytes(name);
    },
  }));
  await writeSafetensors(nodeFiles, path, [...sources, ...tensors], {
    metadata: new Map([
      ...Object.entries(metadata),
      [configsMetadataKey, JSON.stringify(configs)] as const,
    ]),
  });
  await file.close();
  await nodeFiles.remove(own);
}
