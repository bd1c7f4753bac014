/** @file The `schedule` section of the training config: warm-up and course of the learning rate. */

import { z } from "zod";
import { fieldText } from "../events/messages.js";
import { type ChoiceDefaults, optionsOfChoice } from "./options-of-choice.js";
import type { ScheduleConfig, ScheduleTable } from "./train-config.js";

const warmup = { warmupSteps: 0, warmupShare: 0 } as const;

/** What each course has, and its defaults; REX bends as in its paper. */
const defaults: ScheduleTable & ChoiceDefaults = {
  constant: warmup,
  linear: { ...warmup, minRatio: 0 },
  cosine: { ...warmup, minRatio: 0 },
  cosine_with_restarts: { ...warmup, cycles: 1, minRatio: 0 },
  polynomial: { ...warmup, power: 1, endLearningRate: 1e-7 },
  rex: { ...warmup, bend: 0.5, minRatio: 0 },
  exponential: { ...warmup, endRatio: 0.01 },
};

const share = z.number().min(0).lt(1).optional();

const fields = z.strictObject({
  name: z
    .enum([
      ...["constant", "linear", "cosine", "cosine_with_restarts", "polynomial", "rex"],
      "exponential",
    ] as const)
    .default("constant")
    .describe(fieldText["schedule.name"]),
  warmupSteps: z
    .int()
    .min(0)
    .max(1_000_000_000)
    .optional()
    .describe(fieldText["schedule.warmupSteps"]),
  warmupShare: share.describe(fieldText["schedule.warmupShare"]),
  minRatio: share.describe(fieldText["schedule.minRatio"]),
  cycles: z.int().min(1).max(1_000_000).optional().describe(fieldText["schedule.cycles"]),
  power: z.number().positive().optional().describe(fieldText["schedule.power"]),
  endLearningRate: z
    .number()
    .min(0)
    .max(10)
    .optional()
    .describe(fieldText["schedule.endLearningRate"]),
  bend: share.describe(fieldText["schedule.bend"]),
  endRatio: z.number().min(1e-9).max(1e9).optional().describe(fieldText["schedule.endRatio"]),
});

/** Checks a schedule's settings and fills in the defaults of the chosen course. */
export const scheduleSection: z.ZodType<ScheduleConfig> = fields
  .transform((given, context) => {
    // The fields are those of the chosen course, each checked above: `optionsOfChoice` refuses others.
    return optionsOfChoice(given, defaults, context) as unknown as ScheduleConfig;
  })
  .refine(({ warmupSteps, warmupShare }) => warmupSteps === 0 || warmupShare === 0, {
    path: ["warmupShare"],
    error: "expected either warmupSteps or warmupShare, got both",
  });
