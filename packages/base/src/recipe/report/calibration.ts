/**
 * @file What scores mean to the eye: ten pictures from nothing alike to the very same, beside what is
 * measured of each. Thresholds are read off it.
 */

import type { RgbPicture } from "@atelier/diffusion/core";
import {
  instanceSimilarity,
  type Judge,
  type PixelWeights,
  structure,
} from "@atelier/diffusion/evaluate";
import { contactSheet } from "@atelier/diffusion/files";
import { mascotStyle } from "../../demo/mascot-scenes.js";
import type { Background } from "../../world/backgrounds.js";
import { objectWeights } from "../../world/object-weights.js";
import { plainScene, type Scene } from "../../world/scene.js";
import type { DrawScene } from "../recipe.js";

/** A picture of the sheet with its scores. */
export interface Calibration {
  readonly what: string;
  readonly picture: RgbPicture;
  /** Structural similarity to the truth on the object, after the best small shift and scale. */
  readonly structureOfObject: number;
  /** Cosine to the truth by the instance judge. */
  readonly instance: number;
}

/** What the pictures are made with. */
export interface CalibrationOptions {
  /** Draws the world. */
  readonly draw: DrawScene;
  /** Draws the world with the mascot for its robot. */
  readonly drawMascot: DrawScene;
  /** Encodes and decodes a picture. */
  readonly reconstruct: (picture: RgbPicture) => Promise<RgbPicture>;
  readonly judge: Pick<Judge, "instance">;
}

const background: Background = { kind: "colour", name: "red" };

/** Ten pictures and their scores, the least alike first. @throws AtelierError as the judge. */
export async function calibrate({
  draw,
  drawMascot,
  reconstruct,
  judge,
}: CalibrationOptions): Promise<readonly Calibration[]> {
  const scene: Scene = plainScene("robot", mascotStyle, { background });
  const truth = await drawMascot(scene);
  const weights = await objectWeights(drawMascot, scene);
  const other = (concept: string, style = mascotStyle) =>
    draw(plainScene(concept, style, { background }));
  const rows: readonly (readonly [what: string, picture: RgbPicture])[] = [
    ["a cat", await other("cat")],
    ["a twemoji robot", await other("robot", "twemoji")],
    ["a noto robot", await other("robot")],
    ["its colours in a heap", blurred(bent(truth, 14), 4)],
    ["bent by 8 pixels, blurred", blurred(bent(truth, 8), 2)],
    ["bent by 4 pixels", bent(truth, 4)],
    ["bent by 2 pixels", bent(truth, 2)],
    ["blurred", blurred(truth, 1.5)],
    ["after the autoencoder", await reconstruct(truth)],
    ["the very same", truth],
  ];
  const scored: Calibration[] = [];
  for (const [what, picture] of rows) {
    scored.push({ what, picture, ...(await scoresOf(picture, { truth, weights, judge })) });
  }
  return scored;
}

/** The sheet: each picture with its two scores. */
export function calibrationSheet(rows: readonly Calibration[]): RgbPicture {
  const labels = rows.map(
    ({ what, structureOfObject, instance }) =>
      `${what}: structure ${structureOfObject.toFixed(2)}, judge ${instance.toFixed(2)}`,
  );
  const pictures = rows.map(({ picture }) => picture);
  return contactSheet(pictures, { columns: 5, enlarge: 3, labels, gap: 8 });
}

async function scoresOf(
  picture: RgbPicture,
  {
    truth,
    weights,
    judge,
  }: { truth: RgbPicture; weights: PixelWeights; judge: Pick<Judge, "instance"> },
): Promise<Pick<Calibration, "structureOfObject" | "instance">> {
  const instance = await instanceSimilarity(judge, { generated: [picture], real: [truth] });
  return { structureOfObject: structure(picture, truth, weights), instance };
}

/** Waves of two periods across the picture move its pixels by up to so many. */
function bent(picture: RgbPicture, pixels: number): RgbPicture {
  const { width, height } = picture;
  const wave = (at: number, size: number, phase: number): number =>
    pixels * Math.sin((4 * Math.PI * at) / size + phase);
  return mapped(picture, (x, y, read) => {
    const [fromX, fromY] = [x + wave(y, height, 0.5), y + wave(x, width, 2)];
    return read(fromX, fromY);
  });
}

function blurred(picture: RgbPicture, sigma: number): RgbPicture {
  const reach = Math.ceil(2 * sigma);
  const offsets = Array.from({ length: 2 * reach + 1 }, (_, i) => i - reach);
  const weightOf = (offset: number): number => Math.exp(-(offset ** 2) / (2 * sigma ** 2));
  const along = (axis: "x" | "y") => (from: RgbPicture) =>
    mapped(from, (x, y, read) => {
      const sums = [0, 0, 0];
      let total = 0;
      for (const offset of offsets) {
        const colour = axis === "x" ? read(x + offset, y) : read(x, y + offset);
        const weight = weightOf(offset);
        total += weight;
        for (const [channel, value] of colour.entries()) {
          sums[channel] = (sums[channel] ?? 0) + weight * value;
        }
      }
      return sums.map((sum) => sum / total);
    });
  return along("y")(along("x")(picture));
}

type Read = (x: number, y: number) => readonly number[];

/** Each pixel from others of the picture, whose edge goes on outside; the nearest pixel is read. */
function mapped(
  { width, height, data }: RgbPicture,
  colourAt: (x: number, y: number, read: Read) => readonly number[],
): RgbPicture {
  const within = (at: number, size: number): number =>
    Math.min(size - 1, Math.max(0, Math.round(at)));
  const read: Read = (x, y) => {
    const start = 3 * (within(y, height) * width + within(x, width));
    return [...data.subarray(start, start + 3)];
  };
  const pixels = Array.from({ length: width * height }, (_, i) =>
    colourAt(i % width, Math.floor(i / width), read),
  );
  return { width, height, data: Uint8Array.from(pixels.flat(), Math.round) };
}
