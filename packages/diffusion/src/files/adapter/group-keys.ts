/** @file Which tensors of an adapter file belong to which module of the model. */

import { AtelierError, said } from "@atelier/engine";
import { type MethodName, methodTitles, type PartName } from "../../core/adapter-parts.js";
import type { AdaptedComponent } from "../../core/component-name.js";
import type { TensorFile } from "../tensor-file.js";
import { isBundledWord } from "./bundled-words.js";
import { isBookkeeping, parseLoraKey } from "./lora-keys.js";
import type { ModuleNames } from "./lora-module-names.js";

/** Where a module's tensors are. */
export interface KeysOfModule {
  /** Whose factors they are; a LoRA with a magnitude is a DoRA. Missing without factors. */
  readonly method: MethodName | undefined;
  readonly parts: ReadonlyMap<PartName, string>;
  readonly alpha: string | undefined;
}

/** All tensors of a file. */
export interface GroupedKeys {
  readonly keysOf: ReadonlyMap<string, KeysOfModule>;
  /** Those that no module of the model takes. */
  readonly unknownKeys: readonly string[];
  /** What tools note for themselves and nothing reads. */
  readonly bookkeeping: readonly string[];
}

/**
 * Groups the tensors by module.
 * @throws AtelierError `format` where two tensors claim one place, `weights` when no module has any.
 */
export function groupKeys(
  file: TensorFile,
  names: ModuleNames,
  component?: AdaptedComponent,
): GroupedKeys {
  const keysOf = new Map<string, KeysOfModule>();
  const unknownKeys: string[] = [];
  const bookkeeping: string[] = [];
  for (const key of [...file.entries.keys(), ...pickledAlphas(file)]) {
    if (isBundledWord(key)) continue;
    if (isBookkeeping(key)) {
      bookkeeping.push(key);
      continue;
    }
    const parsed = parseLoraKey(key);
    const name = parsed === undefined ? undefined : names.resolve(parsed.module, component);
    if (parsed?.part === undefined || name === undefined) {
      unknownKeys.push(key);
      continue;
    }
    keysOf.set(name, withKey(file.path, name, { key, parsed, before: keysOf.get(name) }));
  }
  if (keysOf.size > 0) return { keysOf, unknownKeys, bookkeeping };
  const [example] = unknownKeys;
  throw new AtelierError(
    "weights",
    said`${file.path}: expected LoRA tensors for modules of this model, got ${example === undefined ? "an empty file" : `${unknownKeys.length} others such as "${example}"`}. The file is no LoRA or made for another model family.`,
    { context: { path: file.path, unknownKeys } },
  );
}

/** Alphas that a pickle holds as plain numbers, which stand among the metadata. */
export function pickledAlphas({ metadata }: Pick<TensorFile, "metadata">): string[] {
  return [...metadata.keys()].filter((key) => key.endsWith(".alpha"));
}

interface NewKey {
  readonly key: string;
  readonly parsed: NonNullable<ReturnType<typeof parseLoraKey>>;
  readonly before: KeysOfModule | undefined;
}

const nothing: KeysOfModule = { method: undefined, parts: new Map(), alpha: undefined };

function withKey(path: string, name: string, { key, parsed, before }: NewKey): KeysOfModule {
  const { method: own, part } = parsed;
  const { method, parts, alpha } = before ?? nothing;
  const other = part === "alpha" ? alpha : part && parts.get(part);
  if (other !== undefined) {
    throw new AtelierError(
      "format",
      said`${path}: expected one ${part} tensor for ${name}, got "${other}" and "${key}". The file holds two adapters: write each to a file of its own with the tool that made it.`,
    );
  }
  if (method !== undefined && own !== undefined && method !== own) {
    const kinds = [method, own].map((one) => methodTitles[one]).join(" and ");
    throw new AtelierError(
      "format",
      said`${path}: expected one kind of adapter for ${name}, got ${kinds}. The file holds two adapters: write each to a file of its own with the tool that made it.`,
    );
  }
  if (part === "alpha") return { method, parts, alpha: key };
  return {
    method: method ?? own,
    parts: part === undefined ? parts : new Map([...parts, [part, key]]),
    alpha,
  };
}
