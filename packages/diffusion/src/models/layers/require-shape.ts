/** @file Checks of what callers hand to a model, so that a wrong input is named at the door. */

import { AtelierError, formatShape, type GraphNode, said } from "@atelier/engine";

/** An extent that must be exactly this number, or the name of one that is free. */
export type ExpectedExtent = number | string;

/**
 * Checks a model's input against a pattern such as `["batch", 4, "height", "width"]`.
 * @throws AtelierError `shape` naming the pattern and the shape.
 */
export function requireShape(
  where: string,
  { shape }: GraphNode,
  expected: readonly ExpectedExtent[],
): void {
  const fits =
    shape.length === expected.length &&
    expected.every((extent, axis) => typeof extent === "string" || extent === shape[axis]);
  if (fits) return;
  throw new AtelierError(
    "shape",
    said`${where}: expected [${expected.join(", ")}], got ${formatShape(shape)}. The input belongs to another model, or an axis is missing.`,
  );
}
