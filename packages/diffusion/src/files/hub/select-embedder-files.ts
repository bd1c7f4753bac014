/** @file Which files of a repository are a picture encoder that judges: a CLIP or a DINOv2, as transformers has them. */

import { AtelierError, said } from "@atelier/engine";
import { tokenizerNames } from "../model/tokenizer-folders.js";
import { explainMissingWeights, findWeightFiles } from "../model/weight-files.js";
import type { SelectedFiles } from "./select-model-files.js";

/** How pictures are prepared, in the newest place and in the usual one. */
const processorNames = ["processor_config.json", "preprocessor_config.json"];

/**
 * Chooses config, weights, settings of the processor, and the tokenizer's files where there are any, from the top of a
 * repository. Other frameworks' copies of the weights stay where they are.
 * @param where names the repository in messages
 * @throws AtelierError `file` when it lacks one of the first three.
 */
export function selectEmbedderFiles(
  where: string,
  paths: readonly string[],
  { variant }: { readonly variant?: string | undefined } = {},
): SelectedFiles {
  const names = paths.filter((path) => !path.includes("/"));
  const processors = processorNames.filter((name) => names.includes(name));
  const weights = findWeightFiles(names, variant);
  if (!names.includes("config.json") || processors.length === 0) {
    const shown = names.slice(0, 5).join(", ") + (names.length > 5 ? ", …" : "");
    throw new AtelierError(
      "file",
      said`${where}: expected a CLIP or DINOv2 with config.json and preprocessor_config.json, got ${shown || "no files at its top"}. Use a repository of such a model.`,
    );
  }
  if (weights === undefined) {
    throw new AtelierError(
      "file",
      said`${where}: expected weights, ${explainMissingWeights(names)}`,
    );
  }
  const tokenizer = names.filter((name) => tokenizerNames.test(name));
  return {
    paths: ["config.json", ...processors, ...tokenizer, weights.name, ...weights.shards],
    hasWholeVariant: !weights.isFallback,
  };
}
