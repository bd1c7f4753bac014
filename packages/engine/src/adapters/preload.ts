/** @file Entry point `@atelier/engine/preload`: many modules at once. It imports nothing of the engine. */

import { createRequire } from "node:module";
import { features } from "node:process";

/**
 * Loads a module and all that it imports for an `import()` that follows: `require` finds, reads and compiles hundreds
 * of files one after the other without a promise for each, a quarter faster. Where Node has no `require` of such
 * modules (22 before 22.12), and where one fails, it does nothing: the `import()` loads them, or says what is wrong.
 * @param from `import.meta.url`
 */
export function preload(path: string, from: string): void {
  if (!features.require_module) return;
  try {
    createRequire(from)(path);
  } catch {
    // Told by the import.
  }
}
