/** @file Where in a picture the part lies that is trained, and whether too little of it is left. */

import type { Crop } from "@atelier/server/api";

/** Width and height in pixels. */
export interface PixelSize {
  readonly width: number;
  readonly height: number;
}

/** A rectangle in shares of a picture, in percent. */
export interface CropBox {
  readonly left: string;
  readonly top: string;
  readonly width: string;
  readonly height: string;
}

/** As the library judges: from this share on it warns of crops. */
const muchCropped = 0.3;
/** A picture that is enlarged by more looks soft. */
const softScale = 1.05;

/** Where the trained part lies. */
export function cropBox({ left, top, cropWidth, cropHeight }: Crop, size: PixelSize): CropBox {
  const across = (pixels: number) => `${(100 * pixels) / Math.max(1, size.width)}%`;
  const down = (pixels: number) => `${(100 * pixels) / Math.max(1, size.height)}%`;
  return {
    ...{ left: across(left), top: down(top) },
    ...{ width: across(cropWidth), height: down(cropHeight) },
  };
}

/** What is wrong with a crop, if anything is. */
export function cropFault(crop: Crop): "problem" | "cut" | "enlarged" | undefined {
  if (crop.problem !== undefined) return "problem";
  if (crop.cropped > muchCropped) return "cut";
  return crop.enlarged > softScale ? "enlarged" : undefined;
}

/** Where a picture lies in a square that holds all of it, as shares in percent. */
export function fittedBox({ width, height }: PixelSize): CropBox {
  const longer = Math.max(1, width, height);
  const [across, down] = [(100 * width) / longer, (100 * height) / longer];
  return {
    ...{ left: `${(100 - across) / 2}%`, top: `${(100 - down) / 2}%` },
    ...{ width: `${across}%`, height: `${down}%` },
  };
}

/** The size to begin with: that of the embedded base for its small pictures, else that of most models. */
export function usualSize(pictures: readonly PixelSize[]): PixelSize {
  const edges = pictures.map(({ width, height }) => Math.max(width, height)).sort((a, b) => a - b);
  const middle = edges[Math.floor(edges.length / 2)] ?? 0;
  const edge = middle <= 256 ? 64 : 512;
  return { width: edge, height: edge };
}
