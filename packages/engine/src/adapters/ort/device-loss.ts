/**
 * @file A graphics card that the browser takes away, because its driver fell over or another page was to have it. The run that
 * is on it fails; a run that is asked for later would never end, and is refused.
 */

import { AtelierError, said } from "../../errors.js";

/** What of a GPUDevice tells that it is gone. */
export interface LosableDevice {
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>;
}

/** Whether the device of open sessions is gone. */
export interface DeviceLoss {
  /** Resolves with the reason, once it is. */
  readonly lost: Promise<string>;
  /** @throws AtelierError `runtime` where it is. */
  requireDevice(): void;
  /** Tells of a session on a device; what is returned, of its end. */
  enter(device: LosableDevice): () => void;
}

/** Watches the devices of sessions. */
export function watchLoss(): DeviceLoss {
  let resolve: (reason: string) => void = () => {};
  const lost = new Promise<string>((settle) => {
    resolve = settle;
  });
  let reason: string | undefined;
  /** ONNX Runtime gives a device up with its last session, which loses nothing, and makes another one later. */
  const sessions = new Map<LosableDevice, number>();
  const count = (device: LosableDevice, by: number): void => {
    sessions.set(device, (sessions.get(device) ?? 0) + by);
  };
  const watch = async (device: LosableDevice): Promise<void> => {
    const loss = await device.lost;
    if (sessions.get(device) === 0) return;
    reason = loss.message || loss.reason;
    resolve(reason);
  };
  const requireDevice = (): void => {
    if (reason === undefined) return;
    throw new AtelierError(
      "runtime",
      said`runtime: expected the graphics card that the graph was compiled for, got none: it was lost (${reason}). Begin again, or take the processor.`,
    );
  };
  return {
    lost,
    requireDevice,
    enter(device) {
      if (!sessions.has(device)) void watch(device);
      count(device, 1);
      return () => count(device, -1);
    },
  };
}
