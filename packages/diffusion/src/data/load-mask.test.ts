/** @file Masks against an independent computation: sizes, crops, mirrors, alpha channels, refusals. */

import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { sharpPictures } from "../adapters/sharp-pictures.js";
import { encodePng } from "../files/png/encode-png.js";
import { loadMask } from "./load-mask.js";
import { planResizeCrop } from "./resize-crop.js";

/** A mask of 16×8 pixels that is white from column `from` on. */
async function edge(from: number): Promise<Uint8Array> {
  const data = Uint8Array.from({ length: 3 * 16 * 8 }, (_, i) =>
    Math.floor(i / 3) % 16 >= from ? 255 : 0,
  );
  return encodePng({ width: 16, height: 8, data });
}

const original = { width: 16, height: 8 };
const plain = { latentFactor: 2, unmaskedWeight: 0 };

describe("loadMask", () => {
  it("averages over the pixels of each latent", async () => {
    const plan = planResizeCrop(original, { ...original, multiple: 2 });
    const source = { kind: "file", name: "m.png", bytes: await edge(5) } as const;
    const mask = await loadMask(source, sharpPictures, { plan, ...plain });
    expect(mask?.shape).toEqual([1, 1, 4, 8]);
    // Column 5 is the right half of the third latent.
    const row = [0, 0, 0.5, 1, 1, 1, 1, 1];
    expect([...(mask?.data ?? [])]).toEqual([...row, ...row, ...row, ...row]);
    const lifted = await loadMask(source, sharpPictures, {
      plan,
      latentFactor: 2,
      unmaskedWeight: 0.2,
    });
    for (const [i, value] of [0.2, 0.2, 0.6, 1].entries()) {
      expect(lifted?.data[i]).toBeCloseTo(value, 6);
    }
  });

  it("follows the crop and the mirror of its picture", async () => {
    const bytes = await edge(8);
    const source = { kind: "file", name: "m.png", bytes } as const;
    const rowOf = async (left: number, flip: boolean) => {
      const crop = { left, top: 0 };
      const plan = planResizeCrop(original, { width: 8, height: 8, multiple: 2, crop, flip });
      const mask = await loadMask(source, sharpPictures, { plan, ...plain });
      return [...(mask?.data.subarray(0, 4) ?? [])];
    };
    // Nine places for a window of 8 in 16; the fifth is the middle.
    expect(await rowOf(0, false)).toEqual([0, 0, 0, 0]);
    expect(await rowOf(0.5, false)).toEqual([0, 0, 1, 1]);
    expect(await rowOf(0.99, false)).toEqual([1, 1, 1, 1]);
    // The picture is mirrored before it is cropped, so that its left is its right.
    expect(await rowOf(0, true)).toEqual([1, 1, 1, 1]);
    expect(await rowOf(0.5, true)).toEqual([1, 1, 0, 0]);
  });

  it("reads alpha channels, and tells that there is none", async () => {
    const plan = planResizeCrop(original, { ...original, multiple: 2 });
    const raw = Buffer.alloc(4 * 16 * 8, 255);
    for (let pixel = 0; pixel < 16 * 8; pixel++) raw[4 * pixel + 3] = pixel % 16 < 4 ? 0 : 255;
    const bytes = await sharp(raw, { raw: { width: 16, height: 8, channels: 4 } })
      .png()
      .toBuffer();
    const mask = await loadMask({ kind: "alpha", name: "p.png", bytes }, sharpPictures, {
      plan,
      ...plain,
    });
    expect([...(mask?.data.subarray(0, 8) ?? [])]).toEqual([0, 0, 1, 1, 1, 1, 1, 1]);
    const opaque = { kind: "alpha", name: "p.png", bytes: await edge(3) } as const;
    expect(await loadMask(opaque, sharpPictures, { plan, ...plain })).toBeUndefined();
  });

  it("refuses a mask of another size, and one that does not decode", async () => {
    const plan = planResizeCrop({ width: 32, height: 8 }, { width: 8, height: 8, multiple: 2 });
    const source = { kind: "file", name: "m.png", bytes: await edge(5) } as const;
    await expect(loadMask(source, sharpPictures, { plan, ...plain })).rejects.toThrow(
      /mask m\.png: expected 32x8 pixels as its picture has, got 16x8/,
    );
    const broken = { ...source, bytes: source.bytes.subarray(0, 60) };
    await expect(loadMask(broken, sharpPictures, { plan, ...plain })).rejects.toThrow(/m\.png/);
  });
});
