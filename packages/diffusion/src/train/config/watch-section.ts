/** @file The section of the training config that says how a run is watched and what follows from it. */

import { type Sentence, said } from "@atelier/engine";
import { z } from "zod";
import { preferences } from "../../core/verdict.js";
import { fieldText } from "../events/messages.js";
import type { WatchConfig } from "./train-config.js";

const text = z.string().min(1);

/** How a run is watched. */
export const watchSection: z.ZodType<WatchConfig> = z.strictObject({
  share: z.number().min(0).max(1).optional().describe(fieldText["watch.share"]),
  everySteps: z.int().min(1).max(1_000_000_000).optional().describe(fieldText["watch.everySteps"]),
  heldOut: z.int().min(0).max(1_000_000).optional().describe(fieldText["watch.heldOut"]),
  validation: text.optional().describe(fieldText["watch.validation"]),
  allowOverlap: z.boolean().default(false).describe(fieldText["watch.allowOverlap"]),
  prompts: z.array(text).max(64).optional().describe(fieldText["watch.prompts"]),
  classPrompt: text.optional().describe(fieldText["watch.classPrompt"]),
  act: z.boolean().default(false).describe(fieldText["watch.act"]),
  prefer: z.enum(preferences).optional().describe(fieldText["watch.prefer"]),
});

/** @param refuse is told of fields that do not go together */
export function checkWatch(
  { share, heldOut = 0, validation, allowOverlap }: WatchConfig,
  refuse: (path: readonly string[], sentence: Sentence) => void,
): void {
  if (validation === undefined) {
    if (allowOverlap) {
      refuse(
        ["watch", "allowOverlap"],
        said`expected watch.validation, whose pictures it is about`,
      );
    }
    return;
  }
  if (share === 0) {
    refuse(
      ["watch", "validation"],
      said`expected a run that is watched, got watch.share 0; 0.1 gives it a tenth of the time`,
    );
  }
  if (heldOut > 0) {
    refuse(
      ["watch", "heldOut"],
      said`expected none beside watch.validation, whose pictures are looked at instead, got ${heldOut}`,
    );
  }
}
