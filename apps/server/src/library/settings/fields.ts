/**
 * @file The fields of the training config as forms are made of them. The base, the pictures and where results go are
 * left out: a request says them beside its config. Fields that name further things take their names in the library.
 */

import { sayOptions } from "@atelier/diffusion/core";
import { koreanFields } from "@atelier/diffusion/korean";
import {
  fieldGroupOf,
  type TrainField,
  trainConfigFields,
  usualFields,
} from "@atelier/diffusion/train-config";
import type { Field } from "../../api/library.js";

/** Fields whose paths in settings of other trainers mean nothing in the library. */
export const namedElsewhere: ReadonlySet<string> = new Set([
  "version",
  ...["base.path", "base.repo", "base.revision", "base.variant", "base.vae", "base.parts"],
  ...["base.fingerprint", "base.offline"],
  ...["data.folder", "data.folders", "data.masks.folder", "prior.folder", "watch.validation"],
  ...["lora.startFrom", "output.folder", "output.run", "cacheFolder"],
]);

/** Fields that no config of a request has, or that belong to the machine that trains. */
const ofServer: ReadonlySet<string> = new Set([
  ...["version", "base.path", "base.repo", "base.fingerprint", "base.offline"],
  ...["data.folder", "data.folders", "data.masks.folder", "output.folder", "output.run"],
  "cacheFolder",
]);

/** All fields in the order of the config. */
export function settingFields(): Field[] {
  return trainConfigFields().flatMap((field) => {
    const group = fieldGroupOf(field.path);
    if (group === undefined || ofServer.has(field.path)) return [];
    return [{ ...asField(field), group, isUsual: usualFields.has(field.path) }];
  });
}

function asField({
  path,
  kind,
  choices,
  defaultValue,
  description,
}: TrainField): Omit<Field, "group" | "isUsual"> {
  const korean = new Map(Object.entries(koreanFields)).get(path) ?? description;
  return {
    ...{ path, kind },
    ...(choices === undefined ? {} : { choices: [...choices] }),
    ...(defaultValue === undefined ? {} : { fallback: defaultValue }),
    text: { en: plain(description), ko: plain(korean) },
  };
}

/** Sentences name options as the library does; a form calls them as they stand in the config. */
function plain(text: string): string {
  return sayOptions(text, (name, value) => (value === undefined ? name : `${name}: ${value}`));
}
