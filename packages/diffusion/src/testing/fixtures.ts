/** @file Where the fixtures of the repository and those beside it lie, and the two that most tests start from. */

import { join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../../../test/fixtures/", import.meta.url));

/** A path below test/fixtures. */
export function fixture(...names: string[]): string {
  return join(folder, ...names);
}

/** A checkpoint with random weights: a diffusers folder (`tiny-sd1`) or a file. */
export function tinyCheckpoint(name: string): string {
  return fixture("tiny-checkpoints", name);
}

/** A tokenizer whose vocabulary is that of the tiny checkpoints. */
export const tinyTokenizer: string = fixture("tokenizer-small");

const shared = fileURLToPath(new URL("../../../../../shared/", import.meta.url));

/** A path below `../shared`. Who reads it is tagged `shared`: such tests are skipped where it is absent. */
export function sharedFile(...names: string[]): string {
  return join(shared, ...names);
}
