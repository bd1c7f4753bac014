/** @file Which models a pipeline can run; those that it cannot are refused with the reason. */

import { AtelierError, said } from "@atelier/engine";
import { configsOf, type ModelFiles } from "../families/model-files.js";

/**
 * Checks that a model's components belong together and draw from text alone.
 * @throws AtelierError `config` that names every obstacle.
 */
export function requireRunnable(model: ModelFiles): void {
  const { path, family } = model;
  const problems = family.problems(configsOf(model));
  if (problems.length === 0) return;
  throw new AtelierError(
    "config",
    said`${path}: expected models that draw pictures from text together, got:\n${problems.map((problem) => `  ${problem}`).join("\n")}\nUse a text-to-image checkpoint, and do not mix models of different families.`,
    { context: { path, problems } },
  );
}
