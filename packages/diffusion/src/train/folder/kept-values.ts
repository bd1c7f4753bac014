/**
 * @file Trained values of the step that is the best so far, `kept/step-000120.safetensors` in a run's folder: what
 * the run's result is made of, where that is not the last step's.
 */

import { AtelierError, type FileStore, type FloatTensor, said } from "@atelier/engine";
import { openSafetensors } from "../../files/safetensors/open-safetensors.js";
import { tensorSource, writeSafetensors } from "../../files/safetensors/write-safetensors.js";
import type { ParameterValues } from "../parts/tuning-part.js";
import { stepName } from "./step-name.js";

/** Values after a step. */
export interface KeptValues {
  readonly step: number;
  readonly values: ParameterValues;
}

const folderName = "kept";
const suffix = ".safetensors";

const pathOf = (files: FileStore, run: string, step: number): string =>
  files.join(run, folderName, `step-${stepName(step)}${suffix}`);

/** Keeps the values of a step. @throws AtelierError `file`. */
export async function keepValues(
  files: FileStore,
  run: string,
  { step, values }: KeptValues,
): Promise<void> {
  const tensors = [...values].map(([name, tensor]) => tensorSource(name, tensor));
  await writeSafetensors(files, pathOf(files, run, step), tensors);
}

/** The values of a step. @throws AtelierError `file`, `format`. */
export async function readKeptValues(
  files: FileStore,
  run: string,
  step: number,
): Promise<KeptValues> {
  const path = pathOf(files, run, step);
  const file = await openSafetensors(files, path);
  try {
    const values = new Map<string, FloatTensor>();
    for (const name of file.entries.keys()) {
      const tensor = await file.read(name);
      if (tensor.dtype !== "float32") {
        throw new AtelierError(
          "format",
          said`${path}: expected float32 ${name}, got ${tensor.dtype}.`,
        );
      }
      values.set(name, tensor);
    }
    return { step, values };
  } finally {
    await file.close();
  }
}

/** Removes all but those of some steps. @throws AtelierError `file`. */
export async function pruneKeptValues(
  files: FileStore,
  run: string,
  steps: ReadonlySet<number>,
): Promise<void> {
  const folder = files.join(run, folderName);
  if ((await files.stat(folder)) === undefined) return;
  const wanted = new Set([...steps].map((step) => pathOf(files, run, step)));
  const paths = (await files.list(folder)).map(({ name }) => files.join(folder, name));
  for (const path of paths) if (!wanted.has(path)) await files.remove(path);
  if (paths.every((path) => !wanted.has(path))) await files.remove(folder);
}
