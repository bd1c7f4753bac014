/** @file How long the steps of a run took, and what makes those of another one alike: a forecast goes by that. */

import type { TrainConfig } from "@atelier/diffusion/train";
import { z } from "zod";
import type { RunLog } from "./run-log.js";

/** What a run took. */
export const pace = z.object({
  likeness: z.string(),
  startSeconds: z.number().describe("From the plan to the first step"),
  secondsPerStep: z.number().describe("With looks and samples between steps"),
});
export type Pace = z.infer<typeof pace>;

/** What is known of a training that is planned. */
export interface Planned {
  readonly base: string;
  readonly baseFingerprint?: string | undefined;
  readonly tuning: string;
  readonly width: number;
  readonly height: number;
  readonly picturesPerStep: number;
  readonly batchSize: number;
  readonly usesGradientCheckpointing: boolean;
}

/** The same for trainings whose steps compute the same, on the same kind of device. */
export function likenessOf(
  plan: Planned,
  { prior, device }: { prior?: { source: string } | undefined; device: { backend: string } },
): string {
  const { base, baseFingerprint, tuning, width, height } = plan;
  const { picturesPerStep, batchSize, usesGradientCheckpointing } = plan;
  return JSON.stringify([
    ...[baseFingerprint ?? base, tuning, prior?.source ?? "", device.backend],
    ...[width, height, picturesPerStep, batchSize, usesGradientCheckpointing],
  ]);
}

/** What a run took; nothing while it has made too few steps to tell. */
export function paceOf(config: TrainConfig, { events, stepping }: RunLog): Pace | undefined {
  const plan = events.findLast((event) => event.type === "plan");
  if (plan?.type !== "plan" || stepping === undefined) return undefined;
  return { likeness: likenessOf(plan, config), ...stepping };
}
