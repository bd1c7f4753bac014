/**
 * @file A group of settings whose fields depend on its `name`: an optimizer's, a schedule's. A field
 * that the chosen one does not have is refused, the others get that one's defaults.
 */

import { said } from "@atelier/engine";
import type { z } from "zod";
import { problemAt } from "./config-problem.js";

/** Defaults by name and field; `undefined` where a field may be left out. */
export type ChoiceDefaults = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * The given fields with the defaults of the chosen one.
 * @param context where refused fields are reported
 */
export function optionsOfChoice(
  given: Readonly<Record<string, unknown>> & { readonly name: string },
  defaults: ChoiceDefaults,
  context: z.core.$RefinementCtx,
): Readonly<Record<string, unknown>> {
  const { name, ...fields } = given;
  const own = defaults[name] ?? {};
  for (const field of Object.keys(fields)) {
    if (field in own) continue;
    const owners = Object.entries(defaults).flatMap(([other, has]) => (field in has ? other : []));
    const options = Object.keys(own).join(", ") || "none";
    const sentence = said`expected an option of ${name} (${options}), got one of ${owners.join(", ")}`;
    context.issues.push({ ...problemAt([field], sentence), input: fields[field] });
  }
  const filled = Object.entries({ ...own, ...fields }).filter(([, value]) => value !== undefined);
  return { name, ...Object.fromEntries(filled) };
}
