/**
 * @file Where each icon of a scene lies in the picture, in whole pixels. Renderers only paint what
 * is listed here; masks for inpainting and judges of places read the same boxes.
 */

import { AtelierError, said } from "@atelier/engine";
import { type Accessory, accessories, conceptOf, type StyleName } from "./concepts.js";
import { faceOf } from "./faces.js";
import type { Place, Scene, SceneObject, Size } from "./scene.js";

/** Side of a picture of the world in pixels. */
export const pictureSize = 64;

/** An icon to paint into a square of the picture. */
export interface Layer {
  readonly icon: string;
  readonly style: StyleName;
  /** Left and upper edge of the square in pixels; may lie outside. */
  readonly left: number;
  readonly top: number;
  /** Side of the square in pixels. */
  readonly side: number;
  /** Whether the icon lies in the middle of its square or stands on the lower edge. */
  readonly align: "middle" | "bottom";
}

interface Square {
  readonly left: number;
  readonly top: number;
  readonly side: number;
}

/** A part of the picture: left, top, width and height in pixels. */
type Region = readonly [left: number, top: number, width: number, height: number];

const whole: Region = [0, 0, pictureSize, pictureSize];
const half: number = pictureSize / 2;
const halves: Readonly<Record<Place, Region>> = {
  centre: whole,
  left: [0, 0, half, pictureSize],
  right: [half, 0, half, pictureSize],
  top: [0, 0, pictureSize, half],
  bottom: [0, half, pictureSize, half],
};
const sides: Readonly<Record<Size, number>> = { small: 28, normal: 40, large: 56 };
const sideInPair = 29;
/** Room between an object alone and the edge that it is at. */
const margin = 3;
/** Height of hats, crowns and bows as a share of their width. */
const headgearHeight = 0.9;
/** How far headgear comes down over the brow, as a share of its wearer's side. */
const headgearOverlap = 0.05;

/**
 * The icons of a scene, the lowest first.
 * @throws AtelierError `config` when a concept is unknown or wears something without a face.
 */
export function layoutScene({ objects }: Scene): Layer[] {
  return objects.flatMap((object) => layoutObject(object, objects.length > 1));
}

/** The square that an object takes, accessory included. */
export function squareOf(object: SceneObject, isInPair: boolean): Square {
  const side = isInPair ? sideInPair : sides[object.size];
  const [left, top, width, height] = isInPair ? halves[object.place] : whole;
  const towards = isInPair ? "centre" : object.place;
  return {
    left: left + start(towards, ["left", "right"], width - side),
    top: top + start(towards, ["top", "bottom"], height - side),
    side,
  };
}

/** Distance from the first edge, where `room` pixels are free between both. */
function start(place: Place, [first, last]: readonly [Place, Place], room: number): number {
  if (place === first) return Math.min(margin, room);
  if (place === last) return Math.max(0, room - margin);
  return Math.round(room / 2);
}

function layoutObject(object: SceneObject, isInPair: boolean): Layer[] {
  const square = squareOf(object, isInPair);
  const { style } = object;
  const subject = { style, icon: conceptOf(object.concept).icon, align: "middle" } as const;
  if (object.accessory === undefined) return [{ ...subject, ...square }];
  const accessory = accessories[object.accessory];
  const { wearer, worn } = dress(object, accessory, square);
  const align = accessory.rests === "brow" ? "bottom" : "middle";
  return [
    { ...subject, ...wearer },
    { style, icon: accessory.icon, align, ...worn },
  ];
}

/** Shrinks a wearer so that its headgear stays within the square of the object. */
function dress(
  { concept, style }: SceneObject,
  { rests, width }: Accessory,
  square: Square,
): { readonly wearer: Square; readonly worn: Square } {
  const face = faceOf(concept, style);
  if (face === undefined) {
    throw new AtelierError(
      "config",
      said`world: expected a concept with a face to wear something, got "${concept}".`,
    );
  }
  const bottom = square.top + square.side;
  const rise =
    rests === "brow" ? Math.max(0, width * headgearHeight - headgearOverlap - face.brow) : 0;
  const side = Math.round(square.side / (1 + rise));
  const left = square.left + Math.round((square.side - side) / 2);
  const wearer = { left, top: bottom - side, side };
  const wornSide = Math.round(width * side);
  const lower =
    rests === "brow"
      ? wearer.top + Math.round((face.brow + headgearOverlap) * side)
      : wearer.top + Math.round(face.eyes * side + wornSide / 2);
  const wornLeft = left + Math.round((side - wornSide) / 2);
  return { wearer, worn: { left: wornLeft, top: lower - wornSide, side: wornSide } };
}
