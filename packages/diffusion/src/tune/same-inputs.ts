/** @file Probes are compared with each other only as long as pictures, captions and base stay what they are. */

import { AtelierError, type FileStore, said } from "@atelier/engine";
import { readText } from "../core/read-text.js";
import { inputsName } from "../train/folder/run-inputs.js";

/** @throws AtelierError `training` where two runs have read something else. */
export async function requireSameInputs(
  files: FileStore,
  [first, other]: readonly [first: string, other: string],
): Promise<void> {
  const [before, now] = await Promise.all(
    [first, other].map((run) => readText(files, files.join(run, inputsName))),
  );
  if (before === now) return;
  throw new AtelierError(
    "training",
    said`tune: expected the pictures, captions and base that it began with, got others: ${files.join(other, inputsName)} is not what ${files.join(first, inputsName)} is. Put them back and go on, or begin a new tune.`,
    { context: { first, other } },
  );
}
