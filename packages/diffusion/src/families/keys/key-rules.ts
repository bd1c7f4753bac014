/**
 * @file Tables that translate tensor names between a model and a file. One table serves both
 * directions, so reading and writing cannot drift apart.
 */

/** How the tensor in the file differs from the model's. */
export type KeyChange =
  /** A linear weight `[C, C]` stored as a 1×1 convolution `[C, C, 1, 1]`. */
  | { readonly kind: "squeeze" }
  /** A matrix stored with its axes swapped. */
  | { readonly kind: "transpose" }
  /** One of three equal parts of the first axis. */
  | { readonly kind: "third"; readonly index: 0 | 1 | 2 };

/** A name, or a module with everything below it: what stands behind the dot is kept. */
export interface KeyRule {
  readonly model: string;
  readonly file: string;
  readonly change?: KeyChange;
}

/** A translated name and what happens to its tensor on the way. */
export interface KeyMatch {
  readonly name: string;
  readonly change?: KeyChange;
}

/** A table of rules, ready for look-ups. */
export interface KeyTable {
  /** The model's names for a name in the file: none when the table does not know it, three for a fused tensor. */
  toModel(fileName: string): readonly KeyMatch[];
  /** The file's name for a name of the model, or `undefined` when the table does not know it. */
  toFile(modelName: string): KeyMatch | undefined;
}

/** Makes a table from rules; the rule with the longest matching name applies. */
export function createKeyTable(rules: readonly KeyRule[]): KeyTable {
  const byModel = new Map(rules.map((rule) => [rule.model, rule]));
  const byFile = new Map<string, KeyRule[]>();
  for (const rule of rules) byFile.set(rule.file, [...(byFile.get(rule.file) ?? []), rule]);
  return {
    toModel(fileName) {
      const match = longestMatch(byFile, fileName);
      if (match === undefined) return [];
      return match.value.map((rule) => rename(rule.model + match.rest, rule.change));
    },
    toFile(modelName) {
      const match = longestMatch(byModel, modelName);
      return match && rename(match.value.file + match.rest, match.value.change);
    },
  };
}

/** The same rules for a file where everything stands below a prefix such as `first_stage_model.`. */
export function withPrefix(prefix: string, rules: readonly KeyRule[]): KeyRule[] {
  return rules.map((rule) => ({ ...rule, file: prefix + rule.file }));
}

/** Rules for the parts of a module, from names in the model to names in the file. */
export function renameInside(
  model: string,
  file: string,
  parts: Readonly<Record<string, string>>,
): KeyRule[] {
  return Object.entries(parts).map(([inModel, inFile]) => ({
    model: `${model}.${inModel}`,
    file: `${file}.${inFile}`,
  }));
}

function rename(name: string, change: KeyChange | undefined): KeyMatch {
  return change === undefined ? { name } : { name, change };
}

function longestMatch<T>(
  table: ReadonlyMap<string, T>,
  name: string,
): { readonly value: T; readonly rest: string } | undefined {
  for (let end = name.length; end > 0; end = name.lastIndexOf(".", end - 1)) {
    const value = table.get(name.slice(0, end));
    if (value !== undefined) return { value, rest: name.slice(end) };
  }
  return undefined;
}
