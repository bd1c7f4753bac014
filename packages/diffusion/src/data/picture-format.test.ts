/** @file Picture formats, told by their first bytes and by their names. */

import { describe, expect, it } from "vitest";
import { identifyPicture, pictureFormatOfName } from "./picture-format.js";

const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

describe("identifyPicture", () => {
  it.each([
    ["\0\0\0\x20ftypavif\0\0\0\0avifmif1", "avif"],
    ["\0\0\0\x1cftypmif1\0\0\0\0mif1avif", "avif"],
    ["\xff\xd8\xff\xe0", "jpeg"],
    ["RIFF....WEBPVP8 ", "webp"],
  ])("knows %j", (head, format) => {
    expect(identifyPicture(bytes(head))).toBe(format);
  });

  it.each([
    ["\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "heic"],
    ["\0\0\0\x18ftypcrx \0\0\0\x01crx isom", "raw"],
    ["MM\0*", "tiff"],
    ["BM....", "bmp"],
    ["\xff\x0a", "jxl"],
    ["\0\0\0\x0cjP  \r\n", "jp2"],
    ["8BPS", "psd"],
  ])("names %j, which is not read", (head, name) => {
    expect(identifyPicture(bytes(head))).toEqual({ name });
  });

  it.each(["", "\xff", "RIFF....WAVE", "\0\0\0\x18ftypisom", "\0\0\0\0ftyp", "GIT"])(
    "knows nothing of %j",
    (head) => {
      expect(identifyPicture(bytes(head))).toBeUndefined();
    },
  );
});

describe("pictureFormatOfName", () => {
  it("goes by the last extension in any case", () => {
    expect(pictureFormatOfName("a.b.JPeG")).toBe("jpeg");
    expect(pictureFormatOfName("a.png.txt")).toBeUndefined();
    expect(pictureFormatOfName(".png")).toBeUndefined();
    expect(pictureFormatOfName("png")).toBeUndefined();
    expect(pictureFormatOfName("a.constructor")).toBeUndefined();
  });
});
