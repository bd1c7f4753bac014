/** @file Settings between their forms: as they are typed, as a config holds them, by dotted paths and as nested groups. */

import type { Field } from "@atelier/server/api";
import type { Typed } from "./train-form.js";

/** What was typed as the config has it; a text that is no number stays one, for the schema to refuse. */
export function settingOf(kind: Field["kind"], typed: Typed): unknown {
  if (typeof typed === "boolean") return typed;
  switch (kind) {
    case "integer":
    case "number": {
      const number = Number(typed);
      return typed.trim() === "" || Number.isNaN(number) ? typed : number;
    }
    case "boolean":
      return typed === "true" ? true : typed === "false" ? false : typed;
    case "list":
      return typed
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== "");
    case "text":
    case "choice":
      return typed;
    default:
      return kind satisfies never;
  }
}

/** A value of a config as it is typed. */
export function typedOf(value: unknown): Typed {
  if (typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map(String).join("\n");
  if (isGroup(value)) {
    // Numbers by pattern, which may also be written as a list.
    return Object.entries(value)
      .map(([pattern, number]) => `${pattern}=${String(number)}`)
      .join("\n");
  }
  if (typeof value === "string") return value;
  return typeof value === "number" ? String(value) : "";
}

/** Whether two values are the same setting: `"attention"` and `["attention"]` are. */
export function isSame(a: unknown, b: unknown): boolean {
  return typedOf(a) === typedOf(b);
}

/**
 * The fields of a config by their dotted paths, without what says nothing.
 * @param known paths of fields, whose values are not looked into
 */
export function flatten(
  config: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string>,
  prefix = "",
): [path: string, value: unknown][] {
  return Object.entries(config).flatMap(([name, value]): [string, unknown][] => {
    const path = prefix + name;
    if (value === undefined || value === null) return [];
    if (isGroup(value) && !known.has(path)) return flatten(value, known, `${path}.`);
    return [[path, value]];
  });
}

/** A config of its fields' dotted paths, in the order of the paths. */
export function nest(values: Iterable<readonly [string, unknown]>): Record<string, unknown> {
  const config: Record<string, unknown> = {};
  for (const [path, value] of values) {
    const parts = path.split(".");
    const last = parts.pop() ?? path;
    let inner = config;
    for (const part of parts) {
      const next: Record<string, unknown> = isGroup(inner[part]) ? inner[part] : {};
      inner[part] = next;
      inner = next;
    }
    inner[last] = value;
  }
  return config;
}

/** The value at a dotted path. */
export function valueAt(config: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((inner, part) => (isGroup(inner) ? inner[part] : undefined), config);
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
