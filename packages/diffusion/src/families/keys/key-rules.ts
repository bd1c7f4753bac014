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
  /** The halves of the first axis the other way round. */
  | { readonly kind: "halves" }
  /** One of several parts of the first axis, which are to each other as the shares. */
  | { readonly kind: "part"; readonly index: number; readonly shares: readonly number[] };

/** A part of a fused tensor. */
export type KeyPart = Extract<KeyChange, { readonly kind: "part" }>;

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
  /** The model's names for a name in the file: none when the table does not know it, several for a fused tensor. */
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

/** Rules for modules that are one in the file, one after another. @param shares of their outputs; equal by default */
export function fuse(
  models: readonly string[],
  file: string,
  shares: readonly number[] = models.map(() => 1),
): KeyRule[] {
  return models.map((model, index) => ({ model, file, change: { kind: "part", index, shares } }));
}

/** What a part has before it, its own share and that of all. */
export function shareOf({ index, shares }: KeyPart): {
  readonly before: number;
  readonly own: number;
  readonly all: number;
} {
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  return { before: sum(shares.slice(0, index)), own: shares[index] ?? 0, all: sum(shares) };
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
