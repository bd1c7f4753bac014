/** @file Lists in Korean sentences. */

import type { Some } from "../core/warnings/param-kinds.js";

/** `a, b, c 외 7개`; pictures are counted in `장`. */
export function listed({ count, first }: Some, unit: "개" | "장" = "개"): string {
  const shown = first.join(", ");
  return count > first.length ? `${shown} 외 ${count - first.length}${unit}` : shown;
}
