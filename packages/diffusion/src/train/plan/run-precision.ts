/** @file In which precision a run computes, once its device is known. */

import { AtelierError, probeHalf, type Runtime, said } from "@atelier/engine";
import { type Warning, warning } from "../../core/warnings/warning.js";
import type { GivenConfig } from "../config/train-config.js";

/**
 * The config in float32, with a warning, where it asks for float16 and the device does not compute in that.
 * @throws AtelierError `runtime` where the run has begun in float16: its state is that of such a run.
 */
export async function fitPrecision(
  config: GivenConfig,
  runtime: Runtime,
  isResumed: boolean,
): Promise<{ readonly config: GivenConfig; readonly warnings: readonly Warning[] }> {
  if (config.mixedPrecision === "off" || (await probeHalf(runtime)))
    return { config, warnings: [] };
  const { name } = runtime.capabilities;
  if (isResumed) {
    throw new AtelierError(
      "runtime",
      said`mixedPrecision: expected a device that computes in float16, since this run has begun on one, got ${name}, which does not. Go on there, or begin anew in float32.`,
    );
  }
  return {
    config: { ...config, mixedPrecision: "off" },
    warnings: [warning("no-half", { device: name })],
  };
}
