/** @file What the training process loads once it listens, and opens until it is told what to train. */

import { AtelierError } from "@atelier/engine";
import { chooseRoute } from "@atelier/engine/node";

export { train } from "../train/train.js";
export { nodeTrainDeps } from "./train-deps.js";
export { toSent } from "./train-messages.js";

/** Opens the runtime of the usual device, which then is open. What is wrong with it is told when a training asks for it. */
export function openRuntime(): void {
  try {
    chooseRoute("cpu");
  } catch (error) {
    if (!(error instanceof AtelierError)) throw error;
  }
}
