/** @file Settings as programs write them into pictures, before it is checked what of them a drawing here can have. */

import type { Sentence } from "@atelier/engine";

/** Settings before they are checked. */
export interface FoundSettings {
  readonly found: Readonly<Record<string, unknown>>;
  readonly notes: readonly Sentence[];
}

/** How names in files are those of the library; by default they are the same. */
export type ResolveName = (kind: "model" | "adapter" | "word", name: string) => string;
