/** @file How LyCORIS and PEFT split the extents of a weight between the factors of a LoKr. */

/**
 * Two factors of an extent: the given one first where it divides the extent, else the pair nearest to
 * the square root whose smaller, which comes first, is at most that (`factorization` in LyCORIS).
 */
export function factorize(
  extent: number,
  factor: number = Number.POSITIVE_INFINITY,
): [number, number] {
  if (extent % factor === 0) return [factor, extent / factor];
  let smaller = 1;
  for (let next = 2; next <= factor && next * next <= extent; next++) {
    if (extent % next === 0) smaller = next;
  }
  return [smaller, extent / smaller];
}
