/**
 * @file A flag for every field of the training config, made from the schema, so that neither can
 * have what the other lacks.
 *
 * A field at the top is called by its name, and so is a field whose name no other group has
 * (lora.rank: --rank). `name`, `path`, `folder` and `share` of a group are called by the group (base.path:
 * --base), and so is `use` (data.buckets.use: --buckets). All others bear both names, and so do those of
 * some groups, which alone would read as if they were about training as a whole (--samples-steps), and base.dtype
 * (--base-dtype). base.parts is set one by one, as in other commands (--part).
 */

import {
  fieldGroupOf,
  fieldGroups,
  type TrainField,
  trainConfigFields,
  usualFields,
} from "@atelier/diffusion/train-config";
import { internalError } from "@atelier/engine";
import { type Command, Option } from "commander";
import type { Messages } from "./messages/messages.js";

/** A field with the flag that sets it. */
export interface ConfigFlag {
  readonly field: TrainField;
  /** `--learning-rate`. */
  readonly name: string;
}

const namedByGroup: ReadonlySet<string> = new Set(["name", "path", "folder", "share"]);
/** Fields that alone would read as if they were about results. */
const fieldsWithGroup: ReadonlySet<string> = new Set(["base.dtype"]);
/** Fields called otherwise than by any rule. */
const ownNames: ReadonlyMap<string, string> = new Map([["base.parts", "part"]]);
const alwaysWithGroup: ReadonlySet<string> = new Set([
  "samples",
  "textEncoder",
  "prior",
  "ema",
  "keep",
  "buckets",
  "masks",
]);

/** All flags, in the order of the schema. @throws AtelierError `internal` when two fields share one. */
export function configFlags(fields: readonly TrainField[] = trainConfigFields()): ConfigFlag[] {
  const leaves = fields
    .filter(({ path }) => !fieldsWithGroup.has(path) && !ownNames.has(path))
    .map(({ path }) => path.split(".").at(-1) ?? path);
  const taken = new Map<string, string>();
  return fields.map((field) => {
    const parts = field.path.split(".");
    const [group, leaf] = [parts.at(-2), parts.at(-1) ?? field.path];
    const own = ownNames.get(field.path);
    const name = `--${own ?? kebab(wordsOf(group, leaf, leaves))}`;
    const other = taken.get(name);
    if (other !== undefined) throw internalError(`${name} means ${other} and ${field.path}.`);
    taken.set(name, field.path);
    return { field, name };
  });
}

function wordsOf(group: string | undefined, leaf: string, leaves: readonly string[]): string[] {
  if (group === undefined) return [leaf];
  if (leaf === "use") return [group];
  if (namedByGroup.has(leaf) && !alwaysWithGroup.has(group)) return [group];
  if (fieldsWithGroup.has(`${group}.${leaf}`)) return [group, leaf];
  const isUnique = leaves.filter((other) => other === leaf).length === 1;
  return isUnique && !alwaysWithGroup.has(group) ? [leaf] : [group, leaf];
}

function kebab(words: readonly string[]): string {
  return words
    .map((word) => word.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`))
    .join("-");
}

/**
 * Adds a flag for every field but those that `isLeftOut`, which are set in another way or not at all, and
 * `--help-all`, without which the help lists only what most runs set.
 */
export function addConfigFlags(
  command: Command,
  { train: text, flagGroups }: Messages,
  isLeftOut: (path: string) => boolean = () => false,
): Command {
  const [further, negative]: [Option[], Option[]] = [[], []];
  for (const group of fieldGroups) {
    for (const { field, name } of configFlags()) {
      if (isLeftOut(field.path) || fieldGroupOf(field.path) !== group) continue;
      for (const option of optionsOf(field, name, text)) {
        command.addOption(option);
        if (option.negate) negative.push(option);
        else if (!usualFields.has(field.path)) further.push(option.helpGroup(flagGroups[group]));
      }
    }
  }
  command.option("--help-all", text.helpAll);
  let listsAll = false;
  command.on("option:help-all", () => {
    listsAll = true;
    command.help();
  });
  // Hidden no sooner, so that whoever mistypes one of them is told which is meant.
  command.on("beforeHelp", () => {
    for (const option of further) option.hideHelp(!listsAll);
    for (const option of negative) option.hideHelp();
  });
  return command;
}

function optionsOf(field: TrainField, name: string, text: Messages["train"]): Option[] {
  const { path, kind, defaultValue, choices } = field;
  const suffix = [
    ...(choices === undefined ? [] : [`(${choices.join(", ")})`]),
    ...(defaultValue === undefined ? [] : [`(default: ${JSON.stringify(defaultValue)})`]),
  ];
  const description = [text.field(field.description, path), ...suffix].join(" ");
  if (kind === "boolean") {
    // The positive form is listed; the negative one overrides a config file.
    const negative = new Option(name.replace("--", "--no-"), "").default(undefined);
    return [new Option(name, description), negative];
  }
  const option = new Option(`${name} <${kind}>`, description);
  return [kind === "list" ? option.argParser(collect) : option];
}

function collect(value: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), value];
}

/**
 * Values of flags by the path of their field, numbers as numbers.
 * @param isLeftOut as for {@link addConfigFlags}; the command may have options of its own by such names
 */
export function valuesOfFlags(
  command: Command,
  isLeftOut: (path: string) => boolean = () => false,
): Map<string, unknown> {
  const values = new Map<string, unknown>();
  for (const { field, name } of configFlags()) {
    if (isLeftOut(field.path)) continue;
    const key = camel(name);
    if (command.getOptionValueSource(key) !== "cli") continue;
    const value: unknown = command.getOptionValue(key);
    const isNumber = field.kind === "number" || field.kind === "integer";
    values.set(field.path, isNumber ? numberOr(value) : value);
  }
  return values;
}

/** The number in a text; the text itself where there is none, for the schema to refuse. */
function numberOr(value: unknown): unknown {
  if (typeof value !== "string" || value.trim() === "") return value;
  const number = Number(value);
  return Number.isNaN(number) ? value : number;
}

/** `--learning-rate` as commander names its value. */
function camel(flag: string): string {
  return flag.slice(2).replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
