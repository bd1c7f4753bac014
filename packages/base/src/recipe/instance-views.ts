/**
 * @file Views of a thing: pictures that show the very same thing in other places, sizes and company.
 * What changes here is what the instance judge learns to overlook.
 */

import type { RgbPicture } from "@atelier/diffusion/core";
import { type Background, backgrounds } from "../world/backgrounds.js";
import { accessories, type StyleName } from "../world/concepts.js";
import type { Draws } from "../world/draws.js";
import { pictureSize } from "../world/layout.js";
import { type Cutout, type CutoutPlace, paintCutout } from "./instance-cutout.js";
import { drawInstance, type Instance, type InstancePool } from "./instance-pool.js";

/** Where icons and backgrounds come from. */
export interface InstanceIcons {
  /** Names of all icons of a style. */
  readonly namesOf: (style: StyleName) => Promise<readonly string[]>;
  /** An icon without its margins, 64 pixels wide, and half as fine. */
  cutoutOf(
    style: StyleName,
    icon: string,
  ): Promise<{ readonly fine: Cutout; readonly coarse: Cutout }>;
  /** A background in the size of a picture; not to be painted on. */
  backgroundOf(background: Background): Promise<RgbPicture>;
}

/** An icon in a picture. */
export interface ViewLayer extends Instance {
  readonly place: Omit<CutoutPlace, "hue">;
  /** Whether it is drawn from its coarse cutout: without loss when small, soft when large. */
  readonly isCoarse: boolean;
}

/** What a view shows, as plain data. */
export interface InstanceView {
  /** The lowest first. */
  readonly layers: readonly ViewLayer[];
  readonly background: Background;
  /** What all colours are multiplied with. */
  readonly brightness: number;
}

interface Square {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

const half: number = pictureSize / 2;
/** Shares of views with something beside the thing, and with something that it wears. */
const companyShare = 0.25;
const wearingShare = 0.2;

/** A view of a thing; what stands beside it is taken from the pool. */
export function drawView(instance: Instance, pool: InstancePool, draws: Draws): InstanceView {
  const background = draws.pick(backgrounds);
  const brightness = between(draws, 0.85, 1.15);
  const company = draws.chance(companyShare);
  const [mine, theirs] = company ? drawPair(draws) : [drawSquare(draws), undefined];
  const layers = [drawLayer(instance, mine, draws)];
  if (draws.chance(wearingShare)) layers.push(drawWorn(mine, pool, draws));
  if (theirs !== undefined) layers.push(drawLayer(drawInstance(pool, draws), theirs, draws));
  return { layers, background, brightness };
}

/** The picture of a view, 64 × 64 pixels. */
export async function renderView(icons: InstanceIcons, view: InstanceView): Promise<RgbPicture> {
  const { width, height, data } = await icons.backgroundOf(view.background);
  const picture = { width, height, data: Uint8Array.from(data) };
  for (const { style, icon, hue, place, isCoarse } of view.layers) {
    const { fine, coarse } = await icons.cutoutOf(style, icon);
    paintCutout(picture, isCoarse ? coarse : fine, { ...place, hue });
  }
  for (let i = 0; i < picture.data.length; i++) {
    picture.data[i] = Math.min(255, Math.round((picture.data[i] ?? 0) * view.brightness));
  }
  return picture;
}

/** Anywhere within the picture, as small as half of it and as large as nearly all. */
function drawSquare(draws: Draws): Square {
  const side = 26 + draws.integer(33);
  const middle = (): number => between(draws, side / 2, pictureSize - side / 2);
  return { x: middle(), y: middle(), side };
}

/** Side by side or one above the other, the second not larger. */
function drawPair(draws: Draws): [Square, Square] {
  const side = 25 + draws.integer(9);
  const other = Math.round(side * between(draws, 0.5, 1));
  const isFirst = draws.chance(0.5);
  const isAcross = draws.chance(2 / 3);
  const square = (size: number, isBefore: boolean): Square => {
    const jitter = (): number => between(draws, -2, 2);
    const [along, across] = [(isBefore ? half / 2 : 1.5 * half) + jitter(), half + jitter()];
    return isAcross ? { x: along, y: across, side: size } : { x: across, y: along, side: size };
  };
  return [square(side, isFirst), square(other, !isFirst)];
}

/** Stretched and turned a little, as fine-tuned models draw things. */
function drawLayer(instance: Instance, { x, y, side }: Square, draws: Draws): ViewLayer {
  const stretch = between(draws, 0.92, 1.08);
  return {
    ...instance,
    place: {
      x,
      y,
      width: side * stretch,
      height: side / stretch,
      turnRadians: draws.chance(0.5) ? between(draws, -0.2, 0.2) : 0,
      isMirrored: draws.chance(0.5),
    },
    isCoarse: side < half || draws.chance(0.3),
  };
}

/** Something on top or over the eyes: only the world's concepts have faces whose places are known. */
function drawWorn({ x, y, side }: Square, pool: InstancePool, draws: Draws): ViewLayer {
  const { icon, rests, width } = draws.pick(Object.values(accessories));
  const worn = side * width * between(draws, 0.8, 1.1);
  const height = rests === "brow" ? between(draws, -0.5, -0.3) : between(draws, -0.2, 0.05);
  const square = { x: x + between(draws, -0.1, 0.1) * side, y: y + height * side, side: worn };
  return drawLayer({ style: draws.pick(pool.styles), icon, hue: 0 }, square, draws);
}

function between(draws: Draws, low: number, high: number): number {
  return low + ((high - low) * draws.integer(4097)) / 4096;
}
