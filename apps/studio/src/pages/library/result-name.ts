/** @file How results of conversions and merges are called. */

import { itemName } from "@atelier/server/api";

/** A name without the ending of its file. */
export function stemOf(name: string): string {
  return name.replace(/\.safetensors$/i, "");
}

/** Something like `name-suffix` that nothing has yet. */
export function freeName(name: string, suffix: string, taken: readonly string[]): string {
  const stems = new Set(taken.map((other) => stemOf(other).toLowerCase()));
  const wished = `${stemOf(name)}-${suffix}`;
  for (let number = 1; ; number++) {
    const tried = number === 1 ? wished : `${wished}-${number}`;
    if (!stems.has(tried.toLowerCase())) return tried;
  }
}

/** What is wrong with a name for something new. */
export function nameProblem(
  name: string,
  taken: readonly string[],
): "misnamed" | "taken" | undefined {
  if (!itemName.safeParse(name).success) return "misnamed";
  const stem = stemOf(name).toLowerCase();
  return taken.some((other) => stemOf(other).toLowerCase() === stem) ? "taken" : undefined;
}
