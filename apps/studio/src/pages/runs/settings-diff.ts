/** @file Settings of a training by their paths, and which of them are not as usual. */

import type { Field } from "@atelier/server/api";

/** A setting, with what it is where nothing is said. */
export interface ShownSetting {
  readonly path: string;
  readonly value: unknown;
  readonly usual: unknown;
  readonly differs: boolean;
  /** What it means; absent of settings that this page does not know. */
  readonly field?: Field;
}

/** Leaves of a config by path, such as `lora.rank`; lists are one value. */
export function flatten(
  config: Readonly<Record<string, unknown>>,
  above = "",
): ReadonlyMap<string, unknown> {
  const leaves = new Map<string, unknown>();
  for (const [name, value] of Object.entries(config)) {
    const path = above === "" ? name : `${above}.${name}`;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      // Sound: a plain object of a config that came as JSON.
      for (const [below, leaf] of flatten(value as Readonly<Record<string, unknown>>, path)) {
        leaves.set(below, leaf);
      }
    } else {
      leaves.set(path, value);
    }
  }
  return leaves;
}

/** Where files lie says nothing of a training. */
const places = /^(output|cacheFolder|base\.path|data\.folder|data\.folders|version$)/;

/** All settings in the order of the fields; what no field knows comes last. */
export function shownSettings(
  config: Readonly<Record<string, unknown>>,
  fields: readonly Field[],
): ShownSetting[] {
  const leaves = flatten(config);
  const known = new Set(fields.map(({ path }) => path));
  const paths = [
    ...fields.map(({ path }) => path).filter((path) => leaves.has(path)),
    ...[...leaves.keys()].filter((path) => !known.has(path)),
  ];
  const byPath = new Map(fields.map((field) => [field.path, field]));
  return paths.map((path) => {
    const field = byPath.get(path);
    const [value, usual] = [leaves.get(path), field?.fallback];
    // Where the usual value depends on others, nothing differs from it.
    const differs = usual !== undefined && !isSame(value, usual) && !places.test(path);
    return { path, value, usual, differs, ...(field && { field }) };
  });
}

/** A setting that runs do not agree on, with the value of each. */
export interface DifferingSetting {
  readonly path: string;
  readonly values: readonly unknown[];
  readonly field?: Field;
}

/** Settings that are not the same in all of some configs. */
export function differingSettings(
  configs: readonly Readonly<Record<string, unknown>>[],
  fields: readonly Field[],
): DifferingSetting[] {
  const flat = configs.map((config) => flatten(config));
  const paths = new Set(flat.flatMap((leaves) => [...leaves.keys()]));
  const byPath = new Map(fields.map((field) => [field.path, field]));
  const order = new Map(fields.map(({ path }, index) => [path, index]));
  return [...paths]
    .filter((path) => !/^(output|cacheFolder|name$|version$)/.test(path))
    .map((path) => {
      const field = byPath.get(path);
      return { path, values: flat.map((leaves) => leaves.get(path)), ...(field && { field }) };
    })
    .filter(({ values }) => values.some((value) => !isSame(value, values[0])))
    .sort(
      (one, other) =>
        (order.get(one.path) ?? fields.length) - (order.get(other.path) ?? fields.length),
    );
}

const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other);
