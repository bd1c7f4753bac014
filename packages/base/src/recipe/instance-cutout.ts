/**
 * @file Icons that lie in a picture at any size and angle. Rasterising thousands of them at each
 * size would take minutes; here one raster of each is enough, and pixels are mixed from it.
 */

import type { RgbPicture } from "@atelier/diffusion/core";
import type { Raster } from "../world/composite.js";

/** A square picture, `[side, side, 4]`, colours multiplied by opacity, so that neighbours can be mixed. */
export interface Cutout {
  readonly side: number;
  readonly rgba: Uint8Array;
}

/** Where a cutout lies, in pixels of the picture. */
export interface CutoutPlace {
  /** The middle. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Clockwise. */
  readonly turnRadians: number;
  readonly isMirrored: boolean;
  /** Sixths of the colour circle by which all colours are moved on. */
  readonly hue: number;
}

/** Steps of the colour circle. */
export const hueSteps = 6;

/** Multiplies colours by opacity. */
export function cutoutOf({ side, rgba }: Raster): Cutout {
  const colour = (value: number, i: number): number =>
    i % 4 === 3 ? value : Math.round((value * (rgba[i - (i % 4) + 3] ?? 0)) / 255);
  return { side, rgba: Uint8Array.from(rgba, colour) };
}

/** Half as many pixels in each direction, each the mean of four. */
export function halved({ side, rgba }: Cutout): Cutout {
  const half = side / 2;
  const mean = (_: unknown, i: number): number => {
    const pixel = Math.floor(i / 4);
    const from = 4 * (2 * Math.floor(pixel / half) * side + 2 * (pixel % half)) + (i % 4);
    const at = (offset: number): number => rgba[from + 4 * offset] ?? 0;
    return Math.round((at(0) + at(1) + at(side) + at(side + 1)) / 4);
  };
  return { side: half, rgba: Uint8Array.from({ length: 4 * half * half }, mean) };
}

/** Paints a cutout over a picture, in place; parts outside are cut off. */
export function paintCutout(picture: RgbPicture, cutout: Cutout, place: CutoutPlace): void {
  const { x, y, width, height, turnRadians, isMirrored } = place;
  const [cosine, sine] = [Math.cos(turnRadians), Math.sin(turnRadians)];
  const reachX = (width * Math.abs(cosine) + height * Math.abs(sine)) / 2;
  const reachY = (width * Math.abs(sine) + height * Math.abs(cosine)) / 2;
  const recolour = recolouring(place.hue);
  const mixed = new Float64Array(4);
  const [firstX, lastX] = [Math.floor(x - reachX), Math.ceil(x + reachX)];
  for (let row = Math.max(0, Math.floor(y - reachY)); row < y + reachY; row++) {
    if (row >= picture.height) break;
    for (let column = Math.max(0, firstX); column < Math.min(picture.width, lastX); column++) {
      const right = column + 0.5 - x;
      const down = row + 0.5 - y;
      const across = (right * cosine + down * sine) / width;
      const along = (down * cosine - right * sine) / height;
      sample(cutout, (isMirrored ? -across : across) + 0.5, along + 0.5, mixed);
      const opacity = mixed[3] ?? 0;
      if (opacity === 0) continue;
      recolour(mixed, 0);
      const target = 3 * (row * picture.width + column);
      for (let channel = 0; channel < 3; channel++) {
        const under = (picture.data[target + channel] ?? 0) * (1 - opacity / 255);
        picture.data[target + channel] = Math.round((mixed[channel] ?? 0) + under);
      }
    }
  }
}

/** The bytes of a cutout whose colours are moved on by sixths of the colour circle. */
export function recoloured({ rgba }: Cutout, hue: number): Float64Array {
  const result = Float64Array.from(rgba);
  const recolour = recolouring(hue);
  for (let i = 0; i < result.length; i += 4) recolour(result, i);
  return result;
}

/**
 * How unlike two square pictures of four channels are: the mean difference of their bytes from 0 to
 * 1, of the two ways round the one that is more alike.
 */
export function unlikeness(first: Float64Array, second: Float64Array): number {
  const side = Math.sqrt(first.length / 4);
  let plain = 0;
  let mirrored = 0;
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const at = 4 * (row * side + column);
      const across = 4 * (row * side + side - 1 - column);
      for (let i = 0; i < 4; i++) {
        const value = first[at + i] ?? 0;
        plain += Math.abs(value - (second[at + i] ?? 0));
        mirrored += Math.abs(value - (second[across + i] ?? 0));
      }
    }
  }
  return Math.min(plain, mirrored) / (255 * first.length);
}

/** Turns a colour around the grey axis by sixths of a circle, in place; what leaves the cube is clipped. */
function recolouring(hue: number): (rgba: Float64Array, start: number) => void {
  if (hue === 0) return () => {};
  const angle = (2 * Math.PI * hue) / hueSteps;
  const even = (1 - Math.cos(angle)) / 3;
  const odd = Math.sin(angle) / Math.sqrt(3);
  const [own, next, last] = [Math.cos(angle) + even, even - odd, even + odd];
  return (rgba, start) => {
    const red = rgba[start] ?? 0;
    const green = rgba[start + 1] ?? 0;
    const blue = rgba[start + 2] ?? 0;
    const opacity = rgba[start + 3] ?? 0;
    rgba[start] = Math.min(opacity, Math.max(0, own * red + next * green + last * blue));
    rgba[start + 1] = Math.min(opacity, Math.max(0, last * red + own * green + next * blue));
    rgba[start + 2] = Math.min(opacity, Math.max(0, next * red + last * green + own * blue));
  };
}

/** Mixes the four pixels around a point, 0 and 1 being the edges; nothing lies outside. */
function sample({ side, rgba }: Cutout, across: number, along: number, mixed: Float64Array): void {
  const x = across * side - 0.5;
  const y = along * side - 0.5;
  const left = Math.floor(x);
  const top = Math.floor(y);
  mixed.fill(0);
  for (let row = Math.max(0, top); row <= Math.min(side - 1, top + 1); row++) {
    for (let column = Math.max(0, left); column <= Math.min(side - 1, left + 1); column++) {
      const share = (1 - Math.abs(x - column)) * (1 - Math.abs(y - row));
      const from = 4 * (row * side + column);
      for (let i = 0; i < 4; i++) mixed[i] = (mixed[i] ?? 0) + share * (rgba[from + i] ?? 0);
    }
  }
}
