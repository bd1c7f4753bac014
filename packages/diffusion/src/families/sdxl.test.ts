/** @file What SDXL is told of a picture's sizes, and what stands for a prompt that is not given. */

import { expect, it } from "vitest";
import { planResizeCrop } from "../data/resize-crop.js";
import { sdxl } from "./sdxl.js";

it("orders the sizes of a picture as original, crop and target, each height first", () => {
  const plan = planResizeCrop({ width: 640, height: 480 }, { width: 512, height: 512 });
  const { time_ids: ids } = sdxl.conditioning.ofSizes(plan);
  expect(ids?.shape).toEqual([1, 6]);
  expect([...(ids?.data ?? [])]).toEqual([480, 640, 0, 85, 512, 512]);
});

it.each([
  [{ force_zeros_for_empty_prompt: true }, "zeros"],
  [{ force_zeros_for_empty_prompt: false }, "empty-text"],
  [{}, "empty-text"],
] as const)("with %j in model_index.json hears no negative prompt as %s", (index, expected) => {
  expect(sdxl.conditioning.none(index)).toBe(expected);
});
