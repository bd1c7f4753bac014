/** @file PNG files, decoded again by sharp and compared in size with libpng's. */

import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { encodePng } from "./encode-png.js";
import { encodeChunk, pngSignature, readChunks } from "./png-chunks.js";
import { readPngText } from "./png-text.js";
import { concatBytes } from "./zlib-stream.js";

/** Gradients and noise, so that every row filter is chosen somewhere. */
function testPicture(width: number, height: number) {
  let state = 1;
  const data = Uint8Array.from({ length: 3 * width * height }, (_, index) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    const y = Math.floor(index / (3 * width));
    const x = index % (3 * width);
    return y % 3 === 0 ? x * 2 : y % 3 === 1 ? x + y * 5 : state >> 16;
  });
  return { width, height, data };
}

const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

describe("encodePng", () => {
  it.each([
    [1, 1],
    [64, 48],
    [33, 7],
  ])("writes %ix%i pixels that libpng reads back", async (width, height) => {
    const picture = testPicture(width, height);
    const bytes = await encodePng(picture, { text: { parameters: "Steps: 1" } });
    const { data, info } = await sharp(bytes, { failOn: "warning" })
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width, height, channels: 3 });
    expect(new Uint8Array(data)).toEqual(picture.data);
  });

  it("is about as small as libpng's own", async () => {
    const width = 256;
    const data = Uint8Array.from({ length: 3 * width * width }, (_, index) => {
      const [x, y] = [Math.floor(index / 3) % width, Math.floor(index / (3 * width))];
      return 128 + 100 * Math.sin(x / 20 + (index % 3)) * Math.cos(y / 31);
    });
    const ours = await encodePng({ width, height: width, data });
    const raw = { width, height: width, channels: 3 } as const;
    const theirs = await sharp(data, { raw }).png({ adaptiveFiltering: true }).toBuffer();
    expect(ours.length / theirs.length).toBeLessThan(1.1);
  });

  it("gives the same bytes for the same picture", async () => {
    const picture = testPicture(20, 20);
    expect(await encodePng(picture)).toEqual(await encodePng(picture));
  });

  it("refuses bytes that do not fill the picture", async () => {
    const picture = { width: 2, height: 2, data: new Uint8Array(11) };
    await expect(encodePng(picture)).rejects.toThrow("expected 12 bytes");
  });
});

/** One pixel by Pillow 13.0.0 with `add_text` (Latin-1, not Latin-1, zip) and `add_itxt` (zip). */
const pillowPng =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAAGnRFWHRwYXJhbWV0ZXJzAGEgY2Fm6QpTdGVwczog" +
  "MZq9sJEAAAAMaVRYdHV0ZjgAAAAAAOeLl8PIys4AAAARelRYdHoAAHicK0hMzk5NAQAIhgJpohYDYQAAABhpVFh0" +
  "aXoAAQB6aAAAeJx73j1d4Xn3dAARbwQzTRBziwAAAAxJREFUeJxjYGBgAAAABAAB9hc4VQAAAABJRU5ErkJggg==";

describe("text chunks", () => {
  const typesOf = (bytes: Uint8Array) => [...readChunks(bytes)].map(({ type }) => type);

  it("are tEXt where Latin-1 holds the text and iTXt where it does not", async () => {
    const text = { parameters: "a café\nSteps: 1", Ünïcode: "狗 🐕", empty: "" };
    const bytes = await encodePng(testPicture(2, 2), { text });
    expect(typesOf(bytes)).toEqual(["IHDR", "tEXt", "iTXt", "tEXt", "IDAT", "IEND"]);
    expect(Object.fromEntries(await readPngText(bytes))).toEqual(text);
  });

  it("are read as Pillow wrote them", async () => {
    expect(Object.fromEntries(await readPngText(Buffer.from(pillowPng, "base64")))).toEqual({
      parameters: "a café\nSteps: 1",
      utf8: "狗",
      z: "packed",
      iz: "狗 狗",
    });
  });

  it("are read compressed, and the first of two with one keyword counts", async () => {
    const packed = new Uint8Array(deflateSync("wörth reading"));
    const end = encodeChunk("IEND", new Uint8Array());
    const bytes = concatBytes([
      pngSignature,
      encodeChunk("zTXt", concatBytes([latin1("a\0\0"), deflateSync(latin1("caf\xe9"))])),
      encodeChunk("iTXt", concatBytes([latin1("b\0\x01\0de\0\0"), packed])),
      encodeChunk("tEXt", latin1("a\0second")),
      end,
    ]);
    expect([...(await readPngText(bytes))]).toEqual([
      ["a", "café"],
      ["b", "wörth reading"],
    ]);
  });

  it("that expand without end are refused", async () => {
    const bomb = deflateSync(new Uint8Array(2 ** 26 + 1));
    const chunk = encodeChunk("zTXt", concatBytes([latin1("a\0\0"), bomb]));
    const bytes = concatBytes([pngSignature, chunk]);
    await expect(readPngText(bytes)).rejects.toThrow("expected at most 67108864 bytes");
  });

  it("are refused when the file is damaged", async () => {
    const bytes = await encodePng(testPicture(2, 2), { text: { a: "b" } });
    await expect(readPngText(bytes.subarray(0, 60))).rejects.toThrow("The file is cut off");
    await expect(readPngText(latin1("no png"))).rejects.toThrow("expected a PNG file");
    const flipped = bytes.slice();
    flipped[41] = (flipped[41] ?? 0) ^ 1;
    await expect(readPngText(flipped)).rejects.toThrow('chunk "tEXt" at byte 33');
    const open = concatBytes([pngSignature, encodeChunk("tEXt", latin1("no zero"))]);
    await expect(readPngText(open)).rejects.toThrow("expected a zero byte in a tEXt chunk");
  });

  it.each(["", " a", "a  b", "x".repeat(80), "狗", "a\nb"])(
    "refuse the keyword %j",
    async (keyword) => {
      const png = encodePng(testPicture(2, 2), { text: { [keyword]: "text" } });
      await expect(png).rejects.toThrow("expected a keyword");
    },
  );
});
