/** @file Where spots and their names stand in a picture of gains and costs. */

import { roundTicks } from "@atelier/diffusion/core";
import type { TunedSpot } from "./tune-reading.js";

/** Of the picture, in its own units. */
export const paretoArea = {
  ...{ width: 640, height: 340, left: 56, right: 624, top: 20, bottom: 296 },
} as const;

/** A spot in the picture. */
export interface PlacedSpot {
  readonly spot: TunedSpot;
  readonly x: number;
  readonly y: number;
}

/** From shares to places, with round numbers for axes. */
export interface ParetoScale {
  /** Of what is forgotten, as a share. */
  readonly x: (share: number) => number;
  /** Of the change of the error, as a share: −0.3 is an error 30 % smaller. */
  readonly y: (share: number) => number;
  readonly forgotten: readonly number[];
  readonly gained: readonly number[];
}

/** A scale that all spots and the base fit into. */
export function paretoScale(spots: readonly TunedSpot[]): ParetoScale {
  const { left, right, top, bottom } = paretoArea;
  const changes = spots.map(({ learned }) => Math.expm1(learned));
  const most = 1.1 * Math.max(0.05, ...spots.map(({ forgotten }) => forgotten));
  const [low, high] = [Math.min(-0.05, ...changes), Math.max(0, ...changes)];
  const room = 0.15 * (high - low);
  const [best, worst] = [low - room, high + room / 3];
  return {
    x: (share) => left + ((right - left) * Math.max(0, share)) / most,
    y: (share) => top + ((bottom - top) * (share - best)) / (worst - best),
    forgotten: roundTicks(0, most, 5),
    gained: roundTicks(best, worst, 5),
  };
}

/** A name beside its spot. */
export interface PlacedName {
  readonly x: number;
  readonly y: number;
  readonly anchor: "start" | "end";
}

const line = 15;

/** Letters of a name, in the picture's units; Hangul is twice as wide. */
function widthOf(name: string): number {
  const wide = name.match(/[\u1100-\u11ff\u3040-\u9fff\uac00-\ud7a3]/g)?.length ?? 0;
  return 6.8 * (name.length - wide) + 12 * wide;
}

/** Right or left of the spots, above or below where others are in the way. */
export function placeNames(
  spots: readonly PlacedSpot[],
  nameOf: (spot: TunedSpot) => string,
): PlacedName[] {
  const { left, right, top, bottom } = paretoArea;
  const taken = spots.map(({ x, y }) => ({ from: x - 10, to: x + 10, y: y + 4 }));
  return spots.map(({ spot, x, y }) => {
    const width = widthOf(nameOf(spot));
    const places = [4, -11, 19, -26, 34].flatMap((below) => [
      { from: x + 12, to: x + 12 + width, y: y + below, anchor: "start" as const },
      { from: x - 12 - width, to: x - 12, y: y + below, anchor: "end" as const },
    ]);
    const inside = places.filter(
      (place) => place.from > left && place.to < right && place.y > top && place.y < bottom - 2,
    );
    const isFree = (place: (typeof places)[number]) =>
      taken.every(
        (other) =>
          Math.abs(other.y - place.y) >= line ||
          other.from > place.to + 4 ||
          other.to < place.from - 4,
      );
    const place = inside.find(isFree) ?? inside[0] ?? places[0];
    if (place === undefined) return { x, y, anchor: "start" };
    taken.push(place);
    const { anchor } = place;
    return { x: anchor === "start" ? place.from : place.to, y: place.y, anchor };
  });
}
