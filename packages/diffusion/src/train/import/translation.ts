/**
 * @file How settings of another trainer become a training config: a table of rules by option. An option
 * that no rule knows, or that has no equivalent, is listed and never dropped in silence; so is one whose
 * field another option sets as well. Neither order of lines nor order of files decides anything.
 */

import { type Sentence, said } from "@atelier/engine";
import { nearestName } from "../../core/nearest-name.js";
import { asSettings, type Settings } from "./values.js";

/** A setting that the config does not hold, and why. */
export interface LeftSetting {
  readonly option: string;
  readonly value: unknown;
  readonly why: Sentence;
}

/** What became of another trainer's settings. */
export interface ImportedConfig {
  /** A training config as `parseTrainConfig` takes it. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly left: readonly LeftSetting[];
}

/** Collects fields of a config and what is left over. */
export interface Translation {
  /**
   * Sets a field by its dotted path; `undefined` sets nothing.
   * @param part the part of the option that says so, for what is left
   */
  readonly set: (path: string, value: unknown, part?: { option: string; given: unknown }) => void;
  readonly get: (path: string) => unknown;
  /** Takes a field back; with a reason, the option that set it is left. */
  readonly drop: (path: string, why?: Sentence) => void;
  readonly leave: (option: string, value: unknown, why: Sentence) => void;
  /** Another option of the same program: what the user says, or the program's default. */
  readonly setting: (option: string) => unknown;
}

/** What an option becomes. */
export interface Rule {
  /** Where it stands in a training config, or why it has no place there; for people. */
  readonly here: string;
  readonly apply: (value: unknown, translation: Translation, option: string) => void;
}

/** Rules by option, in the order in which they are applied. */
export type Rules = Readonly<Record<string, Rule>>;

/** An empty translation and its result. */
export interface OpenTranslation extends Translation {
  /**
   * Translates settings by a table, what the user does not say by the program's defaults.
   * @param at what stands before an option's name in the list of what is left
   */
  readonly translate: (
    given: Settings,
    rules: Rules,
    options?: { readonly defaults?: Settings; readonly at?: string },
  ) => void;
  readonly result: () => ImportedConfig;
}

/** Who set a field. */
interface Owner {
  readonly option: string;
  readonly given: unknown;
  readonly isDefault: boolean;
}

/** An empty translation. */
export function createTranslation(): OpenTranslation {
  const fields = new Map<string, unknown>();
  const owners = new Map<string, Owner>();
  const left: LeftSetting[] = [];
  let current: Owner | undefined;
  let settings: Settings = {};
  const leave = (option: string, value: unknown, why: Sentence) => {
    left.push({ option, value, why });
  };
  const translation: Translation = {
    set(path, value, part) {
      if (value === undefined) return;
      const before = owners.get(path);
      const isOther =
        fields.has(path) && JSON.stringify(fields.get(path)) !== JSON.stringify(value);
      if (isOther && before?.isDefault === false && current !== undefined) {
        if (current.isDefault) return;
        if (before.option !== current.option)
          leave(
            before.option,
            before.given,
            said`${current.option} sets ${path} as well, and counts`,
          );
      }
      fields.set(path, value);
      if (current === undefined) owners.delete(path);
      else owners.set(path, { ...current, ...part });
    },
    get: (path) => fields.get(path),
    drop(path, why) {
      const owner = owners.get(path);
      if (why !== undefined && fields.has(path))
        leave(owner?.option ?? path, owner?.given ?? fields.get(path), why);
      fields.delete(path);
    },
    leave,
    setting: (option) => settings[option],
  };
  return {
    ...translation,
    translate(given, rules, { defaults = {}, at = "" } = {}) {
      const own = Object.fromEntries(Object.entries(given).filter(([, value]) => isSaid(value)));
      settings = { ...defaults, ...own };
      for (const [option, rule] of Object.entries(rules)) {
        if (!Object.hasOwn(settings, option)) continue;
        const value = settings[option];
        current = { option: at + option, given: value, isDefault: !Object.hasOwn(own, option) };
        rule.apply(value, translation, at + option);
      }
      current = undefined;
      for (const [option, value] of Object.entries(own)) {
        if (Object.hasOwn(rules, option)) continue;
        const near = nearestName(option, Object.keys(rules));
        const why =
          near === undefined ? said`not known here` : said`not known here; did you mean ${near}?`;
        leave(at + option, value, why);
      }
    },
    result: () => ({ config: nest(fields), left }),
  };
}

/** What is empty says nothing. */
const isSaid = (value: unknown): boolean => value !== undefined && value !== null && value !== "";

/** How configs begin: what is trained, on what; the rest follows. */
const firstGroups = ["name", "base", "data", "tuning", "lora", "full", "embedding", "textEncoder"];

/** Fields by dotted path as objects in objects. */
function nest(fields: ReadonlyMap<string, unknown>): Record<string, unknown> {
  const config: Record<string, unknown> = {};
  const rankOf = ([path]: readonly [string, unknown]) => {
    const at = firstGroups.indexOf(path.split(".")[0] ?? "");
    return at < 0 ? firstGroups.length : at;
  };
  for (const [path, value] of [...fields].sort((a, b) => rankOf(a) - rankOf(b))) {
    const parts = path.split(".");
    const last = parts.pop() ?? path;
    let inner = config;
    for (const part of parts) {
      const next = asSettings(inner[part]) ?? {};
      inner[part] = next;
      inner = next;
    }
    inner[last] = value;
  }
  return config;
}
