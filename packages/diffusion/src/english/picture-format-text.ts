/** @file Picture formats that are not read, and what to do with their pictures. */

import type { WarningParams } from "../core/warnings/warning.js";

type Format = WarningParams<"unsupported-picture">["format"];

const convert = "Convert it to PNG, WebP or JPEG.";

/** By format. */
export const pictureFormatText: {
  readonly [F in Format]: { readonly name: string; readonly advice: string };
} = {
  gif: { name: "GIF (256 colours)", advice: "Convert the frame you want to PNG." },
  tiff: { name: "TIFF", advice: convert },
  bmp: { name: "BMP", advice: convert },
  jxl: { name: "JPEG XL", advice: convert },
  jp2: { name: "JPEG 2000", advice: convert },
  svg: { name: "SVG (a drawing, not pixels)", advice: "Render it to PNG at the size you want." },
  psd: { name: "Photoshop", advice: convert },
  heic: {
    name: "HEIC (HEVC is patented, the decoder is built without it)",
    advice: "Export it as JPEG from the phone or photo program, or run `heif-convert` on it.",
  },
  raw: { name: "a camera's raw file", advice: "Develop it and export JPEG, PNG or AVIF." },
};
