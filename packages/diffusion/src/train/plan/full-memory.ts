/** @file What training all weights of a model takes, before there is a run: the plan of memory of such a run. */

import type { ModelFiles } from "../../families/model-files.js";
import { exampleTraining } from "./example-training.js";
import { fitMemory } from "./memory-plan.js";

/** Bytes that `finetune` takes of a machine at its defaults, one picture of the model's own size a step. */
export function fullTrainingBytes(
  model: Pick<ModelFiles, "path" | "family" | "components" | "scheduler">,
): number {
  return fitMemory(exampleTraining(model)).memory.total;
}
