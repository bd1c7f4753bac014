/** @file Classifier-free guidance and its rescaling, against diffusers' formulas. */

import { expect, it } from "vitest";
import { guide, rescaleGuidance } from "./guidance.js";

const unconditional = Float32Array.of(0.5, -1, 2, 0.25, 1, 0, -0.5, 3);
const conditional = Float32Array.of(1, -0.5, 1.5, -2, 0.5, 0.5, -1, 2);
const guided = Float32Array.of(4.25, 2.75, -1.75, -16.625, -2.75, 3.75, -4.25, -4.5);

it("guides away from the unconditional prediction", () => {
  expect(guide(unconditional, conditional, 7.5)).toEqual(guided);
  expect(guide(unconditional, conditional, 1)).toEqual(conditional);
  expect(guide(unconditional, conditional, 0)).toEqual(unconditional);
});

it("rescales each sample as diffusers' rescale_noise_cfg does", () => {
  const rescaled = rescaleGuidance(guided, conditional, { rescale: 0.7, batchSize: 2 });
  const expected = [
    1.7683452367782593, 1.1442233324050903, -0.7281421422958374, -6.917349815368652,
    -1.4342676401138306, 1.9558193683624268, -2.216595411300659, -2.3469831943511963,
  ];
  expected.forEach((value, i) => {
    expect(rescaled[i]).toBeCloseTo(value, 5);
  });
});

it("changes nothing with a rescale of 0", () => {
  expect(rescaleGuidance(guided, conditional, { rescale: 0 })).toEqual(guided);
});
