/** @file What could be changed where a training does not fit the memory. */

import { isRead } from "./compose-settings.js";
import type { Technique } from "./train-form.js";

/** A change and what it is called. */
export interface Smaller {
  readonly kind: "limit" | "batch" | "again" | "size" | "bits";
  /** Settings by path. */
  readonly values: Readonly<Record<string, number | string>>;
}

/** What a training is like now. */
export interface Planned {
  readonly technique: Technique;
  readonly base: string;
  readonly width: number;
  readonly height: number;
  /** With everything filled in. */
  readonly batchSize: unknown;
  readonly checkpointing: unknown;
}

/** Pictures are not made smaller than this. */
const leastEdge = 256;
/** What sizes of latents divide by with every family. */
const edgeStep = 64;

/** Changes that each take less memory; which of them fit, forecasts tell. @param availableBytes of the machine */
export function smallerSettings(planned: Planned, availableBytes: number): Smaller[] {
  const { technique, base, width, height, batchSize, checkpointing } = planned;
  // Other programs are on the machine, too.
  const gigabytes = Math.floor((availableBytes * 0.9) / 1e8) / 10;
  const smaller = (edge: number) => Math.floor((edge * 0.75) / edgeStep) * edgeStep;
  const size = { "data.width": smaller(width), "data.height": smaller(height) };
  return [
    { kind: "limit", values: { maxMemory: gigabytes } },
    ...(typeof batchSize === "number" && batchSize > 1
      ? [{ kind: "batch", values: { batchSize: 1 } } as const]
      : []),
    ...(checkpointing === "on"
      ? []
      : [{ kind: "again", values: { gradientCheckpointing: "on" } } as const]),
    ...(Math.min(...Object.values(size)) >= leastEdge
      ? [{ kind: "size", values: size } as const]
      : []),
    // The weights that train themselves need all of their bits.
    ...(isRead("lora.rank", technique) && base !== "embedded"
      ? [{ kind: "bits", values: { "base.dtype": "int8" } } as const]
      : []),
  ];
}
