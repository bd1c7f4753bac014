/** @file Examples of every operation in one typed table: an operation without one does not compile. */

import type { OpKind } from "../graph/op-attributes.js";
import type { OpCase, OpCases } from "./op-case.js";
import { attentionCases } from "./op-cases/attention.js";
import { convCases } from "./op-cases/conv.js";
import { elementwiseCases } from "./op-cases/elementwise.js";
import { linalgCases } from "./op-cases/linalg.js";
import { markCases } from "./op-cases/mark.js";
import { movementCases } from "./op-cases/movement.js";
import { normCases } from "./op-cases/norm.js";
import { reduceCases } from "./op-cases/reduce.js";
import { sourceCases } from "./op-cases/source.js";

/** Examples of every operation. */
export const opCases: OpCases<OpKind> = {
  ...sourceCases,
  ...elementwiseCases,
  ...reduceCases,
  ...linalgCases,
  ...convCases,
  ...normCases,
  ...attentionCases,
  ...movementCases,
  ...markCases,
};

/** An example with the operation that it is about. */
export interface ListedCase {
  readonly kind: OpKind;
  readonly example: OpCase;
  readonly isFirst: boolean;
}

/** The examples of all operations as a list. */
export function allCases(): ListedCase[] {
  // Object.entries forgets that the keys of the table are operations.
  const entries = Object.entries(opCases) as [OpKind, readonly OpCase[]][];
  return entries.flatMap(([kind, examples]) =>
    examples.map((example, i) => ({ kind, example, isFirst: i === 0 })),
  );
}
