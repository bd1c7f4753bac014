/** @file The problems of a config in the words of Atelier's errors: one line each, path first. */

import { type Sentence, said } from "@atelier/engine";
import type { z } from "zod";
import { nearestName } from "../../core/nearest-name.js";
import { sentenceOfIssue } from "./config-problem.js";

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
): Sentence[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map(String).join(".");
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => describeUnknown(path === "" ? key : `${path}.${key}`, paths));
    }
    const problem = describe(issue, valueAt(value, issue.path));
    return [said`${path === "" ? "config" : path}: ${problem}`];
  });
}

function describeUnknown(path: string, paths: readonly string[]): Sentence {
  const last = (name: string) => name.slice(name.lastIndexOf(".") + 1);
  const siblings = paths.filter((known) => known.startsWith(path.slice(0, -last(path).length)));
  const groups = new Set(
    paths.flatMap((known) => (known.includes(".") ? [known.split(".")[0] ?? ""] : [])),
  );
  // A field is looked for beside the unknown one first, then by its last name in all groups.
  const meant =
    nearestName(path, [...siblings, ...groups]) ??
    paths.find((known) => last(known) === nearestName(last(path), paths.map(last)));
  return meant === undefined
    ? said`${path}: unknown field`
    : said`${path}: unknown field; did you mean ${meant}?`;
}

function describe(issue: Issue, got: unknown): Sentence {
  const found = got === undefined ? said`nothing` : JSON.stringify(got);
  switch (issue.code) {
    case "invalid_type":
      return said`expected ${nameOfType(issue.expected)}, got ${found}`;
    case "invalid_value":
      return said`expected one of ${issue.values.map(String).join(", ")}, got ${found}`;
    case "too_small":
      return issue.inclusive
        ? said`expected ${amount(issue.origin)} of at least ${String(issue.minimum)}, got ${found}`
        : said`expected ${amount(issue.origin)} above ${String(issue.minimum)}, got ${found}`;
    case "too_big":
      return issue.inclusive
        ? said`expected ${amount(issue.origin)} of at most ${String(issue.maximum)}, got ${found}`
        : said`expected ${amount(issue.origin)} below ${String(issue.maximum)}, got ${found}`;
    case "invalid_union":
      return said`expected a text or a list of texts, got ${found}`;
    case "invalid_format":
      return said`${sentenceOfIssue(issue)}, got ${found}`;
    // Rules between fields, and kinds of problems that no field of the config can have.
    case "custom":
      return sentenceOfIssue(issue);
    case "not_multiple_of":
    case "invalid_key":
    case "invalid_element":
    case "unrecognized_keys":
      return { template: issue.message, params: [] };
    default:
      return issue satisfies never;
  }
}

function nameOfType(expected: string): Sentence | string {
  const names: Readonly<Record<string, Sentence>> = {
    int: said`a whole number`,
    number: said`a number`,
    string: said`a text`,
    boolean: said`true or false`,
    array: said`a list`,
    object: said`a group of fields`,
  };
  return names[expected] ?? expected;
}

function amount(origin: string): Sentence {
  if (origin === "string") return said`a length`;
  return origin === "array" ? said`a number of entries` : said`a value`;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, key) => {
    if (typeof inner !== "object" || inner === null) return undefined;
    return Object.entries(inner).find(([name]) => name === String(key))?.[1];
  }, value);
}
