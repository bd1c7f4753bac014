/**
 * @file Fields that do not go together here, though the other program takes them together: one of the two is
 * taken back, and its option listed unless it said nothing there either.
 */

import { said } from "@atelier/engine";
import type { Translation } from "./translation.js";
import { asNumber, asText, isOff } from "./values.js";

/** The largest `lora.rank`. */
const largestRank = 4096;

/** Takes back what the config would be refused for. */
export function settle(translation: Translation): void {
  const { get, drop } = translation;
  const method = asText(get("lora.method"));
  if (method === "loha" || method === "lokr") {
    const why = said`${method} has no path of its own for the input`;
    drop("lora.dropout", isOff(get("lora.dropout")) ? undefined : why);
    drop("lora.loraPlusRatio", get("lora.loraPlusRatio") === 1 ? undefined : why);
  }
  const rank = asNumber(get("lora.rank")) ?? 0;
  // LoKr of a rank that no layer has does not split its second factor, there and here.
  if (rank > largestRank && method === "lokr") translation.set("lora.rank", largestRank);
  else if (rank > largestRank) drop("lora.rank", said`ranks go up to ${largestRank}`);
  if (get("minSnrGamma") !== undefined && get("weighting") !== undefined)
    drop("weighting", said`one weighting of the losses here: minSnrGamma counts`);
  if (isOff(get("noiseOffset")))
    drop(
      "adaptiveNoiseScale",
      isOff(get("adaptiveNoiseScale")) ? undefined : said`it adapts noiseOffset, which is off`,
    );
  if (get("schedule.warmupSteps") !== undefined)
    drop("schedule.warmupShare", said`the warm-up is given in steps as well, and these count`);
  // Kept tags mean nothing, there and here, where tags stay in their order.
  if (get("data.shuffleTags") !== true && isOff(get("data.tagDropout"))) drop("data.keepTags");
  const hasClassPictures = get("prior.folder") !== undefined || get("prior.count") !== undefined;
  if (hasClassPictures && get("data.buckets.use") === true) {
    drop("data.buckets.use", said`one shape for all beside pictures of the class`);
    for (const field of ["step", "maxAspect", "upscale"]) drop(`data.buckets.${field}`);
  }
  if (get("optimizer.warmupInit") === true && get("optimizer.relativeStep") !== true)
    drop("optimizer.warmupInit", said`it belongs to relative_step, which is off`);
  if (get("optimizer.relativeStep") === true) {
    // Steps of its own, whatever rate and schedule say.
    for (const field of ["name", "warmupSteps", "warmupShare", "cycles", "power", "minRatio"])
      drop(`schedule.${field}`);
    translation.set("schedule.name", "constant");
  }
}
