/**
 * @file A graphics card that the browser takes away, because its driver fell over or another page was to have it. The run that
 * is on it fails; a run that is asked for later would never end, and is refused.
 */

import { AtelierError, said } from "../../errors.js";
import type { GraphExecutor } from "../../runtime/compiled-graph.js";

/** What of a GPUDevice tells that it is gone. */
export interface LosableDevice {
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>;
}

/** Whether a device is gone. */
export interface DeviceLoss {
  /** Resolves with the reason, once it is. */
  readonly lost: Promise<string>;
  watch(device: LosableDevice): void;
  /** @throws AtelierError `runtime` where it is. */
  requireDevice(): void;
  /** An executor that begins nothing on a device that is gone. */
  guard(executor: GraphExecutor): GraphExecutor;
}

/** Watches the device that is named first; all sessions are on one. */
export function watchLoss(): DeviceLoss {
  let resolve: (reason: string) => void = () => {};
  const lost = new Promise<string>((settle) => {
    resolve = settle;
  });
  let watched: LosableDevice | undefined;
  let reason: string | undefined;
  const requireDevice = (): void => {
    if (reason === undefined) return;
    throw new AtelierError(
      "runtime",
      said`runtime: expected the graphics card that the graph was compiled for, got none: it was lost (${reason}). Begin again, or take the processor.`,
    );
  };
  return {
    lost,
    watch(device) {
      if (watched !== undefined) return;
      watched = device;
      void device.lost.then((loss) => {
        reason = loss.message || loss.reason;
        resolve(reason);
      });
    },
    requireDevice,
    guard: (executor) => ({
      ...executor,
      async execute(run) {
        requireDevice();
        return executor.execute(run);
      },
    }),
  };
}
