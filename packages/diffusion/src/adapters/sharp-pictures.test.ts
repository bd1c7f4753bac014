/** @file Decoding with sharp: formats, colours, orientation, and pictures that are refused. */

import { readFile } from "node:fs/promises";
import { deflateSync } from "node:zlib";
import { messageOf } from "@atelier/engine";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { sha256Hex } from "../core/content-hash.js";
import { loadPicture, type PictureOptions, pictureSettings } from "../data/load-picture.js";
import { encodeChunk, pngSignature } from "../files/png/png-chunks.js";
import { concatBytes } from "../files/png/zlib-stream.js";
import { sharedFile } from "../testing/fixtures.js";
import { sharpPictures } from "./sharp-pictures.js";

const square: PictureOptions = { width: 32, height: 32 };
const reddish = { r: 200, g: 50, b: 100 };

function plain(background: { r: number; g: number; b: number; alpha?: number }, side = 32) {
  const channels = background.alpha === undefined ? 3 : 4;
  return sharp({ create: { width: side, height: side, channels, background } });
}

/** A picture whose left half is red and right half is blue, 48×32. */
const halves = () => {
  const data = Buffer.alloc(48 * 32 * 3);
  for (let i = 0; i < 48 * 32; i++) data[3 * i + (i % 48 < 24 ? 0 : 2)] = 255;
  return sharp(data, { raw: { width: 48, height: 32, channels: 3 } });
};

const load = (bytes: Uint8Array, options: PictureOptions = square) =>
  loadPicture({ name: "pic", bytes }, sharpPictures, options);

const decode = (bytes: Uint8Array, background: [number, number, number] = [255, 255, 255]) =>
  sharpPictures.decode(bytes, "pic", { background, maxPixels: 2 ** 27 });

/** The first pixel of a decoded picture. */
async function colourOf(bytes: Uint8Array, background?: [number, number, number]) {
  return [...(await decode(bytes, background)).data.subarray(0, 3)];
}

function expectNear(actual: readonly number[], expected: readonly number[], tolerance: number) {
  const errors = expected.map((level, index) => Math.abs(level - (actual[index] ?? 999)));
  expect(
    Math.max(...errors),
    `got ${actual.join()}, expected ${expected.join()}`,
  ).toBeLessThanOrEqual(tolerance);
}

const refusal = (bytes: Uint8Array, options?: PictureOptions) =>
  load(bytes, options).then(
    () => "accepted",
    (error: unknown) => messageOf(error),
  );

describe("decoding", () => {
  it.each(["jpeg", "png", "webp", "avif"] as const)("reads %s", async (format) => {
    const bytes = await plain(reddish).toFormat(format, { quality: 95 }).toBuffer();
    expect(await sharpPictures.probe(bytes, "pic")).toEqual({
      width: 32,
      height: 32,
      format,
      isAnimated: false,
    });
    expectNear(await colourOf(bytes), [200, 50, 100], format === "png" ? 0 : 3);
  });

  // Where the red half lies after each of the eight EXIF orientations is undone (TIFF 6.0, p. 36).
  it.each([
    [1, 48, "left"],
    [2, 48, "right"],
    [3, 48, "right"],
    [4, 48, "left"],
    [5, 32, "top"],
    [6, 32, "top"],
    [7, 32, "bottom"],
    [8, 32, "bottom"],
  ])("undoes EXIF orientation %i", async (orientation, width, side) => {
    const bytes = await halves().withMetadata({ orientation }).png().toBuffer();
    expect((await sharpPictures.probe(bytes, "pic")).width).toBe(width);
    const picture = await decode(bytes);
    expect(picture.width).toBe(width);
    const red = (x: number, y: number) => picture.data[3 * (y * picture.width + x)] === 255;
    const [right, bottom] = [picture.width - 1, picture.height - 1];
    const corners = [red(0, 0), red(right, 0), red(0, bottom), red(right, bottom)];
    const expected = {
      left: [true, false, true, false],
      right: [false, true, false, true],
      top: [true, true, false, false],
      bottom: [false, false, true, true],
    }[side];
    expect(corners).toEqual(expected);
  });

  it("lays transparent pixels on white or the colour given", async () => {
    const bytes = await plain({ ...reddish, alpha: 0.5 })
      .png()
      .toBuffer();
    // Alpha 0.5 is stored as 128: 200·128/255 + 255·127/255 = 227.4, and so on.
    expectNear(await colourOf(bytes), [227, 152, 177], 1);
    expectNear(await colourOf(bytes, [0, 0, 0]), [100, 25, 50], 1);
    const { pixels } = await load(bytes, { ...square, background: [0, 0, 0] });
    expectNear([(pixels.data[0] ?? 0) * 127.5 + 127.5], [100], 1);
  });

  it("makes three channels of greyscale, also with alpha", async () => {
    const grey = { r: 90, g: 90, b: 90 };
    const opaque = await plain(grey).toColourspace("b-w").png().toBuffer();
    expect((await sharp(opaque).metadata()).channels).toBe(1);
    expect(await colourOf(opaque)).toEqual([90, 90, 90]);
    const clear = await plain({ ...grey, alpha: 0 })
      .toColourspace("b-w")
      .png()
      .toBuffer();
    expect((await sharp(clear).metadata()).channels).toBe(2);
    expect(await colourOf(clear)).toEqual([255, 255, 255]);
  });

  it("keeps the upper 8 of 16 bits", async () => {
    const levels = new Uint16Array(32 * 32 * 3).map(
      (_, index) => [51400, 12850, 25700][index % 3] ?? 0,
    );
    const raw = { width: 32, height: 32, channels: 3 } as const;
    const bytes = await sharp(levels, { raw }).toColourspace("rgb16").png().toBuffer();
    expect((await sharp(bytes).metadata()).depth).toBe("ushort");
    expect(await colourOf(bytes)).toEqual([200, 50, 100]);
  });

  it("converts CMYK", async () => {
    const bytes = await plain(reddish).toColourspace("cmyk").jpeg({ quality: 100 }).toBuffer();
    expect((await sharp(bytes).metadata()).space).toBe("cmyk");
    expectNear(await colourOf(bytes), [200, 50, 100], 30);
  });

  it("applies a Display P3 profile", async () => {
    const bytes = await plain(reddish).withIccProfile("p3").png().toBuffer();
    const stored = await sharp(bytes, { ignoreIcc: true }).raw().toBuffer();
    expect(Math.abs((stored[0] ?? 0) - 200)).toBeGreaterThan(8);
    expectNear(await colourOf(bytes), [200, 50, 100], 1);
  });
});

describe("preparing", () => {
  it("crops, mirrors and tells SDXL's numbers", async () => {
    const bytes = await halves().png().toBuffer();
    const { pixels, plan } = await load(bytes);
    expect(pixels.shape).toEqual([3, 32, 32]);
    expect(plan).toMatchObject({ original: { width: 48, height: 32 }, crop: { left: 8, top: 0 } });
    const atLeft = await load(bytes, { ...square, crop: { left: 0, top: 0 } });
    const mirrored = await load(bytes, { ...square, flip: true, crop: { left: 0.99, top: 0 } });
    expect(mirrored.plan.crop.left).toBe(16);
    // The right end of the mirrored picture is the left end of the picture, mirrored.
    const row = (data: Float32Array) => [...data.subarray(0, 32)];
    expect(row(mirrored.pixels.data)).toEqual(row(atLeft.pixels.data).reverse());
  });

  it("has settings that name the decoder and every default", () => {
    expect(pictureSettings(square, sharpPictures)).toEqual({
      width: 32,
      height: 32,
      multiple: 8,
      crop: "center",
      flip: false,
      filter: "lanczos",
      background: [255, 255, 255],
      animated: "refuse",
      decoder: expect.stringMatching(/^sharp [\d.]+, libvips [\d.]+, pipeline 1$/),
      preparation: 2,
    });
  });
});

/** A PNG header for any size, with one bit a pixel; `rows` black rows follow. */
function blackPng(width: number, height: number, rows: number): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 1;
  const data = deflateSync(Buffer.alloc(rows * (1 + Math.ceil(width / 8))));
  const chunks = [encodeChunk("IHDR", header), encodeChunk("IDAT", data)];
  return concatBytes([pngSignature, ...chunks, encodeChunk("IEND", new Uint8Array())]);
}

describe("bad pictures", () => {
  it("that are cut off are refused by name", async () => {
    const noise = Buffer.from(Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 7919) % 251));
    const whole = sharp(noise, { raw: { width: 64, height: 64, channels: 3 } });
    for (const format of ["jpeg", "png", "webp", "avif"] as const) {
      const bytes = await whole.clone().toFormat(format).toBuffer();
      const cut = bytes.subarray(0, Math.floor(bytes.length * 0.6));
      expect(await refusal(cut), format).toMatch(/^picture pic: expected a whole picture, got/);
    }
  });

  it("that are something else are refused before a decoder sees them", async () => {
    const text = (content: string) => new TextEncoder().encode(content);
    expect(await refusal(text("hello"))).toContain("got bytes of another kind");
    expect(await refusal(new Uint8Array())).toContain("got bytes of another kind");
    expect(await refusal(text("version https://git-lfs.github.com/spec/v1"))).toContain("Git LFS");
    expect(await refusal(text("<!DOCTYPE html><html>"))).toContain("got a web page");
    expect(await refusal(text('<?xml version="1.0"?><svg width="9"/>'))).toContain("got SVG");
    expect(await refusal(await plain(reddish).gif().toBuffer())).toContain("got GIF");
    expect(await refusal(await plain(reddish).tiff().toBuffer())).toContain("got TIFF");
    const ftyp = "\0\0\0\x18ftypheic\0\0\0\0mif1heic";
    expect(await refusal(text(ftyp))).toMatch(/got HEIC.*Export it as JPEG/);
  });

  it("that expand to 900 megapixels are refused by their header", async () => {
    const bomb = blackPng(30_000, 30_000, 30_000);
    expect(bomb.length).toBeLessThan(200_000);
    expect(await refusal(bomb)).toContain("expected at most 134217728 pixels, got 30000x30000");
    await expect(decode(bomb)).rejects.toThrow("pixel limit");
  });

  it("that are tiny are refused unless allowed", async () => {
    const bytes = await plain(reddish, 1).png().toBuffer();
    expect(await refusal(bytes)).toContain("got 1x1: the picture is too small");
    const { pixels } = await load(bytes, { ...square, minSidePixels: 1 });
    expect(new Set(pixels.data).size).toBe(3);
  });

  it("that move are refused, or give their first frame with a warning", async () => {
    const frames = await Promise.all(
      [reddish, { r: 0, g: 255, b: 0 }].map((colour) => plain(colour).png().toBuffer()),
    );
    const webp = await sharp(frames, { join: { animated: true } })
      .webp({ lossless: true })
      .toBuffer();
    expect(await refusal(webp)).toContain("got an animation");
    const { pixels, warnings } = await load(webp, { ...square, animated: "first-frame" });
    expectNear([(pixels.data[0] ?? 0) * 127.5 + 127.5], [200], 1);
    expect(warnings).toMatchObject([{ code: "first-frame" }]);
  });

  it("that are animated PNGs are noticed, although decoders do not tell", async () => {
    const still = await plain(reddish).png().toBuffer();
    const control = encodeChunk("acTL", Uint8Array.of(0, 0, 0, 2, 0, 0, 0, 0));
    const animated = concatBytes([still.subarray(0, 33), control, still.subarray(33)]);
    expect(await refusal(animated)).toContain("got an animation");
  });
});

// SHA-256 of the float32 tensor that Pillow 13.0.0 and torch 2.13 make of each photograph as
// diffusers' training scripts do: resize, crop, ToTensor, Normalize(0.5).
const photographs: readonly [string, PictureOptions, string][] = [
  ["dog/00.jpg", { width: 512, height: 512 }, "a688137e23b3b6e1"],
  ["clock/01.jpg", { width: 512, height: 512 }, "db07366a852a78a0"],
  ["cat/02.jpg", { width: 256, height: 256 }, "9d21902a85193905"],
  [
    "dog/01.jpg",
    { width: 512, height: 320, filter: "bilinear", flip: true, crop: { left: 0.25, top: 0.25 } },
    "0cfd47629368160c",
  ],
];

describe("real photographs", { tags: ["shared"] }, () => {
  it.each(photographs)(
    "%s %o has the bits of diffusers' transform",
    async (name, options, hash) => {
      const { pixels } = await load(await readFile(sharedFile("photos", name)), options);
      const { buffer, byteOffset, byteLength } = pixels.data;
      const digest = await sha256Hex(new Uint8Array(buffer, byteOffset, byteLength));
      expect(digest.slice(0, 16)).toBe(hash);
    },
  );
});
