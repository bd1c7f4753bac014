/** @file Which family a diffusers folder is of, by the components that its model_index.json lists. */

import { AtelierError, said } from "@atelier/engine";
import type { ComponentName } from "../../core/component-name.js";
import type { ConfigObject } from "../../core/read-config.js";
import { componentNamed } from "../../families/components.js";
import { families, familyList, familyTitles } from "../../families/families.js";
import type { ModelFamily } from "../../families/family.js";
import { clipClasses, t5Class } from "../../models/text-encoder-config.js";

/** Pipelines whose models have the components of a family and draw after something else than text, and what. */
const otherPipelines: readonly (readonly [RegExp, string])[] = [
  [/^FluxFill/, "fills in masked parts of a picture"],
  [/^FluxControl(?!Net)/, "draws after the edges or depths of a picture"],
  [/^FluxKontext/, "changes a picture as it is told"],
];

/** The class of a component: entries are `[library, class]`, `[null, null]` where there is none. */
export function classOf(index: ConfigObject, component: string): string | undefined {
  const entry = index[component];
  const name: unknown = Array.isArray(entry) ? entry[1] : undefined;
  return typeof name === "string" ? name : undefined;
}

/**
 * A family with the components of an index: the one of its pipeline's class, else one whose components are
 * all there. Families that share components are told apart by configs.
 * @throws AtelierError `config` naming the first component that is missing or of another class.
 */
export function familyOfIndex(path: string, index: ConfigObject): ModelFamily {
  const other = otherPipelines.find(([pattern]) => pattern.test(String(index["_class_name"])));
  if (other !== undefined) {
    throw new AtelierError(
      "config",
      said`${path}: expected a model that draws pictures from text alone, got ${String(index["_class_name"])}, which ${other[1]}. Use FLUX.1 dev or schnell.`,
    );
  }
  const named = familyList.find(({ pipelineClass }) => pipelineClass === index["_class_name"]);
  const fitting = familyList.find((family) => obstacle(family, index) === undefined);
  const family = named ?? fitting ?? families.sd1;
  const missing = obstacle(family, index);
  if (missing === undefined) return family;
  if (isRefiner(index)) {
    throw new AtelierError(
      "config",
      said`${path}: expected a model of ${familyTitles}, got an SDXL refiner, which is not supported. Use the base model of SDXL.`,
    );
  }
  const expected = classesOf(family, missing).join(" or ");
  throw new AtelierError(
    "config",
    said`${path}: expected ${missing} of class ${expected}, got ${classOf(index, missing) ?? "none"} in a ${String(index["_class_name"])}. Use a model of ${familyTitles}.`,
  );
}

/** A refiner has the second of SDXL's text encoders alone, and lists the first as none. */
function isRefiner(index: ConfigObject): boolean {
  const own = familyList.find(({ textEncoders }) => textEncoders.length > 1);
  const [first, ...others] = own?.textEncoders ?? [];
  return (
    first !== undefined &&
    Array.isArray(index[first.component]) &&
    classOf(index, first.component) === undefined &&
    others.every(({ component }) => classOf(index, component) !== undefined)
  );
}

/** The first component of a family that an index does not have. */
function obstacle(family: ModelFamily, index: ConfigObject): ComponentName | undefined {
  return family.components.find((name) => {
    const found = classOf(index, name);
    if (found === undefined) return !family.optional.includes(name);
    return !classesOf(family, name).includes(found);
  });
}

/** Of a component that several classes can be, those that the family reads. */
function classesOf(family: ModelFamily, name: ComponentName): readonly string[] {
  if (name === family.denoiser) return [family.denoiserClass];
  const encoder = family.textEncoders.find(({ component }) => component === name);
  if (encoder === undefined) return componentNamed(name).classes;
  return encoder.kind === "t5" ? [t5Class] : clipClasses;
}
