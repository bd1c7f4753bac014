/**
 * @file Reads a component's config.json as diffusers and transformers wrote it. A field is either
 * understood, or accepted with the values that leave the model unchanged, or known to have no effect
 * on it; anything else is an error that names the field, so that no model computes something else
 * than its config says. All problems are listed at once.
 */

import { AtelierError, said, shorten } from "@atelier/engine";
import { z } from "zod";

/** A config.json as parsed: names to JSON values. */
export type ConfigObject = Readonly<Record<string, unknown>>;

/** What a reader knows about the fields of one model class. */
export interface ConfigRules<Fields extends z.ZodRawShape> {
  /** The component, for messages: `unet config`. */
  readonly where: string;
  /** Accepted values of `_class_name`; an absent `_class_name` is accepted too. */
  readonly classNames: readonly string[];
  /** Fields that the model computes with, with the defaults of the library that wrote them. */
  readonly fields: z.ZodObject<Fields>;
  /** Fields that must hold one of these values (or be absent), since only those are implemented. */
  readonly neutral: Readonly<Record<string, readonly unknown[]>>;
  /** Fields that never change what the model computes. */
  readonly ignored?: readonly string[];
  /** Checks across fields; returns one sentence a problem. */
  readonly check?: (fields: z.output<z.ZodObject<Fields>>) => readonly string[];
}

/**
 * The understood fields of a config, defaults filled in.
 * @throws AtelierError `config`, one line a problem: wrong values, unsupported or unknown fields.
 */
export function readConfig<Fields extends z.ZodRawShape>(
  value: unknown,
  rules: ConfigRules<Fields>,
): z.output<z.ZodObject<Fields>> {
  const config = parseObject(value, rules.where);
  const parsed = rules.fields.safeParse(config);
  const problems = findUnsupported(config, rules);
  if (!parsed.success) {
    problems.push(
      ...parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`),
    );
  } else if (rules.check !== undefined) {
    problems.push(...rules.check(parsed.data));
  }
  if (parsed.success && problems.length === 0) return parsed.data;
  throw new AtelierError(
    "config",
    said`${rules.where}: expected a model that Atelier supports, got:\n${problems.map((line) => `  ${line}`).join("\n")}\nUse a model of a supported kind, or correct these fields.`,
    { context: { problems } },
  );
}

/** A width, a number of channels or of tokens: at least 1. */
export const count: z.ZodInt = z.int().min(1);

/** A number of layers or blocks, bounded: graphs are built from configs that anyone may have written. */
export const depth: z.ZodInt = z.int().min(1).max(64);

function parseObject(value: unknown, where: string): ConfigObject {
  const parsed = z.record(z.string(), z.unknown()).safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AtelierError(
    "config",
    said`${where}: expected a JSON object of fields, got ${shorten(show(value), 80)}. Restore the file from the model's source.`,
  );
}

function findUnsupported<Fields extends z.ZodRawShape>(
  config: ConfigObject,
  { classNames, fields, neutral, ignored = [] }: ConfigRules<Fields>,
): string[] {
  const problems: string[] = [];
  const className = config["_class_name"];
  if (className !== undefined && !classNames.some((name) => name === className)) {
    problems.push(`_class_name: expected ${classNames.join(" or ")}, got ${show(className)}`);
  }
  for (const [name, value] of Object.entries(config)) {
    if (name.startsWith("_") || name in fields.shape || ignored.includes(name)) continue;
    const accepted = neutral[name];
    // A field that is null is switched off, whatever it is.
    if (value === null || accepted?.some((other) => show(other) === show(value))) continue;
    problems.push(
      accepted === undefined
        ? `${name}: unknown field with value ${show(value)}`
        : `${name}: ${show(value)} is unsupported, only ${accepted.map(show).join(" or ")} is implemented`,
    );
  }
  return problems;
}

function show(value: unknown): string {
  return value === undefined ? "undefined" : JSON.stringify(value);
}
