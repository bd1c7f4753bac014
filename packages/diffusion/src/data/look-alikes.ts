/**
 * @file Which pictures are the same or nearly so: resized, compressed again, a little brighter, cut by up to 5 % on
 * each side, mirrored. Hashes of 64 bits cannot tell that: pHash (Zauner 2010, "Implementation and benchmarking of
 * perceptual image hash functions") moves by up to 24 bits when a tenth is cut off a photograph, and two photographs of
 * one dog are 18 apart. Thumbnails are compared instead, each cut as the other may have been.
 */

import { type PictureSignature, thumbnailEdge } from "./picture-signature.js";

/** How two pictures are alike: file or pixels, nearly, or nearly once one of them is mirrored. */
export type Likeness = "same" | "near" | "mirrored";

/** Two pictures that are alike, by their places in a list. */
export interface LikePair {
  readonly first: number;
  readonly second: number;
  readonly likeness: Likeness;
}

/** Pictures each of which is like another of them. */
export interface LookAlikes {
  /** Places in the list, ascending; two at least. */
  readonly members: readonly number[];
  /** What holds them together: one pair less than members. */
  readonly pairs: readonly LikePair[];
}

/**
 * Thumbnails are alike from this similarity on. Versions of 22 photographs have at least .955, two photographs of one
 * subject at most .87 (`look-alikes.test.ts` measures both).
 */
const leastSimilarity = 0.91;
/** Of thumbnails of 4×4 pixels, before and after cutting: passed by pairs that are alike, and by few others. */
const leastCoarse = { whole: 0.65, cut: 0.9 };
/** Mean levels of a channel may differ by this much, so that one drawing on two colours is two pictures. */
const largestTint = 32;

const edges = { fine: 16, coarse: 4 } as const;
/** Shares of a side that may be left, and where the rest is cut off: before, on both sides, behind. */
const cuts: readonly Cut[] = [
  { share: 1, start: 0 },
  ...[0.95, 0.9].flatMap((share) => [0, 0.5, 1].map((at) => ({ share, start: at * (1 - share) }))),
];

/** How two pictures are alike, if they are. */
export function areAlike(a: PictureSignature, b: PictureSignature): Likeness | undefined {
  if (a.file === b.file || a.pixels === b.pixels) return "same";
  const [x, y] = [viewsOf(a), viewsOf(b)];
  if (x.means.some((mean, channel) => Math.abs(mean - (y.means[channel] ?? 0)) > largestTint)) {
    return undefined;
  }
  if (areNear(x, y, "upright")) return "near";
  return areNear(x, y, "mirrored") ? "mirrored" : undefined;
}

/** All groups of pictures that are alike, by their places in the list; none of those that are like no other. */
export function lookAlikes(signatures: readonly PictureSignature[]): LookAlikes[] {
  const pairs: LikePair[] = [];
  const groupOf = signatures.map((_, index) => index);
  const join = (first: number, second: number, likeness: Likeness): void => {
    const [kept, gone] = [groupOf[first] ?? first, groupOf[second] ?? second];
    if (kept === gone) return;
    for (const [index, group] of groupOf.entries()) if (group === gone) groupOf[index] = kept;
    pairs.push({ first, second, likeness });
  };
  const known = new Map<string, number>();
  const different: number[] = [];
  for (const [index, { file, pixels }] of signatures.entries()) {
    const same = known.get(file) ?? known.get(pixels);
    known.set(file, same ?? index).set(pixels, same ?? index);
    if (same === undefined) different.push(index);
    else join(same, index, "same");
  }
  for (const [place, first] of different.entries()) {
    for (const second of different.slice(place + 1)) {
      if (groupOf[first] === groupOf[second]) continue;
      const [a, b] = [signatures[first], signatures[second]];
      const likeness = a !== undefined && b !== undefined ? areAlike(a, b) : undefined;
      if (likeness !== undefined) join(first, second, likeness);
    }
  }
  const groups = new Set(pairs.map(({ first }) => groupOf[first] ?? first));
  return [...groups].map((group) => ({
    members: groupOf.flatMap((own, index) => (own === group ? [index] : [])),
    pairs: pairs.filter(({ first }) => groupOf[first] === group),
  }));
}

/** A picture of one set and one of another that are alike. */
export interface Overlap {
  readonly training: number;
  readonly validation: number;
  readonly likeness: Likeness;
}

/** Every pair of a training and a validation picture that are alike, by their places in the lists. */
export function overlaps(
  training: readonly PictureSignature[],
  validation: readonly PictureSignature[],
): Overlap[] {
  return validation.flatMap((held, place) =>
    training.flatMap((shown, index) => {
      const likeness = areAlike(shown, held);
      return likeness === undefined ? [] : [{ training: index, validation: place, likeness }];
    }),
  );
}

/** The largest similarity of one thumbnail and a cut of the other, at most 1; for tests of the margin. */
export function similarityOf(
  a: PictureSignature,
  b: PictureSignature,
  way: Way = "upright",
): number {
  return bestOfCuts(viewsOf(a).fine(), viewsOf(b).fine(), way);
}

interface Cut {
  readonly share: number;
  readonly start: number;
}

/** A thumbnail less the mean of each channel, and what is left of it squared. */
interface View {
  readonly values: Float32Array;
  readonly energy: number;
}

/** Views of a thumbnail at one size; those that are seldom needed are made when they are. */
interface ViewsAt {
  readonly whole: View;
  readonly mirrored: View;
  /** One for each pair of cuts. */
  readonly cut: () => readonly View[];
}

interface Views {
  readonly means: readonly number[];
  readonly coarse: ViewsAt;
  readonly fine: () => ViewsAt;
}

type Way = "upright" | "mirrored";

/** Views of a signature are made once, as long as it is in use. */
const made = new WeakMap<PictureSignature, Views>();

function viewsOf(signature: PictureSignature): Views {
  const known = made.get(signature);
  if (known !== undefined) return known;
  const { thumbnail } = signature;
  const views: Views = {
    means: [0, 1, 2].map((channel) => {
      const own = thumbnail.filter((_, index) => index % 3 === channel);
      return own.reduce((sum, level) => sum + level, 0) / own.length;
    }),
    coarse: viewsAt(thumbnail, edges.coarse),
    fine: once(() => viewsAt(thumbnail, edges.fine)),
  };
  made.set(signature, views);
  return views;
}

function viewsAt(thumbnail: Uint8Array, edge: number): ViewsAt {
  const whole = tapsOf({ share: 1, start: 0 }, edge);
  const wholeOf = (of: Uint8Array) => viewOf(weighColumns(of, whole), whole);
  return {
    whole: wholeOf(thumbnail),
    mirrored: wholeOf(mirrorRows(thumbnail)),
    cut: once(() => {
      const taps = cuts.map((cut) => tapsOf(cut, edge));
      return taps.flatMap((columns) => {
        const across = weighColumns(thumbnail, columns);
        return taps.map((rows) => viewOf(across, rows));
      });
    }),
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** The pixels that one of a smaller picture covers, and how much of it each makes up. */
interface Taps {
  readonly from: number;
  readonly weights: readonly number[];
}

function tapsOf({ share, start }: Cut, edge: number): readonly Taps[] {
  const size = (share / edge) * thumbnailEdge;
  return Array.from({ length: edge }, (_, to) => {
    const begin = start * thumbnailEdge + to * size;
    const from = Math.floor(begin);
    const end = Math.min(thumbnailEdge, begin + size);
    const covered = Array.from({ length: Math.ceil(end) - from }, (_, tap) => {
      const pixel = from + tap;
      return (Math.min(pixel + 1, end) - Math.max(pixel, begin)) / size;
    });
    return { from, weights: covered };
  });
}

/** `[32, columns, 3]` of a thumbnail `[32, 32, 3]`. */
function weighColumns(thumbnail: Uint8Array, columns: readonly Taps[]): Float32Array {
  const stride = 3 * columns.length;
  const out = new Float32Array(thumbnailEdge * stride);
  for (const [to, { from, weights }] of columns.entries()) {
    for (const [tap, weight] of weights.entries()) {
      for (let y = 0; y < thumbnailEdge; y++) {
        const source = 3 * (y * thumbnailEdge + from + tap);
        const target = y * stride + 3 * to;
        out[target] = (out[target] ?? 0) + weight * (thumbnail[source] ?? 0);
        out[target + 1] = (out[target + 1] ?? 0) + weight * (thumbnail[source + 1] ?? 0);
        out[target + 2] = (out[target + 2] ?? 0) + weight * (thumbnail[source + 2] ?? 0);
      }
    }
  }
  return out;
}

/** The rows of what {@link weighColumns} gave, weighed, less the mean of each channel. */
function viewOf(across: Float32Array, rows: readonly Taps[]): View {
  const stride = across.length / thumbnailEdge;
  const values = new Float32Array(rows.length * stride);
  for (const [to, { from, weights }] of rows.entries()) {
    for (const [tap, weight] of weights.entries()) {
      const source = (from + tap) * stride;
      const target = to * stride;
      for (let i = 0; i < stride; i++) {
        values[target + i] = (values[target + i] ?? 0) + weight * (across[source + i] ?? 0);
      }
    }
  }
  const pixels = values.length / 3;
  for (let channel = 0; channel < 3; channel++) {
    let mean = 0;
    for (let i = channel; i < values.length; i += 3) mean += (values[i] ?? 0) / pixels;
    for (let i = channel; i < values.length; i += 3) values[i] = (values[i] ?? 0) - mean;
  }
  return { values, energy: dot(values, values) };
}

function mirrorRows(thumbnail: Uint8Array): Uint8Array {
  return thumbnail.map((_, index) => {
    const [pixel, channel] = [Math.floor(index / 3), index % 3];
    const x = pixel % thumbnailEdge;
    return thumbnail[3 * (pixel - x + thumbnailEdge - 1 - x) + channel] ?? 0;
  });
}

function areNear(a: Views, b: Views, way: Way): boolean {
  return (
    similarity(a.coarse.whole, wholeOf(b.coarse, way)) >= leastCoarse.whole &&
    bestOfCuts(a.coarse, b.coarse, way) >= leastCoarse.cut &&
    bestOfCuts(a.fine(), b.fine(), way) >= leastSimilarity
  );
}

/** The largest similarity of the whole of one and a cut of the other. */
function bestOfCuts(a: ViewsAt, b: ViewsAt, way: Way): number {
  const best = (cut: readonly View[], whole: View) =>
    Math.max(...cut.map((view) => similarity(view, whole)));
  return Math.max(best(a.cut(), wholeOf(b, way)), best(b.cut(), wholeOf(a, way)));
}

const wholeOf = ({ whole, mirrored }: ViewsAt, way: Way): View =>
  way === "upright" ? whole : mirrored;

/**
 * 1 less half the squared difference over the larger energy: a correlation that also asks for the same contrast. Of
 * thumbnails of one colour there is nothing to compare: 0.
 */
function similarity(a: View, b: View): number {
  const larger = Math.max(a.energy, b.energy);
  if (Math.min(a.energy, b.energy) < leastEnergy * a.values.length) return 0;
  return 1 - (a.energy + b.energy - 2 * dot(a.values, b.values)) / (2 * larger);
}

/** Squared levels a value, below which there is nothing but noise. */
const leastEnergy = 1;

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
