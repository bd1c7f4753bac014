/** @file Versions of a picture as people make them, for tests of what is alike: made by sharp. */

import sharp, { type Sharp } from "sharp";

/** Shares of the sides that are cut off: left, top, right, bottom. */
type Cut = readonly [left: number, top: number, right: number, bottom: number];

/** PNG or JPEG files of the same picture by what was done to it. */
export async function versionsOf(bytes: Uint8Array): Promise<ReadonlyMap<string, Uint8Array>> {
  const { width, height } = await sharp(bytes).metadata();
  const cut = ([left, top, right, bottom]: Cut): Sharp =>
    sharp(bytes).extract({
      left: Math.round(left * width),
      top: Math.round(top * height),
      width: width - Math.round(left * width) - Math.round(right * width),
      height: height - Math.round(top * height) - Math.round(bottom * height),
    });
  const versions: Readonly<Record<string, Sharp>> = {
    "half the size": sharp(bytes).resize(Math.round(width / 2)),
    "256 pixels": sharp(bytes).resize(256),
    "JPEG of quality 20": sharp(bytes).jpeg({ quality: 20 }),
    "JPEG of quality 40": sharp(bytes).jpeg({ quality: 40 }),
    brighter: sharp(bytes).removeAlpha().linear(1.1, 8),
    warmer: sharp(bytes).removeAlpha().toColourspace("srgb").linear([1.05, 1, 0.95], [0, 0, 0]),
    "5 % cut at left and top": cut([0.05, 0.05, 0, 0]),
    "5 % cut all around": cut([0.05, 0.05, 0.05, 0.05]),
    "10 % cut below": cut([0, 0, 0, 0.1]),
    "cut unevenly": cut([0.013, 0.041, 0.032, 0.007]),
    "cut, smaller, JPEG of quality 60": cut([0.025, 0.03, 0.02, 0.01])
      .resize(Math.round(width * 0.7))
      .jpeg({ quality: 60 }),
  };
  const files = Object.entries(versions).map(
    async ([name, version]) => [name, new Uint8Array(await version.toBuffer())] as const,
  );
  return new Map(await Promise.all(files));
}

/** The picture mirrored left to right, a little smaller, as a JPEG. */
export async function mirrorOf(bytes: Uint8Array): Promise<Uint8Array> {
  const { width } = await sharp(bytes).metadata();
  const mirrored = sharp(bytes)
    .flop()
    .resize(Math.round(width * 0.8))
    .jpeg({ quality: 60 });
  return new Uint8Array(await mirrored.toBuffer());
}

/** The picture blurred by a Gaussian of so many pixels of a picture whose shorter side has 512. */
export async function blurred(bytes: Uint8Array, sigma: number): Promise<Uint8Array> {
  const { width, height } = await sharp(bytes).metadata();
  const factor = Math.max(1, Math.min(width, height) / 512);
  return new Uint8Array(
    await sharp(bytes)
      .blur(sigma * factor)
      .png()
      .toBuffer(),
  );
}
