/** @file Where the parts of a family stand in a file, and each one's config and weights from there. */

import type { Shape } from "@atelier/engine";
import type { ComponentName } from "../../core/component-name.js";
import { type Configs, componentNamed } from "../../families/components.js";
import type { ShapeTable } from "../../families/keys/infer-configs.js";
import { createKeyTable, withPrefix } from "../../families/keys/key-rules.js";
import type {
  InferHints,
  SingleFileLayout,
  SingleFilePart,
} from "../../families/keys/single-file-layout.js";
import type { SafetensorsFile } from "../safetensors/open-safetensors.js";
import type { OpenModelOptions } from "./open-options.js";
import { type TranslatedWeights, translateWeights } from "./translate-weights.js";

/** A part in a file. */
export interface PlacedPart {
  readonly part: SingleFilePart;
  /** What its names begin with there. */
  readonly prefix: string;
  /** They, as the file has them. */
  readonly names: readonly string[];
}

/** The parts of a layout that a file has, in its order, and the names that belong to none. */
export function placeParts(
  { parts }: SingleFileLayout,
  names: readonly string[],
): { readonly placed: readonly PlacedPart[]; readonly rest: readonly string[] } {
  const places = parts.flatMap((part) => {
    const prefix = prefixOf(part, names);
    return prefix === undefined ? [] : [{ part, prefix, names: [] as string[] }];
  });
  // The longest first: without a prefix, one has all that the others have not.
  const search = places.toSorted((a, b) => b.prefix.length - a.prefix.length);
  const rest: string[] = [];
  for (const name of names) {
    (search.find(({ prefix }) => name.startsWith(prefix))?.names ?? rest).push(name);
  }
  return { placed: places, rest };
}

/** What a part's names begin with in a file that has some of them. */
export function prefixOf(
  { prefixes, bare }: Pick<SingleFilePart, "prefixes" | "bare">,
  names: readonly string[],
): string | undefined {
  const found = prefixes.find((prefix) => names.some((name) => name.startsWith(prefix)));
  if (found !== undefined) return found;
  return bare !== undefined && names.some((name) => bare.test(name)) ? "" : undefined;
}

/** What is known of a part besides the shapes of its tensors. */
export interface PartHints extends InferHints {
  /** Its config under its component's name, where that is written somewhere. */
  readonly known: Configs | undefined;
  /** What a user says. */
  readonly given: OpenModelOptions["configs"];
}

/**
 * The config of a part under its component's name.
 * @throws AtelierError `weights` for shapes of no such part, `config` where they are those of no model that can be
 *   built, as of a config.json.
 */
export function configOfPart(
  source: SafetensorsFile,
  placed: PlacedPart,
  { known, given, ...hints }: PartHints,
): Configs {
  const { component } = placed.part;
  return withGiven(component, known ?? placed.part.infer(shapesOf(source, placed), hints), given);
}

/** The tensors of a part under the model's names. @throws AtelierError `weights`. */
export function weightsOfPart(
  source: SafetensorsFile,
  placed: PlacedPart,
  configs: Configs,
): TranslatedWeights {
  const { part, prefix, names } = placed;
  const rules = part.rules(configs, shapesOf(source, placed));
  return translateWeights(source, names, createKeyTable(withPrefix(prefix, rules)));
}

/** The config of a component with fields that a user gives, checked. */
export function withGiven(
  name: ComponentName,
  configs: Configs,
  given: OpenModelOptions["configs"] = {},
): Configs {
  const component = componentNamed(name);
  const config = { ...configs[name], ...given[name] };
  component.readConfig(component.writeConfig(config));
  return { [name]: config };
}

function shapesOf(source: SafetensorsFile, { prefix, names }: PlacedPart): ShapeTable {
  const shapes = new Map<string, Shape>(
    names.map((name) => [name.slice(prefix.length), source.entries.get(name)?.shape ?? []]),
  );
  return { where: prefix === "" ? source.path : `${source.path}: ${prefix}`, shapes };
}
