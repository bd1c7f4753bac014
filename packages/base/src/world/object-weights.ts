/** @file Which pixels of a scene's picture belong to its objects, for measures that look at these alone. */

import type { RgbPicture } from "@atelier/diffusion/core";
import type { Background } from "./backgrounds.js";
import { pictureSize, squareOf } from "./layout.js";
import type { Scene } from "./scene.js";

/** The plain colours that differ most. */
const light: Background = { kind: "colour", name: "white" };
const dark: Background = { kind: "colour", name: "black" };

/**
 * How opaque the objects are at each pixel, `[height, width]`, from 0 to 1: where they are, it does not
 * matter what lies behind.
 * @param draw draws scenes
 */
export async function objectWeights(
  draw: (scene: Scene) => Promise<RgbPicture>,
  { objects }: Pick<Scene, "objects">,
): Promise<Float32Array> {
  const over = await draw({ objects, background: light });
  const under = await draw({ objects, background: dark });
  const differences = Float32Array.from(over.data, (value, i) => value - (under.data[i] ?? 0));
  const sums = Float32Array.from({ length: differences.length / 3 }, (_, pixel) =>
    differences.subarray(3 * pixel, 3 * pixel + 3).reduce((sum, value) => sum + value, 0),
  );
  // Some pixel always shows the background alone.
  const largest = sums.reduce((most, value) => Math.max(most, value), 1);
  return sums.map((sum) => 1 - sum / largest);
}

/** The same of a scene's first object alone, accessory included. */
export async function firstObjectWeights(
  draw: (scene: Scene) => Promise<RgbPicture>,
  { objects }: Pick<Scene, "objects">,
): Promise<Float32Array> {
  const weights = await objectWeights(draw, { objects });
  const { left, top, side } = squareOf(objects[0], objects.length > 1);
  const isIn = (at: number, start: number): boolean => at >= start && at < start + side;
  return weights.map((weight, pixel) =>
    isIn(pixel % pictureSize, left) && isIn(Math.floor(pixel / pictureSize), top) ? weight : 0,
  );
}
