/** @file What the large weights of a base may be stored as, for less memory than its own files take. */

/** Floats of 16 bits, and integers with a scale for each 32 of them. */
export const baseDTypes = ["float16", "bfloat16", "int8", "int4"] as const;

/** One of them. */
export type BaseDType = (typeof baseDTypes)[number];
