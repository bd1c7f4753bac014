/** @file What a training process and its parent say to each other. */

import { asAtelierError, type ErrorCode, messageOf, type Sentence, said } from "@atelier/engine";
import type { GivenConfig } from "../train/config/train-config.js";
import type { TrainEvent } from "../train/events/train-event.js";
import type { ResumeOptions } from "../train/run.js";
import type { NodeTrainOptions } from "./train-deps.js";

/** From the parent. */
export type ToWorker =
  | {
      readonly kind: "start";
      readonly config: GivenConfig;
      readonly options: NodeTrainOptions;
      readonly resume: ResumeOptions | undefined;
    }
  | { readonly kind: "stop" };

/** An error as plain data. */
export interface SentError {
  readonly code: ErrorCode;
  readonly sentence: Sentence;
  readonly context: Readonly<Record<string, unknown>>;
}

/** From the training process. */
export type FromWorker =
  | { readonly kind: "event"; readonly event: TrainEvent }
  | { readonly kind: "error"; readonly error: SentError }
  | { readonly kind: "end" };

/** An error as it is sent; what is no error of ours is a bug. */
export function toSent(error: unknown): SentError {
  const known = asAtelierError(error);
  if (known !== undefined) {
    // Only plain values survive the way to another process.
    const context: unknown = JSON.parse(JSON.stringify(known.context));
    return {
      code: known.code,
      sentence: known.sentence,
      context: Object.fromEntries(Object.entries(context ?? {})),
    };
  }
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  return { code: "internal", sentence: said`internal: ${messageOf(error)}`, context: { stack } };
}
