/**
 * @file How attention that is composed of products and softmax is cut up, so that the score maps of all heads are never
 * held at once: into groups of whole maps, and maps that are too large into blocks of query rows.
 */

/** Score maps of one block: small enough for a processor's cache, large enough for its matrix units. */
const blockBytes = 16 * 2 ** 20;

/** A part of an axis. */
export type Range = readonly [start: number, size: number];

/** Groups of the `maps` (batch · heads) score maps `[tokens, keys]`. */
export function mapGroups(maps: number, tokens: number, keys: number): Range[] {
  return ranges(maps, Math.max(1, Math.floor(blockBytes / (tokens * keys * 4))));
}

/** Blocks of the query rows of a group: one, unless a single map is too large. */
export function queryBlocks(tokens: number, keys: number): Range[] {
  return ranges(tokens, Math.max(1, Math.floor(blockBytes / (keys * 4))));
}

/** Ranges that cover `total` in steps of at most `step`. */
function ranges(total: number, step: number): Range[] {
  const count = Math.ceil(total / step);
  return Array.from({ length: count }, (_, i) => [i * step, Math.min(step, total - i * step)]);
}
