/**
 * @file The checksums of a model folder: written when the model is exported, compared before it is
 * used, so that a damaged copy is named and never trained on.
 */

import { readText, sha256Hex, trainingConfigName } from "@atelier/diffusion/core";
import { isSystemFile } from "@atelier/diffusion/data";
import { AtelierError, type FileStore, said } from "@atelier/engine";

/** Lists the files of the folder that it lies in. */
export const checksumsName = "checksums.json";

/** What a file must be. */
interface FileChecksum {
  readonly sizeBytes: number;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
}

/** By path below the folder, with slashes. */
type Checksums = ReadonlyMap<string, FileChecksum>;

/** Writes {@link checksumsName} for everything that is in a folder. @throws AtelierError `file`. */
export async function writeChecksums(files: FileStore, folder: string): Promise<void> {
  const entries: [string, FileChecksum][] = [];
  for (const { path, sizeBytes } of await listFiles(files, folder)) {
    entries.push([path, { sizeBytes, sha256: await hashFile(files, folder, path) }]);
  }
  await files.write(files.join(folder, checksumsName), [encodeList(entries)]);
}

function encodeList(entries: Iterable<readonly [string, FileChecksum]>): Uint8Array {
  const text = `${JSON.stringify({ files: Object.fromEntries(entries) }, undefined, 2)}\n`;
  return new TextEncoder().encode(text);
}

/**
 * Compares a folder with its {@link checksumsName} and returns a fingerprint of the model: the hash of that list
 * without the advice for trainings, of which a run records what it has taken. Other advice makes no other model.
 * @throws AtelierError `file` that names every file that is missing, changed or of no use; `format`
 *   for a list that cannot be read.
 */
export async function verifyChecksums(files: FileStore, folder: string): Promise<string> {
  const path = files.join(folder, checksumsName);
  const text = (await files.stat(path)) === undefined ? undefined : await readText(files, path);
  const listed = text === undefined ? undefined : parseChecksums(text, path);
  const problems =
    listed === undefined
      ? [`${checksumsName}: expected the list of files, got no file`]
      : await compare(files, folder, listed);
  if (listed !== undefined && problems.length === 0) {
    return sha256Hex(encodeList([...listed].filter(([name]) => name !== trainingConfigName)));
  }
  throw new AtelierError(
    "file",
    said`embedded base ${folder}: expected the files that Atelier came with, got:\n${problems.map((problem) => `  ${problem}`).join("\n")}\nInstall Atelier again; in a clone, run git checkout -- packages/base/model and remove what does not belong there.`,
    { context: { folder, problems } },
  );
}

/** One line for each file that is not as listed. */
async function compare(files: FileStore, folder: string, listed: Checksums): Promise<string[]> {
  const found = await listFiles(files, folder);
  const problems = await Promise.all(
    found.map(async ({ path, sizeBytes }) => {
      const expected = listed.get(path);
      if (expected === undefined) return [`${path}: expected no such file`];
      if (expected.sizeBytes !== sizeBytes) {
        return [`${path}: expected ${expected.sizeBytes} bytes, got ${sizeBytes}`];
      }
      const sha256 = await hashFile(files, folder, path);
      if (sha256 === expected.sha256) return [];
      return [`${path}: expected SHA-256 ${short(expected.sha256)}, got ${short(sha256)}`];
    }),
  );
  const paths = new Set(found.map(({ path }) => path));
  const missing = [...listed.keys()].filter((path) => !paths.has(path));
  return [...problems.flat(), ...missing.map((path) => `${path}: expected a file, got none`)];
}

/** All files below a folder but the list itself and those that systems leave behind. */
export async function listFiles(
  files: FileStore,
  folder: string,
  prefix = "",
): Promise<{ readonly path: string; readonly sizeBytes: number }[]> {
  const found: { readonly path: string; readonly sizeBytes: number }[] = [];
  for (const { name, kind, sizeBytes } of await files.list(folder)) {
    const path = prefix + name;
    if (isSystemFile(name) || path === checksumsName) continue;
    if (kind === "file") found.push({ path, sizeBytes });
    else found.push(...(await listFiles(files, files.join(folder, name), `${path}/`)));
  }
  return found;
}

async function hashFile(files: FileStore, folder: string, path: string): Promise<string> {
  const file = await files.open(files.join(folder, ...path.split("/")));
  try {
    return await file.sha256(0, file.sizeBytes);
  } finally {
    await file.close();
  }
}

function parseChecksums(text: string, path: string): Checksums {
  const entries = Object.entries(fieldOf(parseJson(text), "files") ?? {});
  const listed = new Map<string, FileChecksum>();
  for (const [name, value] of entries) {
    const [sizeBytes, sha256] = [fieldOf(value, "sizeBytes"), fieldOf(value, "sha256")];
    if (typeof sizeBytes === "number" && typeof sha256 === "string") {
      listed.set(name, { sizeBytes, sha256 });
    }
  }
  if (entries.length > 0 && listed.size === entries.length) return listed;
  throw new AtelierError(
    "format",
    said`${path}: expected sizes and SHA-256 of files, got something else. Install Atelier again; in a clone, run git checkout -- packages/base/model.`,
  );
}

/** The parsed value, or `undefined` for what is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return new Map<string, unknown>(Object.entries(value)).get(name);
}

const short = (sha256: string): string => `${sha256.slice(0, 12)}…`;
