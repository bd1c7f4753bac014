/** @file The fields of the config as "All settings" shows them: those that a technique reads, by group, and searched. */

import type { Field } from "@atelier/server/api";
import { isRead } from "./compose-settings.js";
import type { Technique } from "./train-form.js";

/** Fields that are set elsewhere on the page, and those of the server: where pictures are and where results go. */
const elsewhere: ReadonlySet<string> = new Set([
  ...["version", "tuning", "base.path", "base.repo", "data.folder", "data.folders"],
  ...["data.masks.folder", "output.folder", "output.run", "cacheFolder"],
]);

/** Fields that name something: here by its name in the library, never by a path. */
const named: ReadonlySet<string> = new Set([
  ...["base.vae", "base.parts", "lora.startFrom", "prior.folder", "watch.validation"],
]);

/** Whether a field takes a name of the library. */
export function isNamed(path: string): boolean {
  return named.has(path);
}

/** What a path of a run's config is called in the library; a repository is called as it is. */
export function libraryName(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  if (/^[\w.-]+(?:\/[\w.-]+)?$/.test(value)) return value;
  return /[\\/](?:datasets|models|adapters)[\\/]([^\\/]+)[\\/]?$/.exec(value)?.[1];
}

/** Whether a field can be set here. */
export function isSettable(path: string): boolean {
  return !elsewhere.has(path);
}

/** Fields that can be set, of those that a technique reads. */
export function settableFields(fields: readonly Field[], technique: Technique): Field[] {
  return fields.filter(({ path }) => isSettable(path) && isRead(path, technique));
}

/** Fields of a group. */
export interface FieldsOfGroup {
  readonly group: string;
  readonly fields: readonly Field[];
}

/** Fields by group: groups in the given order, others behind; empty ones left out. */
export function groupFields(fields: readonly Field[], order: readonly string[]): FieldsOfGroup[] {
  const groups = new Map<string, Field[]>(order.map((group) => [group, []]));
  for (const field of fields) {
    groups.set(field.group, [...(groups.get(field.group) ?? []), field]);
  }
  return [...groups]
    .map(([group, own]) => ({ group, fields: own }))
    .filter((entry) => entry.fields.length > 0);
}

/**
 * Fields that all words of a search are found in: in the path, in the text, in the name of the group.
 * @param groupName in the language of the page
 */
export function searchFields(
  fields: readonly Field[],
  search: string,
  {
    language,
    groupName,
  }: { readonly language: "en" | "ko"; readonly groupName: (group: string) => string },
): Field[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return fields.filter(({ path, text, group, choices = [] }) => {
    const all = [path, apart(path), text[language], groupName(group), ...choices];
    const read = all.join("\n").toLowerCase();
    return words.every((word) => read.includes(word));
  });
}

/** `lora.rankPattern` as words. */
const apart = (path: string): string =>
  path.replaceAll(".", " ").replace(/([a-z])([A-Z])/g, "$1 $2");
