/** @file That a single file and what was named beside it are a whole model together, and of one family. */

import { AtelierError, said } from "@atelier/engine";
import type { ComponentName } from "../../core/component-name.js";
import { option } from "../../core/option-words.js";
import type { Configs } from "../../families/components.js";
import type { ModelFamily } from "../../families/family.js";
import { presentEncoders } from "../../families/model-files.js";
import type { TextEncoderConfig } from "../../models/text-encoder-config.js";

/**
 * @param present what is there
 * @param vae of an autoencoder that is going to take its place
 * @throws AtelierError `weights` that names what is missing, and what to name.
 */
export function requireWhole(
  path: string,
  family: ModelFamily,
  {
    present,
    vae,
  }: { readonly present: readonly ComponentName[]; readonly vae: string | undefined },
): void {
  const { title, autoencoder } = family;
  const missing = family.components.filter(
    (name) =>
      !present.includes(name) &&
      !family.optional.includes(name) &&
      !(name === autoencoder && vae !== undefined),
  );
  if (missing.length === 0) return;
  if (missing.every((name) => name === autoencoder)) {
    throw new AtelierError(
      "weights",
      said`${path}: expected a whole checkpoint of ${title}, got a checkpoint without a VAE. Name one with ${option("base.vae")}, or use the full version of the file.`,
    );
  }
  const listed = missing.map((name) => `${name} (${placeOf(family, name)})`);
  const last = listed.pop() ?? "";
  const all = listed.length === 0 ? last : `${listed.join(", ")} and ${last}`;
  throw new AtelierError(
    "weights",
    said`${path}: expected a whole checkpoint of ${title}, got a ${title} checkpoint without its ${all}. Name the files that hold them with ${option("parts")}, or use the full version of the file.`,
  );
}

/**
 * That configs which a file has in it are those of its tensors' family.
 * @throws AtelierError `config`.
 */
export function requireOwnKinds(path: string, family: ModelFamily, configs: Configs): void {
  const { transformer } = configs;
  const foreign = presentEncoders(family, configs).find(({ component, kind }) => {
    const config: TextEncoderConfig | undefined = configs[component];
    return config?.kind !== kind;
  });
  const isForeign = transformer !== undefined && !family.recognises(configs);
  if (!isForeign && foreign === undefined) return;
  const name = isForeign ? family.denoiser : foreign?.component;
  throw new AtelierError(
    "config",
    said`${path}: expected configs of ${family.title} with its tensors, got one of another kind for its ${name ?? ""}. They are of different models: take another copy of the file.`,
  );
}

/** The file that holds it, or what its tensors begin with. */
function placeOf({ singleFile }: ModelFamily, name: ComponentName): string {
  const part = singleFile.parts.find(({ component }) => component === name);
  return part?.fileName ?? `${part?.prefixes[0] ?? ""}…`;
}
