/** @file How files and folders of a step are named. */

/** Six digits, so that names sort by step. */
export function stepName(step: number): string {
  return String(step).padStart(6, "0");
}
