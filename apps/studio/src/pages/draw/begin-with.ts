/** @file A form that begins with something of the library: an adapter, a word or a model. */

import type { Item } from "@atelier/server/api";
import type { DrawSettings } from "./draw-settings.js";
import { hasWord } from "./insert-word.js";

/** What an address asks for. */
export interface Beginning {
  readonly item?: Item | undefined;
  readonly prompt?: string | undefined;
}

/** The form with what was asked for in place of the adapters and words that it had. */
export function beginWith(before: DrawSettings, { item, prompt }: Beginning): DrawSettings {
  const after = { ...before, ...(prompt !== undefined && { prompt }) };
  if (item === undefined) return after;
  const base = item.kind === "model" ? item.name : (item.base ?? after.base);
  const isNamed = base === "embedded" || item.kind === "model" || isModelName(base);
  const [trigger = ""] = item.triggers;
  const isSaid = trigger === "" || hasWord(after.prompt, trigger);
  return {
    ...after,
    base: isNamed ? base : after.base,
    adapters: item.kind === "adapter" ? [{ name: item.name, weight: 1 }] : [],
    words: item.kind === "word" ? [item.name] : [],
    // A prompt that was asked for is left as it is.
    prompt: isSaid || prompt !== undefined ? after.prompt : `${trigger} ${after.prompt}`.trim(),
  };
}

/** Files of bases say all sorts of things of where they come from; a path is no name. */
function isModelName(base: string): boolean {
  return /^[\w.-]+(?:\/[\w.-]+)?$/.test(base);
}
