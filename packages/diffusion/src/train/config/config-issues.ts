/** @file The problems of a config in the words of Atelier's errors: one line each, path first. */

import type { z } from "zod";
import { nearestName } from "../../core/nearest-name.js";

type Issue = z.core.$ZodIssue;

/**
 * One line per problem: `lora.rank: expected …, got …`.
 * @param value the whole config, to quote what was found
 * @param paths dotted paths of all known fields, for the nearest known name
 */
export function describeIssues(
  issues: readonly Issue[],
  value: unknown,
  paths: readonly string[],
): string[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map(String).join(".");
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => describeUnknown(path === "" ? key : `${path}.${key}`, paths));
    }
    return [`${path === "" ? "config" : path}: ${describe(issue, valueAt(value, issue.path))}`];
  });
}

function describeUnknown(path: string, paths: readonly string[]): string {
  const last = (name: string) => name.slice(name.lastIndexOf(".") + 1);
  const siblings = paths.filter((known) => known.startsWith(path.slice(0, -last(path).length)));
  const groups = new Set(
    paths.flatMap((known) => (known.includes(".") ? [known.split(".")[0] ?? ""] : [])),
  );
  // A field is looked for beside the unknown one first, then by its last name in all groups.
  const meant =
    nearestName(path, [...siblings, ...groups]) ??
    paths.find((known) => last(known) === nearestName(last(path), paths.map(last)));
  return `${path}: unknown field${meant === undefined ? "" : `; did you mean ${meant}?`}`;
}

function describe(issue: Issue, got: unknown): string {
  const found = got === undefined ? "nothing" : JSON.stringify(got);
  switch (issue.code) {
    case "invalid_type":
      return `expected ${nameOfType(issue.expected)}, got ${found}`;
    case "invalid_value":
      return `expected one of ${issue.values.map(String).join(", ")}, got ${found}`;
    case "too_small":
      return `expected ${amount(issue.origin)} ${issue.inclusive ? "of at least" : "above"} ${issue.minimum}, got ${found}`;
    case "too_big":
      return `expected ${amount(issue.origin)} ${issue.inclusive ? "of at most" : "below"} ${issue.maximum}, got ${found}`;
    case "invalid_union":
      return `expected a text or a list of texts, got ${found}`;
    case "invalid_format":
      return `${issue.message}, got ${found}`;
    // Rules between fields, and kinds of problems that no field of the config can have.
    case "custom":
    case "not_multiple_of":
    case "invalid_key":
    case "invalid_element":
    case "unrecognized_keys":
      return issue.message;
    default:
      return issue satisfies never;
  }
}

function nameOfType(expected: string): string {
  const names: Readonly<Record<string, string>> = {
    int: "a whole number",
    number: "a number",
    string: "a text",
    boolean: "true or false",
    array: "a list",
    object: "a group of fields",
  };
  return names[expected] ?? expected;
}

function amount(origin: string): string {
  if (origin === "string") return "a length";
  return origin === "array" ? "a number of entries" : "a value";
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, key) => {
    if (typeof inner !== "object" || inner === null) return undefined;
    return Object.entries(inner).find(([name]) => name === String(key))?.[1];
  }, value);
}
