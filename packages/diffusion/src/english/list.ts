/** @file Counts and lists in English sentences. */

import type { Some } from "../core/warnings/param-kinds.js";

/** `a, b, c and 7 more`. */
export function listed({ count, first }: Some): string {
  const shown = first.join(", ");
  return count > first.length ? `${shown} and ${count - first.length} more` : shown;
}

/** `1 picture`, `2 pictures`. */
export function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
