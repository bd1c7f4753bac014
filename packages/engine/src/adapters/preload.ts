/** @file Entry point `@atelier/engine/preload`: many modules at once. It imports nothing of the engine. */

import { createRequire } from "node:module";
import { features, versions } from "node:process";

/** The first versions of Node with a `require` of modules print that it is experimental. */
const warns = /^(22\.12|23\.[0-4])\./;

/**
 * Loads a module and all that it imports for an `import()` that follows: `require` finds, reads and compiles hundreds
 * of files one after the other without a promise for each, a quarter faster. Where Node has no `require` of such
 * modules or warns of it, and where one fails, it does nothing: the `import()` loads them, or says what is wrong.
 * @param from `import.meta.url`
 */
export function preload(path: string, from: string): void {
  if (!features.require_module || warns.test(versions.node)) return;
  try {
    createRequire(from)(path);
  } catch {
    // Told by the import.
  }
}
