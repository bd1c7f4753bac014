/**
 * @file Where a training picture is resized to and cropped: geometry only, no pixels.
 * The numbers are those of torchvision's `Resize` and `CenterCrop` as diffusers' training
 * scripts use them, and what SDXL is conditioned on (arXiv 2307.01952, section 2.2).
 */

import { AtelierError, said } from "@atelier/engine";
import { roundHalfEven } from "../core/round-half-even.js";

/** Extents of a picture in pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Where the crop lies: centred, or as fractions in [0, 1) of the room that the resize leaves. */
export type CropPosition = "center" | { readonly left: number; readonly top: number };

/** What becomes of one picture: resized to `resized`, then cropped, then perhaps mirrored. */
export interface ResizeCropPlan {
  readonly original: PictureSize;
  readonly resized: PictureSize;
  readonly target: PictureSize;
  /** Offsets of the crop in the resized picture, mirrored with it: SDXL's `crops_coords_top_left`. */
  readonly crop: { readonly left: number; readonly top: number };
  readonly flip: boolean;
  /** How much the picture is enlarged (> 1) or shrunk (< 1). */
  readonly scale: number;
}

/** Options of {@link planResizeCrop}. */
export interface ResizeCropOptions extends PictureSize {
  /** Target extents must be multiples of this: the pixels that one latent stands for. */
  readonly multiple?: number;
  readonly crop?: CropPosition;
  /** Mirrors the picture left to right before it is cropped. */
  readonly flip?: boolean;
  /** How far it is enlarged beyond that; not at all by default. */
  readonly zoom?: number;
}

/**
 * Resizes so that the picture just covers the target, then crops to it.
 * @throws AtelierError `config` for extents that are no multiples of `multiple` or a crop
 * position outside [0, 1).
 */
export function planResizeCrop(
  original: PictureSize,
  { width, height, multiple = 8, crop = "center", flip = false, zoom = 1 }: ResizeCropOptions,
): ResizeCropPlan {
  checkExtent("width", width, multiple);
  checkExtent("height", height, multiple);
  const fitsWidth = width * original.height >= height * original.width;
  const [atLeastWidth, atLeastHeight] = [Math.round(width * zoom), Math.round(height * zoom)];
  const resized = fitsWidth
    ? {
        width: atLeastWidth,
        height: Math.floor((atLeastWidth * original.height) / original.width),
      }
    : {
        width: Math.floor((atLeastHeight * original.width) / original.height),
        height: atLeastHeight,
      };
  return {
    original,
    resized,
    target: { width, height },
    crop: {
      left: offsetOf("left", resized.width - width, crop === "center" ? crop : crop.left),
      top: offsetOf("top", resized.height - height, crop === "center" ? crop : crop.top),
    },
    flip,
    scale: fitsWidth ? resized.width / original.width : resized.height / original.height,
  };
}

function offsetOf(name: string, room: number, position: "center" | number): number {
  // torchvision centres with Python's rounding.
  if (position === "center") return roundHalfEven(room / 2);
  if (position >= 0 && position < 1) return Math.floor(position * (room + 1));
  throw new AtelierError(
    "config",
    said`planResizeCrop: expected crop.${name} from 0 to below 1, got ${position}.`,
  );
}

function checkExtent(name: string, extent: number, multiple: number): void {
  if (Number.isInteger(extent) && extent > 0 && extent % multiple === 0) return;
  const nearest = Math.max(multiple, Math.round(extent / multiple) * multiple);
  throw new AtelierError(
    "config",
    said`planResizeCrop: expected a ${name} that is a multiple of ${multiple}, got ${extent}.${Number.isFinite(nearest) ? ` Use ${nearest}.` : ""}`,
    { context: { [name]: extent, multiple } },
  );
}
