/** @file The types in which other programs hold a base that does not learn, as `base.dtype`. */

import { type Sentence, said } from "@atelier/engine";
import type { BaseDType } from "../../core/base-dtype.js";
import { chooseOneOf } from "./reasons.js";
import type { Translation } from "./translation.js";

/** A type of theirs: the nearest here, and how it differs where it does. */
interface StoredType {
  readonly dtype: BaseDType;
  readonly why?: Sentence;
}

const floatsOf8: StoredType = {
  dtype: "int8",
  why: said`floats of 8 bits there; integers of 8 bits with scales here`,
};
const otherOf4: StoredType = {
  dtype: "int4",
  why: said`another form of 4 bits there; integers of 4 bits with scales here`,
};

/** By their names: sd-scripts' switch, quanto's and torchao's names of ai-toolkit, OneTrainer's. */
const storedTypes: Readonly<Record<string, StoredType>> = {
  fp8: floatsOf8,
  ...{ qfloat8: floatsOf8, float8: floatsOf8, convrot8: floatsOf8 },
  ...{ qint8: { dtype: "int8" }, int8: { dtype: "int8" } },
  ...{ qint4: { dtype: "int4" }, uint4: { dtype: "int4" }, convrot4: otherOf4 },
  ...{ FLOAT_16: { dtype: "float16" }, BFLOAT_16: { dtype: "bfloat16" } },
  ...{ FLOAT_8: floatsOf8, FLOAT_W8A8: floatsOf8, FLOAT_W8A8_COMPRESSED: floatsOf8 },
  ...{ INT_8: { dtype: "int8" }, INT_W8A8: { dtype: "int8" } },
  ...{ INT_W8A8_COMPRESSED: { dtype: "int8" }, NFLOAT_4: otherOf4 },
};

/** Sets `base.dtype` to the nearest of a type, which is told where it is another. */
export function setBaseDType(
  { get, set, leave }: Translation,
  { option, value, type }: { option: string; value: unknown; type: string },
): void {
  const known = Object.hasOwn(storedTypes, type) ? storedTypes[type] : undefined;
  if (known === undefined) leave(option, value, chooseOneOf("base.dtype"));
  else if (get("tuning") === "full")
    leave(option, value, said`weights that learn have 16 bits or more`);
  else {
    set("base.dtype", known.dtype);
    if (known.why !== undefined) leave(option, value, known.why);
  }
}
