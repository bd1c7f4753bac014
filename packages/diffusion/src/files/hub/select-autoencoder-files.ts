/** @file Which files of a repository are an autoencoder: of one that holds nothing else, or of a whole model. */

import { AtelierError, said } from "@atelier/engine";
import { familyList } from "../../families/families.js";
import { findWeightFiles } from "../model/weight-files.js";
import type { SelectedFiles } from "./select-model-files.js";

/** Where diffusers keeps it: at the top, or in a folder of a model. */
const folders = ["", ...new Set(familyList.map(({ autoencoder }) => `${autoencoder}/`))];

/**
 * Chooses the config and weights of an autoencoder from the paths in a repository, else the only safetensors file at
 * its top.
 * @param where names the repository in messages
 * @throws AtelierError `file` when it holds none, or several files and no config that says which.
 */
export function selectAutoencoderFiles(
  where: string,
  paths: readonly string[],
  { variant }: { readonly variant?: string | undefined } = {},
): SelectedFiles {
  for (const folder of folders) {
    const names = paths
      .filter((path) => path.startsWith(folder))
      .map((path) => path.slice(folder.length));
    const weights = findWeightFiles(names, variant);
    if (weights === undefined || !names.includes("config.json")) continue;
    const chosen = ["config.json", weights.name, ...weights.shards];
    return { paths: chosen.map((name) => folder + name), hasWholeVariant: !weights.isFallback };
  }
  const files = paths.filter((path) => /^[^/]+\.safetensors$/i.test(path));
  const [only] = files;
  if (only !== undefined && files.length === 1) {
    return { paths: [only], hasWholeVariant: true, entry: only };
  }
  const shown = files.slice(0, 3).join(", ") + (files.length > 3 ? ", …" : "");
  throw new AtelierError(
    "file",
    said`${where}: expected an autoencoder with its config.json, or one file, got ${only === undefined ? "none" : `several (${shown})`}. ${only === undefined ? "Use a repository of an autoencoder, or of a model that has one" : "Download one and name it"}.`,
  );
}
