/** @file From what a request names to what a command line names. */

import { said } from "@atelier/engine";
import { refused } from "../../api/refusal.js";
import { repositoryName } from "../../api/values.js";
import type { LibraryFolder } from "../../library/folder/library-folder.js";
import { newName } from "../../library/folder/safe-name.js";

/** Folders with models, adapters and words; a name is of one thing in all of them. */
export const itemSections = ["models", "adapters", "words"] as const;

/** One of {@link itemSections}. */
export type ItemSection = (typeof itemSections)[number];

/** Something of the library. */
export interface FoundItem {
  readonly section: ItemSection;
  readonly path: string;
  readonly isFolder: boolean;
}

/** The file that a name without an ending means. */
export const ending = ".safetensors";

/** Finds a model, an adapter or a word by its name, with or without the ending of its file. */
export async function findItem(
  library: LibraryFolder,
  name: string,
  sections: readonly ItemSection[] = itemSections,
): Promise<FoundItem | undefined> {
  for (const section of sections) {
    for (const spelled of [name, name + ending]) {
      const { path, stats } = await library.place(section, spelled);
      if (stats !== undefined) return { section, path, isFolder: stats.isDirectory() };
    }
  }
  return undefined;
}

/** The same. @throws AtelierError, not found. */
export async function requireItem(
  library: LibraryFolder,
  name: string,
  sections: readonly ItemSection[] = itemSections,
): Promise<FoundItem> {
  const found = await findItem(library, name, sections);
  if (found !== undefined) return found;
  throw refused(
    "not-found",
    said`${name}: expected something of the library (${sections.join(", ")}), got no such name. Look how it is called there.`,
    { name },
  );
}

/** @throws AtelierError where a result may not be called so. */
export async function requireFree(library: LibraryFolder, name: string): Promise<void> {
  newName(name);
  if ((await findItem(library, stemOf(name))) === undefined) return;
  throw refused(
    "conflict",
    said`${name}: expected a name that nothing in the library has, got one that is taken. Choose another.`,
    { name },
  );
}

/** A name without the ending of its file. */
export const stemOf = (name: string): string =>
  name.toLowerCase().endsWith(ending) ? name.slice(0, -ending.length) : name;

/** Whether a name is that of a repository: `owner/name`. */
export const isRepository = (name: string): boolean => repositoryName.safeParse(name).success;

/** A model as command lines name it: `embedded`, a path, or a repository. @throws AtelierError, not found. */
export async function modelArgument(library: LibraryFolder, name: string): Promise<string> {
  if (name === "embedded" || isRepository(name)) return name;
  return (await requireItem(library, name, ["models"])).path;
}

/** The folder of a data set. @throws AtelierError, not found. */
export async function datasetFolder(library: LibraryFolder, name: string): Promise<string> {
  const { path, stats } = await library.place("datasets", name);
  if (stats?.isDirectory() === true) return path;
  throw refused(
    "not-found",
    said`data set ${name}: expected one of the library, got no such name. Look how it is called there.`,
    { name },
  );
}

/** The folder of a run. @throws AtelierError, not found. */
export async function runFolder(library: LibraryFolder, name: string): Promise<string> {
  const { path, stats } = await library.place("runs", name);
  if (stats?.isDirectory() === true) return path;
  throw refused(
    "not-found",
    said`run ${name}: expected one of the library, got no such name. Look how it is called there.`,
    { name },
  );
}

/** An adapter with its weight, as `--adapter` has it. @throws AtelierError, not found. */
export async function adapterArgument(
  library: LibraryFolder,
  { name, weight }: { readonly name: string; readonly weight: number },
): Promise<string> {
  return `${(await requireItem(library, name, ["adapters"])).path}:${weight}`;
}

/** `--name=value`, which no value can be taken for another option; nothing where there is no value. */
export function option(name: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [`--${name}=${value}`];
}
