/** @file The fields of the training config that a base may advise, with their bounds, wherever they are written. */

import { z } from "zod";
import { timestepsSection } from "./objective-section.js";
import { scheduleSection } from "./schedule-section.js";
import type { AdvisedFields } from "./train-config.js";

const count = z.int().min(1).max(1_000_000_000);

/** Of a run as a whole; their defaults are in complete-config.ts. */
export const advisedFields: { readonly [F in keyof AdvisedFields]: z.ZodType<AdvisedFields[F]> } = {
  learningRate: z.number().gt(0).max(10),
  schedule: scheduleSection,
  steps: count,
  batchSize: count.max(4096),
  timesteps: timestepsSection,
};

/** The learning rate of a word. */
export const wordRate: z.ZodType<number> = z.number().min(0).max(10);

/** What adapters call their base. */
export const architectureName: z.ZodType<string> = z.string().regex(/^[a-z0-9][\w.-]{0,99}$/i, {
  error: "expected a name of up to 100 letters, digits, dots, dashes and underscores",
});
