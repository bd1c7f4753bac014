/** @file The families that Atelier knows, and how a model's is found. */

import { AtelierError, said } from "@atelier/engine";
import type { Configs } from "./components.js";
import type { FamilyId, ModelFamily } from "./family.js";
import { flux1 } from "./flux1.js";
import { sd3 } from "./sd3.js";
import { sdxl } from "./sdxl.js";
import { sd1, sd2 } from "./stable-diffusion.js";

/** Every family. */
export const families: { readonly [F in FamilyId]: ModelFamily } = {
  sd1,
  sd2,
  sdxl,
  sd3,
  flux1,
};

/** All of them, the most particular first. */
export const familyList: readonly ModelFamily[] = [flux1, sd3, sdxl, sd2, sd1];

/** Their titles, as a sentence lists them. */
export const familyTitles: string = joinedTitles(Object.values(families));

function joinedTitles(list: readonly ModelFamily[]): string {
  const titles = list.map(({ title }) => title);
  return `${titles.slice(0, -1).join(", ")} or ${titles.at(-1) ?? ""}`;
}

/** The family of a model. @throws AtelierError `config` where it is none's. */
export function familyOf(where: string, configs: Configs): ModelFamily {
  const found = familyList.find((family) => family.recognises(configs));
  if (found !== undefined) return found;
  throw new AtelierError(
    "config",
    said`${where}: expected ${familyTitles}, got a model of none of them. Use a model of one of these families.`,
  );
}
