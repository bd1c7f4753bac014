/** @file What the training process loads once it listens. */

export { train } from "../train/train.js";
export { nodeTrainDeps } from "./train-deps.js";
export { toSent } from "./train-messages.js";
