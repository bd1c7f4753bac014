/** @file Pictures of an evaluation's page: small, and within it. */

import { dataUri, type RgbPicture } from "@atelier/diffusion/core";
import { resampleRgb } from "@atelier/diffusion/data";
import { encodePng } from "@atelier/diffusion/files";
import type { EncodedPicture } from "./picture-data.js";

/** Longer edges are shrunk to this many pixels: a page holds dozens of pictures. */
const longestEdge = 256;

/** A picture as a page takes it, at most 256 pixels long. */
export async function thumbnail(picture: RgbPicture, label: string): Promise<EncodedPicture> {
  const scale = longestEdge / Math.max(picture.width, picture.height);
  const shown = scale < 1 ? shrink(picture, scale) : picture;
  return { source: dataUri("image/png", await encodePng(shown)), label };
}

function shrink(picture: RgbPicture, scale: number): RgbPicture {
  const shrunk = (edge: number): number => Math.max(1, Math.round(edge * scale));
  return resampleRgb(picture, { width: shrunk(picture.width), height: shrunk(picture.height) });
}
