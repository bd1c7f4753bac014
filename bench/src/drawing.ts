/** @file What both sides draw, and how their pictures are compared. */

/** For Atelier's `generate`; the peer is told the same. */
export const drawing = {
  prompt: "a photo of a cat",
  negativePrompt: "",
  sampler: "ddim",
  guidanceScale: 7.5,
  seed: 0,
} as const;

/** Mean and standard deviation of pixels, both from 0 to 1; the pixels are about −1 to 1. */
export function meanAndDeviation(data: Float32Array): [number, number] {
  const pixels = data.map((value) => Math.min(Math.max((value + 1) / 2, 0), 1));
  const mean = pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
  const variance = pixels.reduce((sum, value) => sum + (value - mean) ** 2, 0) / pixels.length;
  return [mean, Math.sqrt(variance)];
}
