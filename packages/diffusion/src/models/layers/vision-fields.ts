/** @file What the configs of vision transformers have in common. */

import { z } from "zod";

/** Pixels of a picture's or patch's side, bounded: graphs are built from configs that anyone may have written. */
export const pictureExtent: z.ZodInt = z.int().min(1).max(4096);

/** Fields that must go together. */
export interface VisionWidths {
  readonly hidden_size: number;
  readonly num_attention_heads: number;
  readonly image_size: number;
  readonly patch_size: number;
}

/** What does not, one sentence a problem. */
export function checkVisionWidths({
  hidden_size: width,
  num_attention_heads: heads,
  image_size: picture,
  patch_size: patch,
}: VisionWidths): string[] {
  const problems: string[] = [];
  if (width % heads !== 0) {
    problems.push(`num_attention_heads: ${heads} does not divide hidden_size ${width}`);
  }
  if (patch > picture) problems.push(`patch_size: ${patch} is more than image_size ${picture}`);
  return problems;
}
