/**
 * @file Where faces are, so that accessories sit on them. Measured by eye on each icon, cut to its
 * visible pixels and centred in a square.
 */

import type { StyleName } from "./concepts.js";

/** A face in its icon's square; 0 is the top edge, 1 the bottom edge. */
export interface Face {
  /** Height at which a hat rests. */
  readonly brow: number;
  /** Height of the eyes. */
  readonly eyes: number;
}

/** Brow and eyes in per cent of the square's height, for noto, twemoji, fluent and openmoji. */
type Row = readonly [number, number, number, number, number, number, number, number];

const rows: Readonly<Record<string, Row>> = {
  dog: [12, 46, 10, 38, 12, 46, 14, 42],
  cat: [20, 55, 22, 55, 22, 52, 22, 48],
  rabbit: [45, 60, 50, 62, 45, 60, 45, 62],
  panda: [14, 45, 14, 45, 14, 42, 14, 52],
  tiger: [14, 45, 14, 45, 16, 45, 14, 45],
  lion: [16, 48, 16, 42, 18, 42, 14, 42],
  cow: [16, 42, 16, 48, 22, 46, 18, 50],
  pig: [20, 50, 18, 50, 16, 50, 26, 48],
  frog: [24, 27, 20, 20, 24, 22, 20, 18],
  monkey: [14, 42, 10, 42, 12, 48, 12, 42],
  mouse: [28, 58, 34, 56, 30, 56, 34, 52],
  chick: [10, 27, 12, 30, 12, 24, 16, 32],
  "smiling face": [14, 38, 14, 36, 14, 28, 16, 38],
  "crying face": [14, 40, 14, 42, 14, 38, 16, 38],
  robot: [32, 48, 14, 42, 16, 45, 18, 48],
  alien: [12, 48, 12, 52, 12, 48, 12, 52],
  pumpkin: [20, 42, 22, 38, 22, 38, 28, 52],
  fox: [28, 58, 30, 58, 26, 50, 30, 55],
};

/** Names of the concepts that can wear something. */
export const wearers: readonly string[] = Object.keys(rows);

const columns: Readonly<Record<StyleName, number>> = {
  noto: 0,
  twemoji: 2,
  fluent: 4,
  openmoji: 6,
};

/** The face of a concept in a style; undefined where it has none. */
export function faceOf(concept: string, style: StyleName): Face | undefined {
  const row = rows[concept];
  const brow = row?.[columns[style]];
  const eyes = row?.[columns[style] + 1];
  if (brow === undefined || eyes === undefined) return undefined;
  return { brow: brow / 100, eyes: eyes / 100 };
}
