/** @file Where the tokenizers of a model are: in its own folder, or in one that a user names. */

import type { FileStore } from "@atelier/engine";
import type { ModelFiles } from "../../families/model-files.js";

/** What makes a tokenizer: CLIP's first or the next two, T5's first or spiece.model; the others change how it works. */
export const tokenizerNames: RegExp =
  /^(tokenizer\.json|vocab\.json|merges\.txt|spiece\.model|tokenizer_config\.json|special_tokens_map\.json|added_tokens\.json)$/;

/**
 * Folders by the names that the family gives them.
 * @param given a folder that holds them under these names, as a model folder does, or, for a model with one
 *   text encoder, the tokenizer itself; it counts instead of the model's own
 */
export async function tokenizerFoldersOf(
  files: FileStore,
  { family, tokenizerFolders }: Pick<ModelFiles, "family" | "tokenizerFolders">,
  given?: string,
): Promise<Readonly<Record<string, string>>> {
  if (given === undefined) return tokenizerFolders;
  const names = family.textEncoders.map(({ tokenizerFolder }) => tokenizerFolder);
  const inside: Record<string, string> = {};
  for (const name of names) {
    const folder = files.join(given, name);
    if ((await files.stat(folder))?.kind === "folder") inside[name] = folder;
  }
  const [only] = names;
  const isItself = Object.keys(inside).length === 0 && names.length === 1 && only !== undefined;
  return { ...tokenizerFolders, ...(isItself ? { [only]: given } : inside) };
}
