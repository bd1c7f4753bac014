/** @file A float32 weight from the file that it lies in. */

import { AtelierError, said } from "../errors.js";
import type { OpenFile } from "../open-once.js";
import { widenStored } from "../widen-stored.js";
import type { FilePlace, FileTensor } from "./runtime.js";

/**
 * Reads a float32 weight from the file that it lies in, however it is stored there.
 * @throws AtelierError `dtype` for what does not stand for float32, `file`.
 */
export async function readFloats(
  open: OpenFile,
  { dtype = "float32", scales, ...place }: FileTensor,
): Promise<Float32Array> {
  // A copy begins where numbers may.
  const read = async ({ path, byteOffset, byteLength }: FilePlace) =>
    (await (await open(path)).read(byteOffset, byteLength)).slice();
  const bytes = await read(place);
  if (dtype === "float32") return new Float32Array(bytes.buffer);
  const values = widenStored({
    ...{ dtype, bytes, scales: scales && new Uint16Array((await read(scales)).buffer) },
  });
  if (values !== undefined) return values;
  throw new AtelierError(
    "dtype",
    said`${place.path}: expected a weight that stands for float32, got ${dtype}.`,
  );
}
