/**
 * @file What a run was begun with: the base's weights and the pictures with their captions, by hash in
 * `inputs.json`. A run that is resumed on others would go on, and with other results.
 */

import { AtelierError, type FileStore, said } from "@atelier/engine";
import { z } from "zod";
import { sha256Hex } from "../../core/content-hash.js";
import { option } from "../../core/option-words.js";
import { readJson } from "../../core/read-text.js";
import { type Warning, warning } from "../../core/warnings/warning.js";
import type { CaptionedPicture } from "../../data/captions.js";
import { readPictureFile } from "../../data/load-picture.js";
import { changeText } from "../../english/training-sentences.js";
import type { Pipeline } from "../../pipeline/pipeline.js";
import { fingerprints, type WeightHashes } from "../data/fingerprint.js";

const inputsSchema: z.ZodType<RunInputs> = z.strictObject({
  version: z.literal(1),
  base: z.record(z.string(), z.string()),
  pictures: z.array(z.strictObject({ path: z.string(), caption: z.string(), sha256: z.string() })),
});

/** Hashes of everything that a run reads. */
export interface RunInputs {
  readonly version: 1;
  /** By model. */
  readonly base: Readonly<Record<string, string>>;
  readonly pictures: readonly {
    readonly path: string;
    readonly caption: string;
    readonly sha256: string;
  }[];
}

/** Name of the file in a run's folder. */
export const inputsName = "inputs.json";

/** Describes the base and hashes the pictures. @throws AtelierError `file`, `data`. */
export async function describeInputs(
  files: FileStore,
  { pipeline, hashes }: { readonly pipeline: Pipeline; readonly hashes: WeightHashes },
  pictures: readonly CaptionedPicture[],
): Promise<RunInputs> {
  const base = await fingerprints(hashes, pipeline);
  const described = [];
  for (const { path, caption } of pictures) {
    described.push({ path, caption, sha256: await sha256Hex(await readPictureFile(files, path)) });
  }
  return { version: 1, base, pictures: described };
}

/** Records the inputs of a run that begins. @throws AtelierError `file`. */
export async function writeInputs(
  files: FileStore,
  folder: string,
  inputs: RunInputs,
): Promise<void> {
  const text = `${JSON.stringify(inputs, undefined, 2)}\n`;
  await files.write(files.join(folder, inputsName), [new TextEncoder().encode(text)]);
}

/** What is not as it was when the run began. */
export type InputChange = Warning<"changed-input" | "changed-caption">;

/**
 * What is not as it was when the run began; nothing where the run was cut off before its inputs were
 * recorded.
 */
export async function changedInputs(
  files: FileStore,
  folder: string,
  now: RunInputs,
): Promise<InputChange[]> {
  const path = files.join(folder, inputsName);
  if ((await files.stat(path)) === undefined) return [];
  const parsed = inputsSchema.safeParse(await readJson(files, path));
  if (!parsed.success) return [warning("changed-input", { change: "record-damaged", name: path })];
  const before = parsed.data;
  const changes: InputChange[] = Object.entries(now.base)
    .filter(([component, hash]) => before.base[component] !== hash)
    .map(([name]) => warning("changed-input", { change: "other-weights", name }));
  const known = new Map(before.pictures.map((picture) => [picture.path, picture]));
  for (const { path: name, caption, sha256 } of now.pictures) {
    const was = known.get(name);
    known.delete(name);
    const tell = (change: "new-picture" | "other-picture") =>
      changes.push(warning("changed-input", { change, name }));
    if (was === undefined) tell("new-picture");
    else if (was.sha256 !== sha256) tell("other-picture");
    else if (was.caption !== caption) {
      const captions = { before: was.caption, after: caption };
      changes.push(warning("changed-caption", { picture: name, ...captions }));
    }
  }
  for (const name of known.keys()) {
    changes.push(warning("changed-input", { change: "no-picture", name }));
  }
  return changes;
}

/** @throws AtelierError `training` that names every change. */
export function requireUnchanged(folder: string, changes: readonly InputChange[]): void {
  if (changes.length === 0) return;
  const shown = changes.slice(0, 10).map((change) => `  ${changeText(change)}`);
  if (changes.length > shown.length) shown.push(`  … and ${changes.length - shown.length} more`);
  throw new AtelierError(
    "training",
    said`run ${folder}: expected the base and the pictures of the run, got ${changes.length} ${changes.length === 1 ? "change" : "changes"}:\n${shown.join("\n")}\nPut them back, or go on with them as they are: ${option("allowChanges", true)}.`,
    { context: { changes: changes.map(changeText) } },
  );
}
