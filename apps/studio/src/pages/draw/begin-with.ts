/** @file A form that begins with something of the library: an adapter, a word or a model. */

import type { Item } from "@atelier/server/api";
import type { DrawSettings } from "./draw-settings.js";
import { hasWord } from "./insert-word.js";

/** What an address asks for. */
export interface Beginning {
  readonly item?: Item | undefined;
  readonly prompt?: string | undefined;
  /** Names of the library's models. */
  readonly models: readonly string[];
}

/** What files call the embedded base. */
const embeddedTitle = "atelier-embedded";

/** The form with what was asked for in place of the adapters and words that it had. */
export function beginWith(before: DrawSettings, { item, prompt, models }: Beginning): DrawSettings {
  const after = { ...before, ...(prompt !== undefined && { prompt }) };
  if (item === undefined) return after;
  const base = item.kind === "model" ? item.name : baseOf(item, models);
  const [trigger = ""] = item.triggers;
  const isSaid = trigger === "" || hasWord(after.prompt, trigger);
  return {
    ...after,
    base: base ?? after.base,
    adapters: item.kind === "adapter" ? [{ name: item.name, weight: 1 }] : [],
    words: item.kind === "word" ? [item.name] : [],
    // A prompt that was asked for is left as it is.
    prompt: isSaid || prompt !== undefined ? after.prompt : `${trigger} ${after.prompt}`.trim(),
  };
}

/** Files say all sorts of things of their base; only what can be chosen here is one. */
function baseOf({ base }: Item, models: readonly string[]): string | undefined {
  if (base === undefined) return undefined;
  if (base === "embedded" || base === embeddedTitle) return "embedded";
  const own = models.find((name) => name === base || name === `${base}.safetensors`);
  return own ?? (/^[\w.-]+\/[\w.-]+$/.test(base) ? base : undefined);
}
