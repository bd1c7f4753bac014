/** @file What a runtime says of itself where it does not work, for `atelier doctor`. */

import { AtelierError, messageOf } from "@atelier/engine";

/** The runtime's own reason, without places in its sources: ours advises the very command that shows it. */
export function runtimeReason(error: unknown): string {
  const cause = error instanceof AtelierError ? error.cause : undefined;
  return messageOf(cause ?? error)
    .trim()
    .replace(/^\S*\/onnxruntime\/[\s\S]* was false\. /, "");
}
