/** @file What an import leaves, with its reasons as texts. */

import { sentenceIn } from "@atelier/engine";
import type { ImportedConfig, LeftSetting } from "../train/import/translation.js";

/** The settings that are left, their reasons in English. */
export function leftInEnglish({
  left,
}: Pick<ImportedConfig, "left">): (Omit<LeftSetting, "why"> & { readonly why: string })[] {
  return left.map((setting) => ({ ...setting, why: sentenceIn(setting.why, {}) }));
}
