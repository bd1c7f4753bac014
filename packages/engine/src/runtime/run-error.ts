/** @file What a runtime says of a run that failed, as a sentence that says what to do: devices fail in ways of their own. */

import { AtelierError, messageOf, type Sentence, said } from "../errors.js";

/** Dawn, Vulkan, Direct3D and CUDA on a device that is gone. */
const lost =
  /\bdevice\b[^.\n]{0,80}\blost\b|DEVICE_LOST|DEVICE_(REMOVED|HUNG|RESET)|fallen off the bus/i;
/** Dawn makes a buffer without memory an invalid one, and fails where it is first used. */
const outOfMemory =
  /OUT_OF_(DEVICE|HOST)_MEMORY|out of memory|\[Invalid Buffer\b[^\]]*\] is invalid due to a previous error/i;
const tooLarge = /Buffer size \((\d+)\) exceeds the max buffer size limit \((\d+)\)/;

/** The error of a run. Of a lost device its context says so. */
export function runError(cause: unknown): AtelierError {
  // Some are of several lines.
  const reason = messageOf(cause).trim().replace(/\s+/g, " ").replace(/\.$/, "");
  const isDeviceLost = lost.test(reason);
  const context = isDeviceLost ? { isDeviceLost } : {};
  return new AtelierError("runtime", sentenceOf(reason, isDeviceLost), { cause, context });
}

/** Whether an error, or one of those behind it, tells that the device is gone: nothing runs on it in this process any more. */
export function isDeviceLost(error: unknown): boolean {
  return (
    error instanceof AtelierError &&
    (error.context["isDeviceLost"] === true || isDeviceLost(error.cause))
  );
}

function sentenceOf(reason: string, isGone: boolean): Sentence {
  if (isGone) {
    return said`runtime: expected the device to stay, got a lost one: ${reason}. Its driver has ended the work: for want of memory, because a step took too long, for an update, or since the machine slept.`;
  }
  const [, bytes, limit] = tooLarge.exec(reason) ?? [];
  if (bytes !== undefined && limit !== undefined) {
    return said`runtime: expected values of at most ${limit} bytes, since the device has no larger buffers, got one of ${bytes}. Take a smaller batch or picture size, or --backend cpu.`;
  }
  if (outOfMemory.test(reason)) {
    return said`runtime: expected enough memory on the device, got: ${reason}. Close other programs that use it, or take a smaller batch, a smaller picture size or gradient checkpointing.`;
  }
  return said`runtime: the graph failed while running: ${reason}. Less memory is used with a smaller batch, a smaller picture size or gradient checkpointing.`;
}
